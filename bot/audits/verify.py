"""Whether the audit log is as it was written: the chain of each team, and every head that was kept of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.audits import heads
from bot.audits.heads import Head
from storage import chain
from storage.chain import Entry
from storage.database import Database


@dataclass
class Report:
    """What was found, in sentences: what is wrong, and what is said beside it."""

    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    def lines(self) -> list[str]:
        """As it is printed: what is wrong first, and the verdict last."""
        count = len(self.wrong)
        verdict = (
            "The audit log is as it was written." if self.holds else f"The audit log does not hold: {count} found."
        )
        found = [*(f"✗ {line}" for line in self.wrong), *(f"  {line}" for line in self.notes), verdict]
        return [re.sub(r"[^ -~¡-\U0010ffff]", "\ufffd", line) for line in found]  # a forger must not rule a terminal


@dataclass(frozen=True)
class Kept:
    """What was kept outside the database: the heads of a file, with the number of each line."""

    path: Path
    lines: tuple[tuple[int, Head | None], ...]
    keys: Collection[str]  # the public keys that are ours; without one signatures prove nothing

    @classmethod
    def of(cls, path: Path, keys: Collection[str]) -> Kept:
        """Read the file. It has to be read before the chain: a head may be written while we look."""
        return cls(path, tuple(heads.read(path)), keys)


def verify(chains: dict[str, list[Entry]], kept: Kept) -> Report:
    """The report on whole chains and on the heads that were kept of them before they were read."""
    report = Report()
    trusted = list(_trusted(kept, report))
    for team in sorted({*chains, *(head.team for head in trusted)}):
        entries = chains.get(team, [])
        known = {entry.number: entry for entry in entries}
        for fault in chain.faults(entries):
            report.wrong.append(f"{_row(team, known[fault.number])}: {fault.what}.")
        of_team = [head for head in trusted if head.team == team]
        report.wrong += _against(team, entries, of_team)
        sure = [head for head in of_team if head.signature] if kept.keys else of_team
        report.notes += _extent(team, entries, sure)
    report.notes += _about(kept)
    return report


def read_chains(database: Database) -> dict[str, list[Entry]]:
    """Every chain, each as it is at one moment."""
    return database.read(lambda session: {team: chain.read(session, team) for team in chain.teams(session)})


def _trusted(kept: Kept, report: Report) -> Iterator[Head]:
    """The heads to compare with: those that are signed with one of our keys, or not signed at all."""
    for number, head in kept.lines:
        where = f"{kept.path.name}, line {number}"
        if head is None:
            report.wrong.append(f"{where}: this is no head; the line was changed or cut off.")
        elif not head.signature:
            yield head
        elif not head.holds():
            report.wrong.append(f"{where}: its signature does not hold; the line was changed.")
        elif kept.keys and head.key not in kept.keys:
            report.wrong.append(
                f"{where}: it is signed with the key {head.key}, which is not yours. "
                "If it was yours once, name it with --public-key."
            )
        else:
            yield head


def _against(team: str, entries: Sequence[Entry], of_team: Sequence[Head]) -> Iterator[str]:
    digests = {entry.number: entry.digest for entry in entries}
    last = entries[-1].number if entries else 0
    longest = max(of_team, key=lambda head: head.number, default=None)
    if longest is not None and longest.number > last:
        gone = chain.rows(last + 1, longest.number)
        yield f"Team {team}, {gone}: dropped from the end; the head of {longest.at} names row {longest.number}."
    other = [head for head in of_team if digests.get(head.number, head.digest) != head.digest]
    if other:
        first = min(other, key=lambda head: head.number)
        yield (
            f"Team {team}, row {first.number}: it is not the row that the head of {first.at} names; "
            "it, or rows before it, were written anew."
        )


def _extent(team: str, entries: Sequence[Entry], of_team: Sequence[Head]) -> Iterator[str]:
    last = entries[-1].number if entries else 0
    yield f"Team {team}: {len(entries)} row{'' if len(entries) == 1 else 's'} looked at."
    newest = max(of_team, key=lambda head: head.number, default=None)
    if newest is None:
        if entries:
            yield f"Team {team}: there is no head, so rows dropped from the end would not show."
    elif newest.number < last:
        later = chain.rows(newest.number + 1, last)
        yield f"Team {team}: the newest head is of {newest.at}; {later} came later and could be dropped unseen."


def _about(kept: Kept) -> Iterator[str]:
    known = [head for _, head in kept.lines if head is not None]
    signed = sum(bool(head.signature) for head in known)
    if not kept.lines:
        yield f"There are no heads in {kept.path.name}: they are written every night, and by countersign audit head."
        return
    yield f"{len(known)} head{'' if len(known) == 1 else 's'} in {kept.path.name}, {signed} of them signed."
    if signed < len(known):
        yield "A head that is not signed proves nothing against whoever can write that file: set AUDIT_KEY."
    if signed and not kept.keys:
        yield "Whose signatures they are was not checked: set AUDIT_KEY, or name your key with --public-key."


def _row(team: str, entry: Entry) -> str:
    if not entry.readable:
        return f"Team {team}, row {entry.number}"
    who = f" by {entry.by}" if entry.by else ""
    return f"Team {team}, row {entry.number} ({entry.action}{who}, {entry.subject}, {entry.at:%Y-%m-%d %H:%M} UTC)"
