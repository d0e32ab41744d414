"""What a reader of files gives: parts in order, and an account of what it found besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Unreadable(Exception):  # noqa: N818
    """The file cannot be read; the text goes on after its name: "is encrypted"."""


@dataclass(frozen=True)
class Part:
    """One page, section, sheet, slide or stretch of a transcript, as plain text."""

    key: str  # names it in its file: "p3"
    place: str  # the same for people: "page 3"; "" where the file is all one
    text: str
    speaker: str = ""  # who said it, where the file says so


@dataclass
class Account:
    """Filled in by a reader as it goes."""

    unit: str = "part"  # what it counts: "page"
    total: int = 0  # how many of those there are; 0 where that is not known beforehand
    taken: int = 0  # how many were looked at, those without text included
    characters: int = 0  # told so far
    hidden: int = 0  # pieces of text that people do not see, dropped
    empty: int = 0  # of those that were looked at, how many have no text that people see
    besides: list[str] = field(default_factory=list)  # what else was left out, each once: "comments"


class Reader(Protocol):
    """A module that reads one family of formats."""

    def read(self, path: Path, account: Account) -> Iterator[Part]:
        """The parts of the file in order, each made when it is asked for; raises Unreadable."""
        ...
