"""Chains as the program writes them, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.audits.heads import Head
from bot.audits.verify import Kept
from storage.chain import START, Entry, digest, sha256

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def chained(rows: Sequence[Entry]) -> list[Entry]:
    """These rows as one chain, numbered from 1, each with the digest of the one before it."""
    entries: list[Entry] = []
    for number, row in enumerate(rows, 1):
        entry = replace(row, number=number, previous=entries[-1].digest if entries else START)
        entries.append(replace(entry, digest=digest(entry)))
    return entries


def entry(number: int, words: str | None = None, **values: object) -> Entry:
    """A row that is not chained yet."""
    facts: dict[str, object] = {"payload": f"p{number}", **({"words_sha256": sha256(words)} if words else {})}
    bare = Entry(
        number, "", "", "T1", f"d{number % 3}", "approved", f"U{number % 4}", number, facts,
        AT + timedelta(minutes=number), words,
    )  # fmt: skip
    return replace(bare, **values)  # type: ignore[arg-type]


def chain_of(length: int) -> list[Entry]:
    """A chain whose every other row has words."""
    return chained([entry(number, f"word {number}" if number % 2 else None) for number in range(1, length + 1)])


def head_of(entries: Sequence[Entry]) -> Head:
    """The head of a chain, not signed."""
    return Head("T1", entries[-1].number, entries[-1].digest, AT.isoformat())


def kept(*heads: Head | None, keys: Sequence[str] = ()) -> Kept:
    """What a file with these heads holds."""
    return Kept(Path("audit-heads.jsonl"), tuple(enumerate(heads, 1)), keys)
