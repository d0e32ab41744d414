"""What approval posts: the draft as it was approved, with its sources and who approved it."""

from __future__ import annotations

from collections.abc import Callable

from blocks import draft_text, rich
from blocks.body import fallback, line, mention, name, short
from blocks.brief import brief_buttons
from blocks.budget import MESSAGE_SIZE
from blocks.message import Message
from blocks.parts import context, header
from blocks.view import Person, Posted

WEIGHT = MESSAGE_SIZE - 1_500  # for the statements: the rest is for title, part number and approval
BLOCKS = 45  # of 50: the rest are title, part number and approval


def posted(view: Posted) -> list[Message]:
    """One message, or several in order where one cannot hold it all. Every statement is in them in full."""
    pages = _pages(rich.group(draft_text.rows(draft_text.on(view.sections), marks=False)))
    messages = []
    for number, page in enumerate(pages, 1):
        blocks = [header(view.title)] if number == 1 else [context(_part(view, number, len(pages)))]
        blocks += [rich.block(rows) for rows in page]
        if number == len(pages):
            blocks.append(context(_approval(view)))
            blocks += [brief_buttons(view.brief)] if view.brief else []
        text = "".join(part["text"] for rows in page for row in rows for part in (*row.parts, *rich.text("\n")))
        messages.append(Message(fallback(_headline(view), text), blocks))
    return messages


def _pages(groups: list[list[rich.Row]]) -> list[list[list[rich.Row]]]:
    pages: list[list[list[rich.Row]]] = [[]]
    weight = 0
    for rows in groups:
        added = sum(row.weight for row in rows)
        if pages[-1] and (weight + added > WEIGHT or len(pages[-1]) >= BLOCKS):
            pages.append([])
            weight = 0
        pages[-1].append(rows)
        weight += added
    return pages


def _part(view: Posted, number: int, total: int) -> str:
    return f"*{short(view.title, 300) or '–'}* · part {number} of {total}"


def _approval(view: Posted) -> str:
    who = _all(view, mention)
    how = f"✅ Approved by {who}" if view.reviewed else f"⚠️ Not reviewed; allowed by {who}"
    return " · ".join(filter(None, [how, short(view.footer, 1000)]))


def _all(view: Posted, named: Callable[[Person], str]) -> str:
    *others, last = map(named, (view.approved_by, *view.others))
    return f"{', '.join(others)} and {last}" if others else last


def _headline(view: Posted) -> str:
    how = "approved by" if view.reviewed else "not reviewed; allowed by"
    return f"{line(view.title)} ({how} {_all(view, name)})".strip()
