from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.desk.jobs import bodies
from sandbox.fixtures import ANA, DEV, GENERAL, GUS, SECRET
from tests.flows.digests.week import MONDAY_8, MONDAY_9, SUNDAY, WEEKLY, Clock, actor, out_of, runs, set_up, tick
from tests.flows.office import open_office, shown

QUIET = replace(WEEKLY, channels=(SECRET,), to_channel="", quiet="line", reviewer="owner")
WORDS = "Nobody wrote anything in #secret."


@pytest.mark.parametrize(
    ("change", "is_said"),
    [
        ({"channels": (DEV,), "to_channel": GENERAL}, False),
        ({"quiet": "nothing"}, False),
        ({"hour": "10:00"}, True),
    ],
)
def test_the_line_of_a_quiet_period_is_said_to_nobody_for_whom_it_was_not_meant(
    folder: Path, change: dict[str, Any], is_said: bool
) -> None:
    clock = Clock(SUNDAY)
    with open_office(folder, clock=clock) as office:
        office.program.ticker.stop()
        out_of(office, GENERAL, GUS)
        row = set_up(office, QUIET)
        tick(office, clock, MONDAY_8)
        (run,) = runs(office)
        assert run.outcome == "quiet"
        office.program.desk.digests.save(row.id, replace(QUIET, **change), by=actor(office, ANA))
        office.settled(lambda o: not o.unfinished())
        clock.set(MONDAY_9)
        bodies(office.program.desk)["quiet"](lambda step, *args: step(*args), run.id, WORDS)
        said = [
            place
            for place in list(office.world.messages)
            if WORDS in "".join(map(shown, office.world.bot_messages(place)))
        ]
        assert said == ([office.world.dm(ANA).id] if is_said else [])
