"""PPTX, slide by slide, with the speaker's notes; hidden slides and what nobody sees on a slide are dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pptx
from lxml import etree
from pptx.exc import PythonPptxError

from bot.sources.files.container import check_container
from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.shapes import Placed, Sheet, placed

_BAD = (PythonPptxError, KeyError, ValueError, AttributeError, etree.LxmlError)
_UNREAD = {"chart": "charts", "diagram": "diagrams"}  # by how the addresses of their formats end


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each slide with text."""
    account.unit = "slide"
    check_container(path)
    try:
        deck = pptx.Presentation(str(path))
        account.total = len(deck.slides)
        for number, slide in enumerate(deck.slides, 1):
            account.taken = number
            if slide._element.get("show") in ("0", "false"):
                account.hidden += 1
                continue
            sheet = Sheet(slide, (deck.slide_width or 0, deck.slide_height or 0))
            lines = [line for shape in placed(slide.shapes) for line in _lines(shape, sheet, account)]
            if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) and frame.text.strip():
                lines.append(f"Notes: {_plain(frame.text)}")
            if lines:
                yield Part(f"d{number}", f"slide {number}", "\n".join(lines))
            else:
                account.empty += 1
    except _BAD as error:
        raise Unreadable("is damaged, or not what its name says") from error


def _lines(one: Placed, sheet: Sheet, account: Account) -> Iterator[str]:
    shape = one.shape
    if one.hidden:
        account.hidden += 1
    elif shape.has_text_frame:
        if text := _plain(_seen(one, sheet, account)):
            yield text
    elif getattr(shape, "has_table", False):
        for row in shape.table.rows:
            yield " | ".join(_plain(cell.text) for cell in row.cells).strip(" |")
    else:
        for kind in shape._element.xpath(".//a:graphicData/@uri"):
            name = _UNREAD.get(kind.rpartition("/")[2])
            if name and name not in account.besides:
                account.besides.append(name)


def _seen(one: Placed, sheet: Sheet, account: Account) -> str:
    """The text of a shape without the runs that nobody sees."""
    frame = one.shape.text_frame
    unseen = [run for paragraph in frame.paragraphs for run in paragraph.runs if sheet.hides(run, one)]
    account.hidden += sum(bool(run.text.strip()) for run in unseen)
    for run in unseen:
        run.text = ""
    return str(frame.text)


def _plain(text: str) -> str:
    return text.replace("\v", "\n").strip()
