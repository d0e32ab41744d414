"""Whatever somebody does to a chain is found; what may be done to it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.audits.verify import verify
from storage.chain import START, Entry, faults
from tests.audits.chains import chain_of, chained, head_of, kept

CHAINS = st.integers(min_value=2, max_value=12).map(chain_of)
CHANGES: dict[str, Any] = {
    "team": "T2",
    "subject": "d9",
    "action": "rejected",
    "by": "U9",
    "version": 99,
    "facts": {"payload": "another", "words_sha256": "0"},
    "at": None,  # a second later
    "previous": "f" * 64,
    "digest": "e" * 64,
    "words": "words that were never said",
}


def changed(entry: Entry, name: str) -> Entry:
    """The row with one column changed."""
    value: Any = entry.at + timedelta(seconds=1) if name == "at" else CHANGES[name]
    return replace(entry, **{name: value})


@given(CHAINS, st.sets(st.integers(0, 11)))
def test_a_chain_holds_whichever_of_its_words_are_erased(chain: list[Entry], erased: set[int]) -> None:
    left = [replace(entry, words=None) if n in erased else entry for n, entry in enumerate(chain)]
    assert verify({"T1": left}, kept(head_of(chain[:1]), head_of(chain))).holds
    assert [entry.erased for entry in left] == [n in erased and n % 2 == 0 for n in range(len(chain))]


@given(CHAINS, st.data(), st.sampled_from(sorted(CHANGES)))
def test_a_change_of_any_column_of_any_row_is_found_there(chain: list[Entry], data: st.DataObject, name: str) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    chain[at] = changed(chain[at], name)
    assert at + 1 in [fault.number for fault in faults(chain)]


@given(CHAINS, st.data())
def test_rows_that_were_dropped_are_named(chain: list[Entry], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(chain) - 2))
    last = data.draw(st.integers(first, len(chain) - 2))
    (fault,) = faults(chain[:first] + chain[last + 1 :])
    assert fault.number == last + 2
    assert f"{first + 1}" in fault.what
    assert f"{last + 1}" in fault.what
    assert "missing" in fault.what


@given(CHAINS, st.data())
def test_rows_in_another_order_are_found_and_it_is_said_where_they_were(
    chain: list[Entry], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(chain))).filter(lambda found: found != sorted(found)))
    moved = [replace(chain[old], number=new) for new, old in enumerate(order, 1)]
    wrong = {fault.number: fault.what for fault in faults(moved)}
    for new, old in enumerate(order, 1):
        if new != old + 1:
            assert f"it was written as row {old + 1}" in wrong[new]


@given(CHAINS, st.data())
def test_a_row_that_was_put_in_is_found(chain: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    before = chain[:at]
    forged = chained([*before, replace(chain[at], by="U9", words=None, facts={})])[at]
    later = [replace(entry, number=entry.number + 1) for entry in chain[at:]]
    assert faults([*before, forged, *later])


@given(CHAINS, st.data())
def test_a_dropped_tail_is_found_by_any_head_of_it(chain: list[Entry], data: st.DataObject) -> None:
    left = data.draw(st.integers(0, len(chain) - 1))
    seen = data.draw(st.integers(left + 1, len(chain)))
    assert faults(chain[:left]) == []
    report = verify({"T1": chain[:left]} if left else {}, kept(head_of(chain[:seen])))
    assert any("dropped from the end" in line and f"{seen}" in line for line in report.wrong)


@given(CHAINS, st.data())
def test_a_chain_written_anew_from_any_row_on_is_found_by_a_later_head(chain: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    seen = data.draw(st.integers(at + 1, len(chain)))
    anew = chained([*chain[:at], replace(chain[at], by="U9"), *chain[at + 1 :]])
    assert faults(anew) == []
    report = verify({"T1": anew}, kept(head_of(chain[:seen])))
    assert any(f"row {seen}" in line and "written anew" in line for line in report.wrong)


@given(st.lists(st.tuples(st.integers(-3, 9), st.sampled_from(["", START, "a", "b"]), st.sampled_from(["a", "b"]))))
def test_any_rows_at_all_are_judged_without_an_error(rows: list[tuple[int, str, str]]) -> None:
    entries = [Entry(number, previous, digest, readable=digest == "a") for number, previous, digest in rows]
    assert bool(faults(entries)) == bool(entries)
