"""To somebody whom a draft gives something to do: is it yours? Asked before anything is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blocks import rich
from blocks.body import clean, clip, fallback, line, short
from blocks.budget import MESSAGE_SIZE, size
from blocks.ids import pack_asked
from blocks.message import Message
from blocks.parts import Block, actions, button, context, section

YES, NO = "asked_yes", "asked_no"
_CLIP = 600  # characters of one
_RESERVED = 1_500  # characters of a message for what stands around the list
_BLOCKS = 46
_SAID = {"yes": "you said that it is yours", "no": "you said that it is not yours"}


@dataclass(frozen=True)
class AskLine:
    """One thing that somebody would own. `words` is the digest it is known by."""

    words: str
    text: str
    due: str = ""  # "by Thu 26 Nov"
    link: str = ""  # permalink of what it was said in; "" for who may not read that
    answer: str = ""  # yes or no


def asked(draft_id: str, who: str, about: str, lines: Sequence[AskLine], *, gone: int, over: str = "") -> Message:
    """The question, with buttons at what is not answered yet. `gone` of what was asked are in the draft no more;
    `over` is what became of the draft, where nothing can be said any more."""
    head = f"@{line(who).lstrip('@')} asks you about a draft{f' of {about}' if about else ''}: is this yours?"
    blocks = [section(f"*{short(head, 400)}*")]
    hidden = 0
    for number, one in enumerate(lines):
        row = _row(draft_id, one, open_still=not over)
        if number and (hidden or size([*blocks, *row]) > MESSAGE_SIZE - _RESERVED or len(blocks) > _BLOCKS):
            hidden += 1
        else:
            blocks += row
    notes = [
        f"… and {hidden} more, which do not fit here" if hidden else "",
        f"{gone} of what you were asked about {'was' if gone == 1 else 'were'} changed or dropped since"
        if gone
        else "",
        f"The draft was {over}: what is yours of it is in your to-dos" if over == "approved" else "",
        f"The draft was {over}: nothing came of it" if over and over != "approved" else "",
        "" if over else "It is not decided yet. What you say is shown to who decides.",
    ]
    blocks += [context(short(note, 300)) for note in notes if note]
    return Message(fallback(head, *(clip(line(one.text), 200) for one in lines)), blocks)


def _row(draft_id: str, one: AskLine, *, open_still: bool) -> list[Block]:
    about = [said for said in (one.due, _SAID.get(one.answer, "")) if said]
    parts = (
        *rich.text(clip(clean(one.text).strip(), _CLIP) or "–"),
        *rich.text(f" — {', '.join(about)}" if about else ""),
    )
    if one.link:
        parts = (*parts, *rich.text(" · "), *rich.link(one.link, "source"))
    shown = rich.blocks([rich.Row("paragraph", parts)])
    if one.answer or not open_still:
        return shown
    value = pack_asked(one.words, draft_id)
    return [*shown, actions(button("Yes", YES, value, style="primary"), button("Not mine", NO, value))]
