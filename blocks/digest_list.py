"""The list of digests: after /digest list and on the Home tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blocks.body import fallback, line, short
from blocks.message import Message
from blocks.parts import Block, actions, button, context, plain, section

SHOWN = 10


@dataclass(frozen=True)
class DigestLine:
    """One digest as a person sees it. `mine`: they set it up; `may_allow`: they may let it go without a review."""

    id: str
    channels: tuple[str, ...]  # ids: a name is shown to those alone who may know it
    to_channel: str
    to_users: tuple[str, ...]
    next_run: str  # "Mon 09:00 Europe/Berlin"
    running: bool
    why: str = ""  # why it is paused
    mine: bool = True
    may_allow: bool = False
    allowed_by: str = ""


def digest_list(lines: Sequence[DigestLine]) -> Message:
    """The answer to /digest list."""
    if not lines:
        return Message("You have no digests.", [section("You have no digests."), actions(_new())])
    words = [f"next run: {one.next_run}" if one.running else "paused" for one in lines[:SHOWN]]
    return Message(fallback(f"Digests: {len(lines)}", *words), [*digest_blocks(lines), actions(_new())])


def digest_blocks(lines: Sequence[DigestLine]) -> list[Block]:
    """Each digest with its buttons."""
    blocks: list[Block] = []
    for one in lines[:SHOWN]:
        blocks += [section(_words(one)), actions(*_buttons(one))]
    if more := len(lines) - len(lines[:SHOWN]):
        blocks.append(context(f"… and {more} more"))
    return blocks


def _new() -> Block:
    return button("New digest", "digest_new", style="primary")


def _words(one: DigestLine) -> str:
    channels = ", ".join(f"<#{channel}>" for channel in one.channels)
    to = f"<#{one.to_channel}>" if one.to_channel else ", ".join(f"<@{user}>" for user in one.to_users)
    when = f"next run: {short(one.next_run, 100)}" if one.running else f"⏸ paused: {short(line(one.why), 500)}"
    review = f"not reviewed; allowed by <@{one.allowed_by}>" if one.allowed_by else "reviewed first"
    return f"*Digest* of {channels} to {to or 'you alone'}\n{when} · {review}"


def _buttons(one: DigestLine) -> list[Block]:
    buttons = [button("Pause", "digest_pause", one.id) if one.running else button("Resume", "digest_resume", one.id)]
    if one.mine:
        if one.running:
            buttons.append(button("Run now", "digest_run", one.id))
        buttons.append(button("Edit", "digest_edit", one.id))
        buttons.append({**button("Delete", "digest_delete", one.id, style="danger"), "confirm": _sure()})
    if one.allowed_by:
        buttons.append(button("Review again", "digest_revoke", one.id))
    elif one.may_allow:
        buttons.append(button("Allow without review", "digest_allow", one.id))
    return buttons


def _sure() -> Block:
    return {
        "title": plain("Delete this digest?", 100),
        "text": plain("It will not run any more.", 300),
        "confirm": plain("Delete", 30),
        "deny": plain("Keep", 30),
        "style": "danger",
    }
