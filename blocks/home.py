"""The Home tab: what waits for me, and how to start."""

from __future__ import annotations

from collections.abc import Sequence

from blocks.body import date, is_link, line, mention, short
from blocks.digest_list import DigestLine, digest_blocks
from blocks.parts import Block, actions, button, context, divider, header, section
from blocks.view import Waiting

SHOWN = 20
DELEGATE, SETTINGS = "home_delegate", "home_settings"
EXAMPLES = (
    ("/summarise", "the last seven days of the channel you are in"),
    ("/summarise 2 weeks", "a longer time"),
    ("/summarise #general since monday", "another channel"),
    ("/summarise 2026-11-01..2026-11-14", "between two days"),
    ("/digest", "what is new in some channels, on days and at an hour"),
)


def home(
    waiting: Sequence[Waiting],
    *,
    digests: Sequence[DigestLine] = (),
    todos: Sequence[Block] = (),
    settings: Sequence[Block] = (),
    notice: str = "",
    examples: Sequence[tuple[str, str]] = EXAMPLES,
) -> Block:
    """The Home view of one person: `waiting` is what they may decide on, oldest first; `digests` are theirs, and
    `todos` and `settings` the blocks about those."""
    blocks = [section("*AI drafts, a person countersigns.* Nothing I write takes effect before somebody approves it.")]
    if line(notice):
        blocks.append(context(f"ℹ️ {short(notice, 800)}"))
    blocks += [divider(), header(f"Waits for you: {len(waiting)}" if waiting else "Nothing waits for you")]
    blocks += [_row(entry) for entry in waiting[:SHOWN]]
    if more := len(waiting) - len(waiting[:SHOWN]):
        blocks.append(context(f"… and {more} more"))
    if not waiting:
        blocks.append(context("Drafts that need your approval will be listed here."))
    blocks += todos
    if digests:
        blocks += [divider(), header("Your digests"), *digest_blocks(digests)]
    blocks += settings
    commands = "\n".join(f"• `{short(command, 150)}`: {short(what, 150)}" for command, what in examples)
    blocks += [divider(), header("Start here"), section(f"Type one of these in a channel that I am in:\n{commands}")]
    blocks.append(
        context(
            "For one thread, open the ⋮ menu of a message in it and choose *Summarise thread*, or mention me there."
        )
    )
    return {"type": "home", "blocks": blocks}


def home_settings(stand_in: str, *, is_admin: bool) -> list[Block]:
    """The part of the Home tab about settings; `stand_in` says who decides in this person's place."""
    everywhere = [button("Settings of the workspace", SETTINGS)] if is_admin else []
    return [divider(), context(short(stand_in, 300)), actions(button("Who decides for me", DELEGATE), *everywhere)]


def _row(entry: Waiting) -> Block:
    about = [short(entry.where, 150)]
    if entry.requester:
        about.append(f"asked by {mention(entry.requester)}")
    if entry.asked_at:
        about.append(date(entry.asked_at))
    words = "\n".join(filter(None, [f"*{short(entry.title, 200) or 'A draft'}*", " · ".join(filter(None, about))]))
    return section(words, button("Open", "home_open", url=entry.link) if is_link(entry.link) else None)
