"""The list of digests: after /digest list and on the Home tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from blocks.body import date, fallback, line, short
from blocks.digest_form import CONTENTS, PERIODS
from blocks.message import Message
from blocks.parts import Block, actions, button, confirm, context, section

SHOWN = 10  # on a page
LIST = "/digest list"


@dataclass(frozen=True)
class DigestLine:
    """One digest as a person sees it. `mine`: they set it up; `may_allow`: they may let it go without a review."""

    id: str
    channels: tuple[str, ...]  # ids: a name is shown to those alone who may know it
    to_channel: str
    to_users: tuple[str, ...]
    when: str  # "Mon, Thu 09:00 Europe/Berlin"
    next_run: str  # "Mon 09:00 Europe/Berlin"
    running: bool
    content: str = "news"  # as in the form
    period: str = "day"
    why: str = ""  # why it is paused
    mine: bool = True
    may_allow: bool = False
    allowed_by: str = ""
    allowed_at: datetime | None = None


def digest_list(lines: Sequence[DigestLine], page: int = 1) -> Message:
    """The answer to /digest list: one page of it, the last one if there are fewer."""
    if not lines:
        return Message("You have no digests.", [section("You have no digests."), actions(_new())])
    page = max(1, min(page, -(-len(lines) // SHOWN)))
    words = [f"next run: {one.next_run}" if one.running else "paused" for one in _of(lines, page)]
    return Message(fallback(f"Digests: {len(lines)}", *words), [*digest_blocks(lines, page), actions(_new())])


def digest_blocks(lines: Sequence[DigestLine], page: int = 1) -> list[Block]:
    """Each digest of a page with its buttons, and how to see the others."""
    blocks: list[Block] = []
    for one in _of(lines, page):
        blocks += [section(_words(one)), actions(*_buttons(one))]
    if len(lines) > SHOWN:
        first, last = (page - 1) * SHOWN + 1, min(page * SHOWN, len(lines))
        others = f"{LIST} {page + 1}" if last < len(lines) else LIST
        blocks.append(context(f"{first} to {last} of {len(lines)} digests. Type `{others}` for the others."))
    return blocks


def _of(lines: Sequence[DigestLine], page: int) -> Sequence[DigestLine]:
    return lines[(page - 1) * SHOWN : page * SHOWN]


def _new() -> Block:
    return button("New digest", "digest_new", style="primary")


def _words(one: DigestLine) -> str:
    channels = ", ".join(f"<#{channel}>" for channel in one.channels)
    to = f"<#{one.to_channel}>" if one.to_channel else ", ".join(f"<@{user}>" for user in one.to_users)
    to = to or ("you alone" if one.mine else "who set it up alone")
    state = f"next run: {short(one.next_run, 100)}" if one.running else f"⏸ paused: {short(line(one.why), 500)}"
    review = "reviewed first"
    if one.allowed_by:
        review = f"not reviewed; allowed by <@{one.allowed_by}>"
        review += f" ({date(one.allowed_at)})" if one.allowed_at else ""
    what, covers = dict(CONTENTS)[one.content], dict(PERIODS)[one.period]
    first = f"*{short(what)}* in {channels}, to {to}"
    return f"{first}\n{short(one.when, 100)} · {short(covers[0].lower() + covers[1:])} · {review}\n{state}"


def _buttons(one: DigestLine) -> list[Block]:
    buttons = [button("Pause", "digest_pause", one.id) if one.running else button("Resume", "digest_resume", one.id)]
    if one.mine:
        if one.running:
            buttons.append(button("Run now", "digest_run", one.id))
        buttons.append(button("Edit", "digest_edit", one.id))
        buttons.append({**button("Delete", "digest_delete", one.id, style="danger"), "confirm": _sure()})
    if one.allowed_by:
        buttons.append(button("Require review", "digest_revoke", one.id))
    elif one.may_allow:
        buttons.append(button("Allow without review", "digest_allow", one.id))
    return buttons


def _sure() -> Block:
    what = "It will not run any more, and a draft that waits for review is withdrawn."
    return confirm("Delete this digest?", what, "Delete", "Keep", style="danger")
