"""HTML and canvases, section by section as headings part them; scripts, comments and what is not shown are dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html
from lxml.html import HtmlElement

from bot.sources.files.hiding import Hiding
from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.words import words_of

_NEVER_SHOWN = frozenset(["script", "style", "template", "noscript", "head", "iframe", "object", "svg"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCKS = _HEADINGS.union(
    ("address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figcaption", "figure"),
    (
        "footer",
        "form",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tr",
        "ul",
    ),
)
_CELLS = frozenset(["td", "th"])


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each heading with what stands under it."""
    account.unit = "section"
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", words_of(path))
    if not text.strip():
        return
    try:
        root = html.document_fromstring(text)
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable("cannot be taken apart (damaged, or too large)") from error
    title, pieces = "", list[str]()
    hiding = Hiding("\n".join(str(sheet.text or "") for sheet in root.iter("style")))
    for heading, said in _pieces(root, hiding, account):
        if heading:
            if (told := _told(pieces)) != title:
                account.taken += 1
                yield _part(account.taken, title, told)
            title, pieces = said, [said, "\n"]
        else:
            pieces.append(said)
    if told := _told(pieces):
        account.taken += 1
        yield _part(account.taken, title, told)


def _part(number: int, title: str, text: str) -> Part:
    return Part(f"s{number}", f"section “{title[:60]}”" if title else "", text)


def _told(pieces: list[str]) -> str:
    lines = (" ".join(line.split()).strip(" |") for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(root: HtmlElement, hiding: Hiding, account: Account) -> Iterator[tuple[bool, str]]:
    """What is shown, in order, with line breaks; headings whole and marked. A loop: documents may nest very deep."""
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event in ("comment", "pi"):
            account.hidden += event == "comment"
        elif event == "start":
            tag = str(element.tag).lower()
            unshown = tag in _NEVER_SHOWN or hiding.hides(element)
            if unshown or tag in _HEADINGS:
                walk.skip_subtree()
            if unshown:
                account.hidden += bool(tag != "head" and "".join(element.itertext()).strip())
            elif tag in _HEADINGS:
                inside = " ".join(" ".join(_shown(element, hiding, account)).split())
                if inside:
                    yield True, inside
            else:
                yield False, ("\n" if tag in _BLOCKS else " | " if tag in _CELLS else "") + _flat(element.text)
            continue
        elif str(element.tag).lower() in _BLOCKS:
            yield False, "\n"
        yield False, _flat(element.tail)


def _shown(heading: HtmlElement, hiding: Hiding, account: Account) -> Iterator[str]:
    walk = etree.iterwalk(heading, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if element is not heading and (str(element.tag) in _NEVER_SHOWN or hiding.hides(element)):
                account.hidden += 1
                walk.skip_subtree()
            else:
                yield element.text or ""
        elif element is not heading:
            yield element.tail or ""


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
