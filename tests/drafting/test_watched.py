from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.desk.moved import watched
from bot.drafting.checks.verifier import verify
from bot.drafting.source import Source, SourceItem
from tests.drafting.checks.note import says

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def source(items: list[SourceItem], *, grows: bool = False) -> Source:
    """The three messages as a root, its reply and a root of its own."""
    roots = ("C1/1.5", "C1/1.5", "C1/3.5")
    placed = (replace(item, ref=f"C1/{n}.5", root=roots[n - 1]) for n, item in enumerate(items, 1))
    return Source("t", tuple(placed), grows=grows)


def test_what_is_cited_is_watched_and_how_far_its_thread_was_read(items: list[SourceItem]) -> None:
    read = source(items, grows=True)
    payload = verify(says("Version 2.1 ships on Friday.", ("m1", "We ship version 2.1 on Friday")), read.items)
    found = watched(read, payload, NOW)
    assert found["roots"] == {"C1/1.5": "C1/1.5"}
    assert found["threads"] == {"C1/1.5": "2.5"}
    assert found["texts"] == {"C1/1.5": read.items[0].sha256}


def test_of_a_closed_period_no_thread_is_watched(items: list[SourceItem]) -> None:
    read = source(items)
    payload = verify(says("Version 2.1 ships on Friday.", ("m1", "We ship version 2.1 on Friday")), read.items)
    assert watched(read, payload, NOW)["threads"] == {}


def test_a_text_is_watched_as_it_was_read_whatever_the_draft_was_written_from(items: list[SourceItem]) -> None:
    read = source(items)
    closed = [replace(item, text=item.text.replace("agreed?", "[NAME]?")) for item in read.items]
    payload = verify(says("Version 2.1 ships on Friday.", ("m1", "We ship version 2.1 on Friday")), closed)
    assert payload.outcome.evidence[0].sha256 != read.items[0].sha256
    assert watched(read, payload, NOW)["texts"] == {"C1/1.5": read.items[0].sha256}


def test_of_a_cited_file_the_message_that_shared_it_is_watched(items: list[SourceItem]) -> None:
    read = source(items, grows=True)
    page = replace(read.items[0], id="m4", ref="F1#p1", kind="file", text="The budget is 1,500 euros.", shared="C1/3.5")
    read = replace(read, items=(*read.items, replace(page, root="C1/3.5")))
    payload = verify(says("The budget is 1,500 euros.", ("m4", "The budget is 1,500 euros.")), read.items)
    found = watched(read, payload, NOW)
    assert found["shares"] == {"F1#p1": "C1/3.5"}
    assert found["roots"] == {"C1/3.5": "C1/3.5"}
