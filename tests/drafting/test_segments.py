from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.planner.segments import Segment, cost, segments
from bot.drafting.source import SourceItem

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
LIMIT, MOST = 150.0, 220.0


def item(number: int, minute: float, text: str = "It ships on Friday, says Ben.", thread: str = "") -> SourceItem:
    at = MONDAY + timedelta(minutes=minute)
    return SourceItem(f"m{number}", "Ana", "U1", at, text, thread=thread, ref=f"C1/{number}", place="#dev")


def cut(items: Sequence[SourceItem], zone: str = "UTC") -> list[Segment]:
    return segments(items, zone=zone, limit=LIMIT, most=MOST)


def refs(segment: Segment) -> list[str]:
    return [each.ref for each in segment.items]


@st.composite
def conversations(draw: st.DrawFn) -> list[SourceItem]:
    """Up to 80 messages over some days, some of them replies, in the order of a source."""
    roots: list[SourceItem] = []
    replies: dict[str, list[SourceItem]] = {}
    minute = 0.0
    for number in range(draw(st.integers(1, 30))):
        minute += draw(st.sampled_from([0.5, 3, 20, 45, 400]))
        text = "word " * draw(st.sampled_from([1, 8, 30, 90, 250]))
        root = draw(st.sampled_from([None, None, *roots[-3:]]))
        new = item(number, minute, text, root.id if root else "")
        if root:
            replies.setdefault(root.id, []).append(new)
        else:
            roots.append(new)
    return [each for root in roots for each in (root, *replies.get(root.id, ()))]


@given(conversations())
def test_every_message_is_in_one_part_whole_or_in_pieces_of_it(items: list[SourceItem]) -> None:
    found: dict[str, str] = {}
    for part in cut(items):
        for each in part.items:
            found[each.ref] = found.get(each.ref, "") + each.text
    assert found.keys() == {each.ref for each in items}
    for each in items:  # what follows is its first line, repeated for replies in other parts
        assert found[each.ref].startswith(each.text)


@given(conversations())
def test_parts_keep_to_their_size_unless_one_message_alone_is_larger(items: list[SourceItem]) -> None:
    for part in cut(items):
        size = sum(map(cost, part.items))
        own = [each for each in part.items if each.at.date() == part.day]
        assert size <= LIMIT or len(own) <= 2
        assert size <= MOST + 120  # a repeated root


@given(conversations())
def test_a_longer_period_has_the_same_parts_for_the_same_days(items: list[SourceItem]) -> None:
    last = items[-1].at.date() - timedelta(days=1)
    first = items[0].at.date() + timedelta(days=1)
    inner = [each for each in items if first <= each.at.date() <= last]
    roots = {each.id for each in inner}
    known = {each.thread for each in inner if each.thread} - roots
    window = [each for each in items if each.id in known or each in inner]
    assert [part for part in cut(window) if first <= part.day <= last] == [
        part for part in cut(items) if first <= part.day <= last
    ]


@given(conversations(), st.data())
def test_an_edit_changes_no_more_than_one_part_s_worth(items: list[SourceItem], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    edited = [*items[:place], replace(items[place], text=items[place].text + " and more"), *items[place + 1 :]]
    before = {part.items for part in cut(items)}
    again = [part for part in cut(edited) if part.items not in before]
    same = [part for part in again if part.day == items[place].at.date()]
    # Replies on later days repeat the first line of an edited root; on its own day it is one part, or the two of one.
    late = {each.at.date() for each in items if each.thread == items[place].id}
    assert {part.day for part in again} <= {items[place].at.date()} | late
    if items[place].id not in {each.thread for each in items}:
        assert sum(cost(each) for part in same for each in part.items) <= 2 * LIMIT + 3 * MOST


def test_a_quiet_day_is_one_part() -> None:
    (part,) = cut([item(1, 540), item(2, 545), item(3, 900)])
    assert refs(part) == ["C1/1", "C1/2", "C1/3"]


def test_a_day_begins_where_the_asker_lives() -> None:
    late = [item(1, 22 * 60), item(2, 23 * 60 + 30)]
    assert [part.day.isoformat() for part in cut(late)] == ["2026-11-16"]
    assert [part.day.isoformat() for part in cut(late, "Europe/Berlin")] == ["2026-11-16", "2026-11-17"]


def test_a_long_day_is_cut_at_a_pause_and_not_within_a_thread() -> None:
    thread = [item(1, 600, "w " * 20), *(item(n, 600 + n, "w " * 20, "m1") for n in (2, 3))]
    later = [item(n, 700 + n, "w " * 20) for n in (4, 5, 6)]
    assert [refs(part) for part in cut([*thread, *later])] == [["C1/1", "C1/2", "C1/3"], ["C1/4", "C1/5", "C1/6"]]


def test_a_thread_larger_than_a_part_has_its_root_s_first_line_repeated() -> None:
    thread = [item(1, 600, "Which day?\nWe spoke of it."), *(item(n, 600 + n, "w " * 60, "m1") for n in range(2, 9))]
    first, *others = cut(thread)
    assert first.items[0].text == "Which day?\nWe spoke of it."
    assert others
    assert all(part.items[0].id == "m1" and part.items[0].text == "Which day?" for part in others)


def test_a_reply_on_another_day_stands_there_with_its_root_s_first_line() -> None:
    first, second = cut([item(1, 600, "Which day?\nWe spoke of it."), item(2, 1500, "Friday.", "m1")])
    assert refs(first) == ["C1/1"]
    assert [each.text for each in second.items] == ["Which day?", "Friday."]


@pytest.mark.parametrize("word", ["word ", "word\n", "word"])
def test_a_message_too_large_for_one_look_is_read_in_pieces(word: str) -> None:
    text = word * 2000
    parts = cut([item(1, 600, text)])
    assert len(parts) > 1
    assert "".join(part.items[0].text for part in parts) == text
    assert all(sum(map(cost, part.items)) <= MOST for part in parts)
