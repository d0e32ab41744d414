"""DOCX, section by section as its headings part it; deletions under review are left out, insertions are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import docx
from docx.enum.dml import MSO_THEME_COLOR
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.font import Font
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from bot.sources.files.container import check_container
from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.white import near_white, near_white_hex

_PAPER = (MSO_THEME_COLOR.BACKGROUND_1, MSO_THEME_COLOR.LIGHT_1)  # white, whatever the theme
_SMALLEST = Pt(2)
# Word keeps a text box twice, for itself and for older programs (Fallback).
_RUNS = ".//w:r[not(ancestor::w:del) and not(ancestor::w:moveFrom) and not(ancestor::*[local-name()='Fallback'])]"
_BESIDES = {
    **{"/comments": "comments", "/footnotes": "footnotes", "/endnotes": "endnotes"},
    **{"/header": "headers", "/footer": "footers"},
}
# What a run stands on: its own shade, or that of its paragraph or cell.
_SHADES = "./w:rPr/w:shd/@w:fill | ancestor::w:p[1]/w:pPr/w:shd/@w:fill | ancestor::w:tc[1]/w:tcPr/w:shd/@w:fill"
_MOST_STYLES = 12  # each the base of the one before; more were made to hurt


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each heading with what stands under it."""
    account.unit = "section"
    check_container(path)
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, etree.LxmlError) as error:
        raise Unreadable("is damaged, or not what its name says") from error
    account.besides = _besides(document.part)
    heading, lines = "", list[str]()
    for is_heading, line in _lines(document.element.body, document, account):
        if is_heading and line:
            if lines:
                account.taken += 1
                yield _part(account.taken, heading, lines)
            heading, lines = line, [line]
        elif line:
            lines.append(line)
    if lines:
        account.taken += 1
        yield _part(account.taken, heading, lines)


def _part(number: int, heading: str, lines: list[str]) -> Part:
    return Part(f"s{number}", f"section “{heading[:60]}”" if heading else "", "\n".join(lines))


def _lines(element: Any, parent: Any, account: Account) -> Iterator[tuple[bool, str]]:
    """Paragraphs and rows of tables in order, also of content controls; whether each is a heading."""
    for child in element:
        if child.tag == qn("w:p"):
            paragraph = Paragraph(child, parent)
            name = str(paragraph.style.name if paragraph.style else "").lower()
            yield name.startswith(("heading", "title")), _text(paragraph, account)
        elif child.tag == qn("w:tbl"):
            for row in child.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr"):
                cells = [_cell(cell, parent, account) for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc")]
                yield False, " | ".join(cells).strip(" |")
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _lines(child, parent, account)


def _cell(cell: Any, parent: Any, account: Account) -> str:
    return " ".join(line for _, line in _lines(cell, parent, account) if line)


def _text(paragraph: Paragraph, account: Account) -> str:
    texts = []
    for element in cast("list[Any]", paragraph._p.xpath(_RUNS)):
        run = Run(element, paragraph)
        if run.text.strip() and _is_hidden(run, paragraph):
            account.hidden += 1
        else:
            texts.append(run.text)
    return "".join(texts).strip()


def _is_hidden(run: Run, paragraph: Paragraph) -> bool:
    fonts = [run.font, *(font for style in (run.style, paragraph.style) for font in _fonts(style))]
    hidden = next((font.hidden for font in fonts if font.hidden is not None), False)
    size = next((font.size for font in fonts if font.size is not None), None)
    return bool(hidden) or (size is not None and size < _SMALLEST) or (_is_white(fonts) and not _is_shaded(run))


def _fonts(style: Any) -> Iterator[Font]:
    """Of a style and of those that it is based on."""
    for _ in range(_MOST_STYLES):
        if not hasattr(style, "font"):
            return
        yield style.font
        style = style.base_style


def _is_white(fonts: Iterable[Font]) -> bool:
    colors = (font.color for font in fonts if font.color is not None and font.color.type is not None)
    color = next(colors, None)
    if color is None:
        return False
    return color.theme_color in _PAPER or (color.rgb is not None and near_white(color.rgb))


def _is_shaded(run: Run) -> bool:
    fills = cast("list[str]", run._r.xpath(_SHADES))
    return any(fill != "auto" and not near_white_hex(fill) for fill in fills)


def _besides(part: Any) -> list[str]:
    """Comments, notes, headers and footers, which are not read, where there are any."""
    found = set[str]()
    for relation in part.rels.values():
        name = next((said for ending, said in _BESIDES.items() if relation.reltype.endswith(ending)), "")
        if not name or relation.is_external:
            continue
        root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False))
        # Word's own separators have a type; a footer may be the number of a page.
        words = ("".join(child.itertext()) for child in root if child.get(qn("w:type")) is None)
        if any(text.strip("0123456789 \n-–/") for text in words):
            found.add(name)
    return sorted(found)
