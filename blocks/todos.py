"""To-dos as their owners, leads and channels see them: lists with buttons, and the summary without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from blocks import rich
from blocks.body import clean, clip, fallback, line, short
from blocks.budget import MESSAGE_SIZE, size
from blocks.ids import pack_todo, pack_todo_choice
from blocks.message import Message
from blocks.parts import Block, actions, button, context, option, plain, section

SAID_DONE, NOT_YET = "todo_said_done", "todo_not_yet"
DONE, REOPEN, MORE, GIVE, DROP = "todo_done", "todo_reopen", "todo_more", "todo_give", "todo_drop"
CHOICES = (("Reassign", "give"), ("Change date", "date"), ("Not mine", "refuse"))
_CLIP = 200  # characters of a to-do in a list; its form has all of it
_MOST = 20  # to-dos of one message
_RESERVED = 1_000  # characters of a message for what stands around the list
_SIGNS = {"open": "☐", "done": "☑", "dropped": "✗"}


@dataclass(frozen=True)
class TodoLine:
    """One to-do as one person, or a channel, sees it. `owner` and `by` are names, "" for nobody."""

    id: str
    text: str
    owner: str = ""
    due: str = ""  # "by Thu 26 Nov"
    state: str = "open"
    link: str = ""  # permalink of what it was said in; "" for who may not read that
    by: str = ""  # who changed it last
    late: bool = False
    mine: bool = True  # of the person who reads this list
    may_change: bool = True  # though it is not theirs
    places: tuple[tuple[str, str], ...] = ()  # what was made of it elsewhere: "acme/web#12", and its address, if any
    settled_in: str = ""  # which of them was closed, where that and no person has changed it


def summary(title: str, lines: Sequence[TodoLine]) -> Message:
    """What became of every to-do of a draft, one line each."""
    open_still = sum(one.state == "open" for one in lines)
    head = f"{open_still} of {len(lines)} still to do" if open_still else f"All {len(lines)} done or dropped"
    words = f"*To-dos*, from {short(title, 200)}: {head}"
    rows: list[rich.Row] = []
    for one in lines:
        row = rich.Row("paragraph", (*_text(one), *_about(one, named=True)))
        if rows and sum(each.weight for each in rows) + row.weight > MESSAGE_SIZE - _RESERVED:
            break
        rows.append(row)
    more = [context(f"… and {len(lines) - len(rows)} more")] if len(rows) < len(lines) else []
    return Message(
        fallback(f"To-dos: {head}", *(_plain(one) for one in lines)), [section(words), *rich.blocks(rows), *more]
    )


def todo_list(intro: str, lines: Sequence[TodoLine], note: str = "") -> Message:
    """A person's to-dos with what they can do about each; those that do not fit are counted."""
    head = [section(f"*{short(intro, 300)}*")]
    shown, hidden = fitting(lines, MESSAGE_SIZE - _RESERVED)
    more = [context(f"… and {hidden} more: all of yours are on my Home tab, and in /countersign todos")]
    foot = [context(said)] if (said := short(note, 500)) else []
    return Message(fallback(intro, *(_plain(one) for one in lines)), [*head, *shown, *(more if hidden else []), *foot])


def fitting(lines: Sequence[TodoLine], room: int, most: int = _MOST) -> tuple[list[Block], int]:
    """The blocks of as many of the lines as fit, and how many did not."""
    return _fitting(lines, room, todo_blocks, most)


def _fitting(
    lines: Sequence[TodoLine], room: int, draw: Callable[[TodoLine], list[Block]], most: int = _MOST
) -> tuple[list[Block], int]:
    blocks: list[Block] = []
    for number, one in enumerate(lines):
        added = draw(one)
        if blocks and (number >= most or size([*blocks, *added]) > room):
            return blocks, len(lines) - number
        blocks += added
    return blocks, 0


