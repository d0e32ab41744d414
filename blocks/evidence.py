"""The evidence view: every statement in full, its mark, and the words of the source it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from blocks import rich
from blocks.body import clean, clip, line, short, split_text
from blocks.budget import VIEW_BLOCKS, VIEW_BYTES, Budget
from blocks.draft_text import tail
from blocks.marks import full_mark_line
from blocks.not_covered import not_covered_rows
from blocks.parts import EVIDENCE, Block, context, modal, plain, section
from blocks.view import Card, Item, Quote

_COVERAGE = 9  # blocks: what was read and what was not is told in full here, and only here
_BLOCKS = VIEW_BLOCKS - _COVERAGE - 2  # title, and the line about what is not shown
_BYTES = VIEW_BYTES - 10_000
_QUOTE = 1500  # characters of one quotation; its permalink has the rest


def evidence_view(view: Card) -> Block:
    """The modal that shows all evidence, or says how many statements it could not hold in full."""
    statements = list(_statements(view))
    if uncovered := list(not_covered_rows(view)):
        statements.append(uncovered)
    rows = [row for statement in statements for row in statement]
    groups = rich.group(rows)
    if len(groups) > _BLOCKS:
        groups = rich.group(replace(row, opens=False) for row in rows)
    head = _head(view)
    budget = Budget(_BLOCKS + len(head), _BYTES)
    budget.take(head)
    shown = _fitting(groups, budget)
    missing = _incomplete(statements, sum(len(group) for group in shown))
    return modal(EVIDENCE, [*head, *map(rich.block, shown), *_missing(missing)], close=plain("Close", 24))


def _fitting(groups: list[list[rich.Row]], budget: Budget) -> list[list[rich.Row]]:
    for position, rows in enumerate(groups):
        if not budget.take([rich.block(rows)]):
            return groups[:position]
    return groups


def _incomplete(statements: list[list[rich.Row]], shown: int) -> int:
    """How many statements do not have all their rows among the first `shown`."""
    for position, statement in enumerate(statements):
        shown -= len(statement)
        if shown < 0:
            return len(statements) - position
    return 0


def _head(view: Card) -> list[Block]:
    title = section(f"*{short(view.title) or 'This draft'}* · version {view.version}")
    pieces = split_text(line(view.coverage), 1400)[:_COVERAGE]
    return [title, *(context(short(piece, 2900)) for piece in pieces if piece.strip())]


def _missing(count: int) -> list[Block]:
    if not count:
        return []
    words = "1 more statement is" if count == 1 else f"{count} more statements are"
    return [section(f"⚠️ *{words} not shown in full*: one window cannot hold more.")]


def _statements(view: Card) -> Iterator[list[rich.Row]]:
    for part in view.sections:
        title = clip(line(part.title), 300)
        heading = [rich.Row("paragraph", rich.text(title, bold=True), opens=True)] if title else []
        for item in part.items:
            rows = list(_statement(item))
            if rows:
                yield [*heading, replace(rows[0], opens=not heading), *rows[1:]]
                heading = []


def _statement(item: Item) -> Iterator[rich.Row]:
    text = clean(item.text)
    if not text.strip():
        return
    *heads, last = split_text(text, rich.PIECE)
    for piece in [*heads, last + tail(item)]:
        yield rich.Row("paragraph", rich.text(piece))
    yield rich.Row("paragraph", rich.text(full_mark_line(item), italic=True))
    for quote in item.evidence:
        yield rich.Row("quote", _quote(quote))


def _quote(quote: Quote) -> tuple[Block, ...]:
    words = clip(clean(quote.words).strip(), _QUOTE)
    label = f", {clip(line(quote.label), 150)}" if quote.label else ""
    parts = rich.text(f"“{words}” — {clip(line(quote.author), 80) or 'unknown author'}{label}")
    return parts + rich.text(" · ") + rich.link(quote.permalink, "open") if quote.permalink else parts
