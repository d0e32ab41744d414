"""rich_text: blocks whose text Slack never parses, so nothing a model or a person wrote can become live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from blocks.body import clean, is_link
from blocks.budget import size
from blocks.parts import Block

BLOCK_WEIGHT = 3500  # characters of JSON in one block, well inside what Slack takes
PIECE = 2500  # characters in one text element
_AROUND = 50  # characters of JSON that a section takes around its parts
_ROWS = 40  # paragraphs and bullets in one block


@dataclass(frozen=True)
class Row:
    """One paragraph, bullet or quotation. `opens`: it starts a new block, which sets it apart a little."""

    style: Literal["paragraph", "bullet", "quote"]
    parts: tuple[Block, ...]
    opens: bool = False

    @property
    def weight(self) -> int:
        """Characters of JSON that it adds to a message."""
        return size(self.parts) + _AROUND


def text(words: str, *, bold: bool = False, italic: bool = False, strike: bool = False) -> tuple[Block, ...]:
    """The words as they are, in no or one text element (Slack refuses empty ones)."""
    words = clean(words)
    if not words:
        return ()
    styles = {"bold": bold, "italic": italic, "strike": strike}
    style = {key: True for key, wanted in styles.items() if wanted}
    element: Block = {"type": "text", "text": words}
    return ({**element, "style": style} if style else element,)


def link(url: str, label: str) -> tuple[Block, ...]:
    """A live link; only the label where `url` is no address."""
    words = clean(label).strip() or "link"
    return ({"type": "link", "url": url, "text": words},) if is_link(url) else text(words)


def group(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows of each block, none too heavy."""
    groups: list[list[Row]] = []
    weight = 0
    for row in rows:
        if not row.parts:
            continue
        full = groups and (weight + row.weight > BLOCK_WEIGHT or len(groups[-1]) >= _ROWS)
        if not groups or row.opens or full:
            groups.append([])
            weight = 0
        groups[-1].append(row)
        weight += row.weight
    return groups


def block(rows: Sequence[Row]) -> Block:
    """One rich_text block; neighbouring bullets become one list."""
    elements: list[Block] = []
    for row in rows:
        inner: Block = {"type": "rich_text_section", "elements": list(row.parts)}
        if row.style == "paragraph":
            elements.append(inner)
        elif row.style == "quote":
            elements.append({"type": "rich_text_quote", "elements": list(row.parts)})
        elif elements and elements[-1]["type"] == "rich_text_list":
            elements[-1]["elements"].append(inner)
        else:
            elements.append({"type": "rich_text_list", "style": "bullet", "elements": [inner]})
    return {"type": "rich_text", "elements": elements}


def blocks(rows: Iterable[Row]) -> list[Block]:
    """The rows as rich_text blocks."""
    return [block(rows) for rows in group(rows)]
