"""PPTX, slide by slide, with the speaker's notes; hidden slides and hidden shapes are dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pptx
from lxml import etree
from pptx.exc import PythonPptxError

from bot.sources.files.container import check_container
from bot.sources.files.parts import Account, Part, Unreadable

_BAD = (PythonPptxError, KeyError, ValueError, AttributeError, etree.LxmlError)
_DEEPEST = 12  # groups nest a few levels; anything deeper was made to hurt


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each slide with text."""
    account.unit = "slide"
    check_container(path)
    try:
        slides = pptx.Presentation(str(path)).slides
        account.total = len(slides)
        for number, slide in enumerate(slides, 1):
            account.taken = number
            if slide._element.get("show") in ("0", "false"):
                account.hidden += 1
                continue
            lines = list(_lines(slide.shapes, account))
            if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) and frame.text.strip():
                lines.append(f"Notes: {_plain(frame.text)}")
            if lines:
                yield Part(f"d{number}", f"slide {number}", "\n".join(lines))
    except _BAD as error:
        raise Unreadable("is damaged, or not what its name says") from error


def _lines(shapes: Any, account: Account, depth: int = 0) -> Iterator[str]:
    for shape in shapes:
        if any(one.get("hidden") in ("1", "true") for one in shape._element.xpath("./*/p:cNvPr")):
            account.hidden += 1
        elif hasattr(shape, "shapes"):
            if depth < _DEEPEST:
                yield from _lines(shape.shapes, account, depth + 1)
        elif shape.has_text_frame and shape.text_frame.text.strip():
            yield _plain(shape.text_frame.text)
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                yield " | ".join(_plain(cell.text) for cell in row.cells).strip(" |")


def _plain(text: str) -> str:
    return text.replace("\v", "\n").strip()
