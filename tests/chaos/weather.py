"""What goes wrong in a storm: killed and stopped processes, a Slack that fails, deliveries that come twice or late."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import cast

from sandbox.delivery import Kind
from sandbox.server import Sandbox
from tests.chaos.processes import Process
from tests.cluster import Cluster


@dataclass(frozen=True)
class Step:
    """A step of the work by the Web API call that it makes; killed while that call hangs."""

    name: str
    method: str


STEPS = (
    Step("aim", "conversations.info"),
    Step("announce, perform", "chat.postMessage"),
    Step("write", "conversations.replies"),
    Step("render", "chat.update"),
    Step("recheck", "conversations.members"),
    Step("aim, recheck", "users.info"),
    Step("tell", "chat.postEphemeral"),
)
FINISH = Step("finish", "")  # makes no call: killed at the moment when an effect was posted
METHODS = (*(step.method for step in STEPS), "chat.postMessage", "chat.update", "chat.postEphemeral", "views.open")
HUNG_S = 12.0  # longer than the program waits for an answer
LIVES_S = 3.0  # at most, before it is killed again, where a start takes two seconds
LONGER = 8  # times, once a process was killed at every step: a thousand decisions are to be taken some time
STEP_COMES_WITHIN_S = 5.0


class Weather:
    """Each sort of trouble in a thread of its own, until `clear`."""

    def __init__(
        self,
        box: Sandbox,
        processes: Sequence[Process],
        cluster: Cluster | None,
        random: Random,
        *,
        thorough: bool,
    ) -> None:
        self._box = box
        self._processes = processes
        self._cluster = cluster
        self._off = threading.Event()
        self._lock = threading.Lock()
        self._errors: list[BaseException] = []
        self._thorough = thorough
        self._round = _round(random, thorough=thorough)
        self.rounds = 0  # how often every step was hit
        self.counts: Counter[str] = Counter()
        troubles: list[tuple[Callable[[Random], None], float, float]] = [
            (self._kill, 0.5, 2.5),
            (self._pause, 6.0, 14.0),
            (self._spoil, 0.2, 1.2),
            (self._hang, 8.0, 16.0),
            (self._deliver_again, 0.3, 1.5),
            (self._deliver_twice, 0.5, 2.0),
            (self._disconnect, 10.0, 25.0),
        ]
        self._threads = [
            threading.Thread(
                target=self._repeat, args=(trouble, Random(random.random()), shortest, longest), daemon=True
            )
            for trouble, shortest, longest in troubles
        ]

    def begin(self) -> None:
        """The storm begins."""
        for thread in self._threads:
            thread.start()

    def clear(self) -> None:
        """The storm is over: nothing more goes wrong, and what was stopped goes on."""
        self._off.set()
        for thread in self._threads:
            thread.join(60.0)
        self._box.faults.clear()
        for process in self._processes:
            process.signal(signal.SIGCONT)
            process.hurry()
        if self._errors:
            raise self._errors[0]

    @property
    def over(self) -> bool:
        """Whether nothing goes wrong any more."""
        return self._off.is_set()

    @property
    def to_hit(self) -> list[str]:
        """The steps at which nothing was killed in any round yet."""
        return [] if self.rounds else [step.name for step, _ in self._round]

    def restart_database(self, *, hard: bool) -> None:
        """Restart PostgreSQL under the program; nothing where there is none."""
        if self._cluster is not None:
            self._cluster.restart(hard=hard)
            self._count(f"PostgreSQL restarted ({'immediate' if hard else 'fast'})")

    def _repeat(self, trouble: Callable[[Random], None], random: Random, shortest: float, longest: float) -> None:
        try:
            while not self._off.wait(random.uniform(shortest, longest)):
                trouble(random)
        except BaseException as error:
            self._errors.append(error)
            raise

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def _kill(self, random: Random) -> None:
        """kill -9: at any moment, or at the next step of the round; never before somebody is back from the last one."""
        if not any(process.answers() for process in self._processes):
            return
        # On a slow machine a life is longer, too, or nothing would ever be decided there.
        life_s = max(LIVES_S, *(1.5 * process.start_s for process in self._processes))
        self._off.wait(random.uniform(0.0, LONGER * life_s if self.rounds else life_s))
        if random.random() < 0.25:
            if random.choice(self._processes).signal(signal.SIGKILL):
                self._count("kill -9 at any moment")
            return
        step, after = self._round[0]
        if self._comes_to(step, after, random):
            # Of two processes either may be the one at this step: both are hit, or one of them.
            hit = self._processes if random.random() < 0.3 else [random.choice(self._processes)]
            killed = sum([process.signal(signal.SIGKILL) for process in hit])
            if killed:
                call = f" {'after' if after else 'before'} the effect of {step.method}" if step.method else ""
                self._count(f"kill -9 at {step.name}{call}")
                self._count(f"kill -9 of {killed} at once")
                self._round = self._round[1:]
                if not self._round:
                    self.rounds += 1
                    self._round = _round(random, thorough=self._thorough)
                return
        self._round = [*self._round[1:], (step, after)]

    def _comes_to(self, step: Step, after: bool, random: Random) -> bool:
        """Whether the program has come to a step; if so the step's call hangs at this moment."""
        if not step.method:
            return self._until(self._effect_posted_after(len(self._box.world.calls)))
        hung = self._box.faults.add(step.method, delay=random.uniform(0.5, 3.0), after=after)
        if not self._until(lambda: hung.times <= 0):
            return False
        if after:  # the call takes effect in a moment, and then its answer hangs
            self._off.wait(0.1)
        return True

    def _effect_posted_after(self, begin: int) -> Callable[[], bool]:
        def posted() -> bool:
            with self._box.world.lock:
                fresh = self._box.world.calls[begin:]
            return any("effect:" in str(call.args.get("metadata")) for call in fresh)

        return posted

    def _until(self, look: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + STEP_COMES_WITHIN_S
        while not look():
            if time.monotonic() > deadline or self._off.wait(0.005):
                return False
        return True

    def _pause(self, random: Random) -> None:
        """SIGSTOP, and SIGCONT later: of a fleet's process so late that others may have taken its work."""
        process = random.choice(self._processes)
        if process.signal(signal.SIGSTOP):
            self._count("SIGSTOP")
            self._off.wait(random.uniform(0.5, 4.0 if len(self._processes) == 1 else 9.0))
            process.signal(signal.SIGCONT)

    def _spoil(self, random: Random) -> None:
        method, after = random.choice(METHODS), random.random() < 0.5
        match random.choice(("429", "5xx", "reset", "slow", "reset", "5xx")):
            case "429":
                self._box.faults.rate_limit(method)
                self._count("429")
            case "5xx":
                self._box.faults.add(method, status=random.choice((500, 502, 503)), after=after)
                self._count(f"5xx {'after' if after else 'before'} the effect")
            case "reset":
                self._box.faults.add(method, reset=True, after=after)
                self._count(f"reset {'after' if after else 'before'} the effect")
            case _:
                self._box.faults.add(method, delay=random.uniform(0.2, 2.0), after=after)
                self._count("slow answers")

    def _hang(self, random: Random) -> None:
        """A timeout: the call takes effect after the program gave up waiting, or before, its answer never coming."""
        after = random.random() < 0.5
        self._box.faults.add(random.choice(("chat.postMessage", "chat.update")), delay=HUNG_S, after=after)
        self._count(f"timeout {'after' if after else 'before'} the effect")

    def _deliver_again(self, random: Random) -> None:
        """Something delivered before comes once more, late."""
        with self._box.world.lock:
            old = [d for d in self._box.world.deliveries[-400:] if d.kind in ("interactive", "events_api")]
        if old:
            one = random.choice(old)
            self._box.outbox.delivery.deliver(cast(Kind, one.kind), one.payload)
            self._count(f"late deliveries of {one.kind}")

    def _deliver_twice(self, random: Random) -> None:
        kind = random.choice(("interactive", "events_api"))
        self._box.faults.duplicate_next(kind)
        if kind == "events_api":
            self._box.faults.retry_next()
        self._count(f"duplicate deliveries of {kind}")

    def _disconnect(self, _random: Random) -> None:
        if self._box.sockets.count():
            self._box.faults.disconnect_sockets()
            self._count("Socket Mode connections closed by Slack")


def _round(random: Random, *, thorough: bool) -> list[tuple[Step, bool]]:
    """Every step in any order, killed before or after its call has taken effect, or thoroughly: both."""
    moments = [(False, True) if thorough else (random.random() < 0.5,) for _ in STEPS]
    steps = [(step, after) for step, when in zip(STEPS, moments, strict=True) for after in when] + [(FINISH, True)]
    random.shuffle(steps)
    return steps
