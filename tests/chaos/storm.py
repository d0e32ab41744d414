"""One storm from beginning to end: people decide while everything fails; then calm, and the verdict."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sandbox.server import Sandbox
from storage.database import Database
from tests.chaos.clickers import CLICKS_AGAIN_S, Desk, Patience
from tests.chaos.office import Room, alive, key_of, workspace
from tests.chaos.processes import LATEST_RESTART_S, Process
from tests.chaos.verdict import Verdict, judge, unfinished
from tests.chaos.weather import Weather
from tests.cluster import Cluster

DESKS = 16
LONG = 500  # decisions; a storm so long kills both before and after the call of each step
SAYS_EVERY_S = 15.0
CALM_S = 180.0  # at most, until all work is done after a storm
EVENTS_AGAIN_S = (0.0, 0.5, 2.0)  # Slack's own pauses are a minute and five


@dataclass
class Report:
    """What happened, to be printed, and the verdict."""

    lines: list[str]
    verdict: Verdict


def storm(
    folder: Path,
    database_url: str,
    cluster: Cluster | None,
    *,
    processes: int,
    decisions: int,
    seed: int,
    say: Callable[[str], None],
) -> Report:
    """Have so many decisions taken on so many processes in a storm that this seed describes.

    `say` is told now and then how far it has come.
    """
    random = Random(seed)
    world, rooms = workspace(DESKS)
    with Sandbox(world, retry_delays=EVENTS_AGAIN_S) as box:
        fleet = [
            Process(f"process-{number}", box, database_url, folder, socket_mode=processes > 1)
            for number in range(processes)
        ]
        if processes == 1:
            box.set_request_url(f"http://127.0.0.1:{fleet[0].port}/slack/events")
        try:
            return _storm(box, rooms, fleet, cluster, database_url, random, decisions, say)
        finally:
            for process in fleet:
                process.stop()


def _storm(
    box: Sandbox,
    rooms: list[Room],
    fleet: Sequence[Process],
    cluster: Cluster | None,
    database_url: str,
    random: Random,
    decisions: int,
    say: Callable[[str], None],
) -> Report:
    for process in fleet:
        process.start(Random(random.random()), LATEST_RESTART_S if len(fleet) > 1 else 1.0)
        process.wait_until_up()
    patience = Patience()
    desks = [Desk(box, room, Random(random.random()), patience) for room in rooms]
    for desk in desks:
        desk.name_leads()
    weather = Weather(box, fleet, cluster, Random(random.random()), thorough=decisions >= LONG)
    began = time.monotonic()
    weather.begin()
    watching = threading.Thread(
        target=_watch, args=(box, fleet, weather, patience, say), name="watches the storm", daemon=True
    )
    watching.start()
    try:
        with ThreadPoolExecutor(len(desks)) as pool:
            numbers = itertools.count()
            work = [pool.submit(_work, desk, numbers, decisions, weather) for desk in desks]
            try:
                for hard in (False, True):
                    _wait_for_decided(box, decisions // 3 * (1 + hard), patience)
                    weather.restart_database(hard=hard)
                for one in work:
                    one.result()
            except BaseException:
                patience.off.set()
                raise
    finally:
        weather.clear()
    took = time.monotonic() - began
    database = Database(database_url)
    try:
        settled = _calm(box, rooms, desks, fleet, database, patience)
        verdict = judge(database, box, rooms)
    finally:
        database.close()
    return Report(_lines(box, fleet, desks, weather, verdict, took, settled), verdict)


def _work(desk: Desk, numbers: Iterator[int], decisions: int, weather: Weather) -> None:
    """At least so many decisions in all, and until a process was killed at every step."""
    while (number := next(numbers)) < decisions or not weather.rounds:
        desk.decide_one(number)


def _watch(
    box: Sandbox, fleet: Sequence[Process], weather: Weather, patience: Patience, say: Callable[[str], None]
) -> None:
    began = time.monotonic()
    while not weather.over and not patience.off.wait(SAYS_EVERY_S):
        killed = sum(process.killed for process in fleet)
        say(
            f"{time.monotonic() - began:.0f} s: {_decided(box)} decided, {killed} kills, "
            f"steps still to be hit: {weather.to_hit or 'none'}"
        )


def _decided(box: Sandbox) -> int:
    with box.world.lock:
        messages = [m for channel in box.world.messages.values() for m in channel.values()]
    return sum(1 for m in messages if m.text.startswith(("Applied", "Rejected", "Withdrawn")))


def _wait_for_decided(box: Sandbox, number: int, patience: Patience) -> None:
    while _decided(box) < number and not patience.off.wait(0.5):
        if patience.off.is_set():
            return


def _calm(
    box: Sandbox, rooms: list[Room], desks: list[Desk], fleet: Sequence[Process], database: Database, patience: Patience
) -> float:
    """Wait until all is done; people decide what is still open. The seconds it took."""
    began = time.monotonic()
    for process in fleet:
        process.wait_until_up()
    while time.monotonic() < began + CALM_S:
        open_cards = [
            (desk, message)
            for desk, room in zip(desks, rooms, strict=True)
            for message in list(box.world.messages[room.channel].values())
            if key_of(message).startswith("card:") and alive(message)
        ]
        if not open_cards and not unfinished(database) and not box.outbox.on_their_way:
            break
        for desk, card in open_cards:
            desk.click_once(card)
        patience.off.wait(CLICKS_AGAIN_S if open_cards else 0.5)
    return time.monotonic() - began


def _lines(
    box: Sandbox,
    fleet: Sequence[Process],
    desks: list[Desk],
    weather: Weather,
    verdict: Verdict,
    took: float,
    settled: float,
) -> list[str]:
    people: Counter[str] = Counter()
    for desk in desks:
        people.update(desk.counts)
    sections = {
        "people": people,
        "weather": weather.counts,
        "deliveries": Counter(f"{d.kind} {d.status}" for d in box.world.deliveries),
        "Slack": Counter({"calls": len(box.world.calls), "calls not ok": sum(not call.ok for call in box.world.calls)}),
        "processes": Counter(
            {"killed": sum(p.killed for p in fleet), "bugs logged": sum(len(p.bugs()) for p in fleet)}
        ),
        "ended by themselves": Counter({f"exit code {c}": n for p in fleet for c, n in p.ended.items()}),
        "verdict": verdict.counts,
    }
    lines = [f"storm {took:.0f} s, calm after {settled:.1f} s"]
    for name, counts in sections.items():
        lines += [f"  {name}: " + ("; ".join(f"{what} {number}" for what, number in sorted(counts.items())) or "none")]
    lines += [f"  gave up: {what}" for desk in desks for what in desk.given_up]
    lines += [f"  logged: {bug}" for p in fleet for bug in p.bugs()[:5]]
    return lines
