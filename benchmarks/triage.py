"""A lead clears drafts in the sandbox, follow-ups on their triage cards and summaries, by a script: what it takes.

A click is each press of the mouse: to open a list and to choose in it are two. A round trip is each payload that Slack
sends the program for it; opening a list is none. Of each thing to decide 63 % are right as drafted, 26 % are changed
(here: half get an owner, half another day) and 11 % are refused, as incident.io reports of drafts that people decide on
in Slack; `python -m benchmarks.triage --drafts 100 --seed 1`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sandbox.fixtures import BEN, DANA, DEV
from sandbox.records import Message
from storage.models import TodoRow
from tests.flows.office import Office, open_office

LEAD = "dana"
RIGHT, CHANGED = 0.63, 0.26  # the rest is refused
MOST = 7  # to-dos of one draft; four in the mean, as in a meeting
SPEAKERS = ("ana", "ben", "dana")
VERBS = ("send", "check", "write", "book", "call", "update", "print", "review", "order", "prepare")
THINGS = ("the notes", "the price list", "the room", "the landlord", "the contract", "the slides", "the invoices")
AN_OWNER, ANOTHER_DAY, OUT, NOTHING = "owner", "day", "out", ""
ONE_BY_ONE = {
    NOTHING: 1,
    AN_OWNER: 4,
    ANOTHER_DAY: 4,
    OUT: 3,
}  # Approve; Edit, open, choose, Approve; Reject, tick, Reject


@dataclass
class Count:
    """What was done for one sort of draft."""

    drafts: int = 0
    items: int = 0
    clicks: int = 0
    trips: int = 0
    one_by_one: int = 0  # clicks, were each to-do a draft of its own
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Meeting:
    """A thread, and what the lead finds of each to-do in it; of a summary there is one finding."""

    root: str
    shortcut: str
    findings: tuple[str, ...]


class Lead:
    """Somebody who clicks, and counts."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._people = office.people
        self.counts = {"draft_followups": Count(), "summarise_thread": Count()}

    def clear(self, meeting: Meeting) -> None:
        """Decide on what was drafted of a meeting."""
        card, count = self._card(meeting), self.counts[meeting.shortcut]
        began = time.perf_counter()
        decide = self._triage if meeting.shortcut == "draft_followups" else self._read
        clicks, trips = decide(card, meeting.findings)
        count.seconds.append(time.perf_counter() - began)
        count.drafts += 1
        count.items += len(meeting.findings)
        count.clicks += clicks
        count.trips += trips
        if meeting.shortcut == "draft_followups":
            count.one_by_one += sum(ONE_BY_ONE[finding] for finding in meeting.findings)

    def _card(self, meeting: Meeting) -> Message:
        def waits() -> Message | None:
            sent = self._office.world.bot_messages(DEV)
            return next((m for m in sent if m.thread_ts == meeting.root and "draft_approve" in str(m.blocks)), None)

        found = self._office.world.wait_for(waits, 120.0, "a card waits")
        assert found is not None
        return found

    def _triage(self, card: Message, findings: Sequence[str]) -> tuple[int, int]:
        """Tick and pick in the rows, then Approve; where nothing is left, Reject."""
        if set(findings) == {OUT}:
            return self._reject(card)
        rows = [block["block_id"] for block in card.blocks if block.get("block_id", "").startswith("row|")]
        assert len(rows) == len(findings), f"{len(rows)} rows for {len(findings)} to-dos"
        chosen: dict[str, dict[str, Any]] = {}
        clicks = trips = 0
        for block_id, finding in zip(rows, findings, strict=True):
            stem = block_id.split("|")[2].removesuffix(".task")
            act = {
                AN_OWNER: (f"pick|{stem}.owner", BEN, 2),
                ANOTHER_DAY: (f"text|{stem}.due", "2030-01-31", 2),
                OUT: ("tick", [], 1),
            }.get(finding)
            if act:
                action_id, value, presses = act
                chosen[block_id] = {action_id: value}
                self._people.click(LEAD, DEV, card.ts, action_id, value, block_id=block_id, values=chosen)
                clicks, trips = clicks + presses, trips + 1
        assert self._people.click(LEAD, DEV, card.ts, "draft_approve", values=chosen).ok
        return clicks + 1, trips + 1

    def _read(self, card: Message, findings: Sequence[str]) -> tuple[int, int]:
        """Approve, or change it in the form, or reject it."""
        (finding,) = findings
        if finding == OUT:
            return self._reject(card)
        if finding == NOTHING:
            assert self._people.click(LEAD, DEV, card.ts, "draft_approve").ok
            return 1, 1
        self._people.click(LEAD, DEV, card.ts, "draft_edit")
        view = self._office.world.top_view(DANA)
        assert view is not None
        text = next(b for b in view.blocks if b["type"] == "input" and "initial_value" in b["element"])
        typed = {text["block_id"]: {"text": text["element"]["initial_value"] + " So it is."}}
        self._people.submit(LEAD, view.id, typed)
        return 3, 2  # Edit, into the field, Approve

    def _reject(self, card: Message) -> tuple[int, int]:
        self._people.click(LEAD, DEV, card.ts, "draft_reject")
        view = self._office.world.top_view(DANA)
        assert view is not None
        self._people.submit(LEAD, view.id, {"ticks": ["Not true"]})
        return 3, 2  # Reject, a reason, Reject