def todo_blocks(one: TodoLine) -> list[Block]:
    """One to-do with its buttons."""
    shown = rich.blocks([rich.Row("paragraph", (*_text(one), *_about(one, named=not one.mine)))])
    if not one.may_change:
        return shown
    if one.state == "done":
        return [*shown, actions(button("Not done yet", REOPEN, pack_todo(one.id)))]
    if one.state != "open" or not (one.mine or one.may_change):
        return shown
    choices = [choice for choice in CHOICES if one.mine or choice[1] != "refuse"]
    return [
        *shown,
        actions(
            button("Done", DONE, pack_todo(one.id), style="primary"),
            {
                "type": "overflow",
                "action_id": MORE,
                "options": [option(label, pack_todo_choice(name, one.id)) for label, name in choices],
            },
        ),
    ]


def said_done(key: str, one: TodoLine, words: str, link: str, answer: str) -> Message:
    """To an owner: you said that this is done; is it? `words` are what they said, "" where that is gone."""
    intro = "It looks as if this is done. Is it?"
    blocks = [section(f"*{short(intro, 300)}*")]
    blocks += rich.blocks([rich.Row("paragraph", (*_text(one), *_about(one, named=not one.mine)))])
    if said := clip(clean(words).strip(), _CLIP):
        seen = (*rich.text(" · "), *rich.link(link, "your message")) if link else ()
        blocks += rich.blocks([rich.Row("quote", (*rich.text(said), *seen))])
    else:
        blocks.append(context("What you said is no longer there"))
    if one.state == "open" and one.mine and not answer:
        blocks.append(actions(button("Done", SAID_DONE, key, style="primary"), button("Not yet", NOT_YET, key)))
    elif one.state == "open" and answer:
        blocks.append(context("You said: not yet"))
    return Message(fallback(intro, _plain(one)), blocks)


def ownerless(intro: str, lines: Sequence[TodoLine]) -> Message:
    """To who decides: nobody does these; who does? What has an owner by now has no list of people any more."""
    shown, hidden = _fitting(lines, MESSAGE_SIZE - _RESERVED, _giving)
    more = [context(f"… and {hidden} more: all of them are on my Home tab, and in /countersign todos")]
    blocks = [section(f"*{short(intro, 300)}*"), *shown, *(more if hidden else [])]
    return Message(fallback(intro, *(_plain(one) for one in lines)), blocks)


def _giving(one: TodoLine) -> list[Block]:
    shown = rich.blocks([rich.Row("paragraph", (*_text(one), *_about(one, named=True)))])
    if one.state != "open" or one.owner:
        return shown
    pick = {"type": "users_select", "action_id": GIVE, "placeholder": plain("Give it to…", 150)}
    return [*shown, {**actions(pick, button("Drop it", DROP, pack_todo(one.id))), "block_id": pack_todo(one.id)}]


def _text(one: TodoLine) -> tuple[Block, ...]:
    words = f"{_SIGNS[one.state]} "
    text = clip(clean(one.text).strip(), _CLIP) or "–"
    return (*rich.text(words), *rich.text(text, strike=one.state != "open" or not (one.mine or one.may_change)))


def _about(one: TodoLine, *, named: bool) -> tuple[Block, ...]:
    said = []
    if one.state == "open":
        if named:
            said.append(f"@{_name(one.owner)}" if one.owner else "owner?")
        said += [f"⚠️ was due {one.due.removeprefix('by ')}" if one.late else one.due] if one.due else []
    elif one.by:
        said.append(f"{one.state} by @{_name(one.by)}")
    elif one.settled_in:
        said.append(f"{one.state} in {clip(line(one.settled_in), 80)}")
    words = rich.text(f" — {', '.join(said)}") if said else ()
    links = [
        *([(one.link, "source")] if one.link else []),
        *((link, clip(line(name), 80)) for name, link in one.places),
    ]
    return (*words, *(part for link, name in links for part in (*rich.text(" · "), *rich.link(link, name))))


def _name(name: str) -> str:
    return clip(line(name).lstrip("@"), 80) or "somebody"


def _plain(one: TodoLine) -> str:
    return f"{_SIGNS[one.state]} {clip(line(one.text), _CLIP)}"
