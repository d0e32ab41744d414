"""DOCX, section by section as its headings part it; deletions under review are left out, insertions are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from bot.sources.files.container import check_container
from bot.sources.files.parts import Account, Part, Unreadable

_WHITE = RGBColor(0xFF, 0xFF, 0xFF)
_SMALLEST = Pt(2)
# Word keeps a text box twice, for itself and for older programs (Fallback).
_RUNS = ".//w:r[not(ancestor::w:del) and not(ancestor::w:moveFrom) and not(ancestor::*[local-name()='Fallback'])]"
_BESIDES = {"/comments": "comments", "/footnotes": "footnotes", "/endnotes": "endnotes"}


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
    styles = [style for style in (run.style, paragraph.style) if style is not None]
    fonts = [run.font, *(style.font for style in styles if hasattr(style, "font"))]
    hidden = next((font.hidden for font in fonts if font.hidden is not None), False)
    color = next((font.color.rgb for font in fonts if font.color is not None and font.color.rgb is not None), None)
    size = next((font.size for font in fonts if font.size is not None), None)
    return bool(hidden) or color == _WHITE or (size is not None and size < _SMALLEST)


def _besides(part: Any) -> str:
    """Comments and notes, which are not read, where there are any."""
    found = []
    for relation in part.rels.values():
        name = next((said for ending, said in _BESIDES.items() if relation.reltype.endswith(ending)), "")
        if not name or relation.is_external:
            continue
        root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False))
        if any(child.get(qn("w:type")) is None for child in root):  # Word's own separators have a type
            found.append(name)
    return " and ".join(sorted(found))