def meetings(office: Office, drafts: int, chance: random.Random) -> Iterator[Meeting]:
    """Threads in which something was promised, asked for or decided, and a draft asked for of each."""
    number = 0
    for each in range(drafts):
        root = office.people.post("ana", "dev", f"Meeting {each + 1}, everybody?")
        follow_ups = each % 2 == 0
        findings = tuple(_finding(chance) for _ in range(chance.randint(1, MOST) if follow_ups else 1))
        for finding in findings:
            number += 1
            words = f"{chance.choice(VERBS)} {chance.choice(THINGS)} number {number}"
            nobody = finding == AN_OWNER and follow_ups
            text = f"Somebody should {words}." if nobody else f"I will {words} by Thursday."
            office.people.post(chance.choice(SPEAKERS), "dev", text, thread_ts=root)
        if not follow_ups:
            office.people.post("ben", "dev", f"We decided to ship price list {each} on Friday.", thread_ts=root)
        shortcut = "draft_followups" if follow_ups else "summarise_thread"
        assert office.people.shortcut("ana", "dev", root, shortcut).ok
        yield Meeting(root, shortcut, findings)


def _finding(chance: random.Random) -> str:
    drawn = chance.random()
    if drawn < RIGHT:
        return NOTHING
    return chance.choice((AN_OWNER, ANOTHER_DAY)) if drawn < RIGHT + CHANGED else OUT


def run(drafts: int, seed: int) -> dict[str, Count]:
    """Clear so many drafts; checks that what was approved is what is kept."""
    with tempfile.TemporaryDirectory() as folder, open_office(Path(folder)) as office:
        office.people.slash("ana", "dev", f"/countersign leads @{LEAD}")
        office.told("U0ANA", "decided by")
        lead, expected = Lead(office), 0
        for meeting in list(meetings(office, drafts, random.Random(seed))):
            lead.clear(meeting)
            if meeting.shortcut == "draft_followups":
                expected += sum(finding != OUT for finding in meeting.findings)
        waiting = ("proposed", "approved")
        office.settled(lambda o: not [row for row in o.drafts() if row.status in waiting], seconds=600.0)
        kept = office.program.database.read(lambda session: list(session.scalars(select(TodoRow))))
        assert len(kept) == expected, f"{len(kept)} to-dos are kept instead of {expected}"
        assert all(one.owner for one in kept), "a to-do has no owner"
    return lead.counts


def main(arguments: Sequence[str]) -> int:
    """Prints a line for each sort of draft; the status is 1 where a to-do took more than 1.3 clicks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--drafts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    counts = run(chosen.drafts, chosen.seed)
    heads = ("drafts", "items", "clicks", "per item", "one by one", "round trips", "per item", "ms a draft")
    sys.stdout.write(f"{'':<18}" + "".join(f"{head:>13}" for head in heads) + "\n")
    for name, one in counts.items():
        figures: list[object] = [one.drafts, one.items, one.clicks, f"{one.clicks / one.items:.2f}"]
        figures += [f"{one.one_by_one / one.items:.2f}" if one.one_by_one else "", one.trips]
        cells = [*figures, f"{one.trips / one.items:.2f}", f"{1000 * sum(one.seconds) / one.drafts:.0f}"]
        sys.stdout.write(f"{name:<18}" + "".join(f"{cell:>13}" for cell in cells) + "\n")
    todos = counts["draft_followups"]
    return int(todos.clicks > 1.3 * todos.items)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
