"""The Home tab: what waits for me, and how to start."""

from __future__ import annotations

from collections.abc import Sequence

from blocks.body import line, short
from blocks.digest_list import DigestLine, digest_blocks
from blocks.parts import Block, actions, button, context, divider, header, section
from blocks.review import Source, sources_blocks

DELEGATE, SETTINGS = "home_delegate", "home_settings"
_ROOM = 60_000  # for what waits; the rest is for to-dos and digests
EXAMPLES = (
    ("/summarise", "the last seven days of the channel you are in"),
    ("/summarise 2 weeks", "a longer time"),
    ("/summarise #general since monday", "another channel"),
    ("/summarise 2026-11-01..2026-11-14", "between two days"),
    ("/digest", "what is new in some channels, on days and at an hour"),
)


def home(
    sources: Sequence[Source],
    *,
    minutes: int = 0,
    digests: Sequence[DigestLine] = (),
    todos: Sequence[Block] = (),
    settings: Sequence[Block] = (),
    notice: str = "",
    examples: Sequence[tuple[str, str]] = EXAMPLES,
) -> Block:
    """The Home view of one person: what they may decide on by `sources`, which takes so many minutes, their `digests`,
    and the blocks about `todos` and `settings`."""
    blocks = [section("*AI drafts, a person countersigns.* Nothing I write takes effect before somebody approves it.")]
    if line(notice):
        blocks.append(context(f"ℹ️ {short(notice, 800)}"))
    blocks += [divider(), *_waiting(sources, minutes)]
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


def _waiting(sources: Sequence[Source], minutes: int) -> list[Block]:
    count = sum(len(source.lines) for source in sources)
    if not count:
        return [header("Nothing waits for you"), context("Drafts that need your approval will be listed here.")]
    blocks = [header(f"Waits for you: {count}, about {minutes} minute{'' if minutes == 1 else 's'}")]
    blocks.append(actions(button("Review one by one", "home_review", style="primary")))
    return [*blocks, *sources_blocks(sources, _ROOM)]
