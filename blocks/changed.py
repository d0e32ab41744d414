"""What a reviewer changed, as a decided card shows it: gone words struck, new ones bold, what was put back named."""

from __future__ import annotations

from collections.abc import Iterator

from blocks import rich
from blocks.body import clean, clip, line
from blocks.parts import Block
from blocks.view import Card, Change
from blocks.word_diff import word_diff

_CONTEXT = 40  # characters that are shown of what stays around a change
_PIECES = 16  # of one diff; more of them are harder to read than the two texts


def changed(view: Card, most: int, width: int) -> Iterator[rich.Row]:
    """A row for each changed statement and for each that was put back; `width` is for one side of a change."""
    back = {line(item.text) for part in view.sections for item in part.items if item.put_back}
    edits = [change for change in view.changes if clean(change.before).strip() or clean(change.after).strip()]
    kept = sorted(back - {line(change.after) for change in edits} - {""})
    if not edits and not kept:
        return
    yield rich.Row("paragraph", rich.text("Edits", bold=True), opens=True)
    for change in edits[:most]:
        yield rich.Row("bullet", _said("put back", line(change.after) in back) + _diff(change, width))
    for text in kept[: max(0, most - len(edits))]:
        yield rich.Row("bullet", _said("put back", True) + rich.text(clip(text, width)))
    if (hidden := len(edits) + len(kept) - most) > 0:
        yield rich.Row("paragraph", rich.text(f"… and {hidden} more changed", italic=True))


def _said(what: str, so: bool) -> tuple[Block, ...]:
    return rich.text(f"{what}: ", italic=True) if so else ()


def _diff(change: Change, width: int) -> tuple[Block, ...]:
    before, after = clean(change.before).strip(), clean(change.after).strip()
    if not before:
        return rich.text("added: ") + rich.text(clip(after, width), bold=True)
    if not after:
        return rich.text("removed: ") + rich.text(clip(before, width), strike=True)
    before, after = (clip(side, width) for side in _around(before, after))
    pieces = word_diff(before, after)
    if len(pieces) > _PIECES:
        return rich.text(before, strike=True) + rich.text(" → ") + rich.text(after, bold=True)
    parts: tuple[Block, ...] = ()
    for place, (sort, words) in enumerate(pieces):
        if sort == "come" and place and pieces[place - 1][0] == "gone" and not pieces[place - 1][1][-1:].isspace():
            parts += rich.text(" ")
        parts += rich.text(words, strike=sort == "gone", bold=sort == "come")
    return parts


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts without what is the same far before and far after the change, "…" in its place."""
    same = _alike(before, after)
    start = before.rfind(" ", 0, max(0, same - _CONTEXT)) + 1
    tail = _alike(before[same:][::-1], after[same:][::-1])
    stop = before.find(" ", len(before) - max(0, tail - _CONTEXT))
    cut = len(before) - stop if stop >= 0 and tail > _CONTEXT else 0
    head, foot = "… " if start else "", " …" if cut else ""
    return head + before[start : len(before) - cut] + foot, head + after[start : len(after) - cut] + foot


def _alike(one: str, other: str) -> int:
    """How many characters the two begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
