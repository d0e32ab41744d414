"""What was left out of a source, in words for the card: exact numbers, and names where there are any."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

JOINS, APPS, NOTICES, EMPTY = "join and leave notice", "message by apps", "notice by Slack", "message without text"
TO_US, DELETED, DELETED_FILE = "request to me", "deleted message", "deleted file"
FORWARDED = "message that was forwarded before the period"
_ONE = {APPS: "message by an app"}
_MANY = {
    JOINS: "join and leave notices",
    APPS: "messages by apps",
    NOTICES: "notices by Slack",
    EMPTY: "messages without text",
    TO_US: "requests to me",
    DELETED: "deleted messages",
    DELETED_FILE: "deleted files",
    FORWARDED: "messages that were forwarded before the period",
}
_MOST_NAMES = 5  # of files that were left out for the same reason


@dataclass
class Tally:
    """Filled in while a source is read."""

    files: int = 0  # that were read, in whole or in part
    _counts: Counter[str] = field(default_factory=Counter)
    _files: dict[str, list[str]] = field(default_factory=dict)
    _remarks: list[str] = field(default_factory=list)

    def count(self, what: str) -> None:
        """One more of these was left out."""
        self._counts[what] += 1

    def skip_file(self, name: str, why: str) -> None:
        """A file was left out; `why` goes on after its name: "is encrypted"."""
        self._files.setdefault(why, []).append(name)

    def remark(self, sentence: str) -> None:
        """Something else was left out."""
        self._remarks.append(sentence)

    @property
    def complete(self) -> bool:
        """Whether no limit was reached."""
        return not self._remarks

    @property
    def words(self) -> tuple[str, ...]:
        """What was left out: "3 join and leave notices", "1 file: “x.zip” cannot be read (zip)", then the remarks."""
        counted = (
            f"{number} {_ONE.get(what, what) if number == 1 else _MANY[what]}" for what, number in self._counts.items()
        )
        return (*counted, *(_skipped(why, names) for why, names in self._files.items()), *self._remarks)


def _skipped(why: str, names: list[str]) -> str:
    shown = [f"“{name}”" for name in names[:_MOST_NAMES]]
    if more := len(names) - len(shown):
        shown.append(f"{more} more")
    said = " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
    return f"{len(names)} file{'' if len(names) == 1 else 's'}: {said} {why}"
