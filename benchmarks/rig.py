"""What the benchmarks share: a Slack in a process of its own, a database full of drafts that wait, clicks by the rate.

Everything is on loopback. `python -m benchmarks.rig slack PORT SAID` is the Slack.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect, select, text
from sqlalchemy.engine import make_url

from sandbox import payloads
from sandbox.delivery import encode, signed
from sandbox.fixtures import ANA, DEV, small_world
from sandbox.picking import pick
from sandbox.records import Message
from sandbox.server import Sandbox
from sandbox.shapes import message_shape
from sandbox.state import World
from storage.database import Database
from storage.models import DraftRow, RequestRow
from tests.cluster import Cluster, private_cluster
from tests.flows.office import open_office
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
START_S = 60.0
SAID = "said.json"  # every message of the Slack in which the drafts were made


@dataclass(frozen=True)
class Store:
    """A database with drafts that wait, and what a click on Approve says of one of them."""

    url: str
    drafts: list[str]
    click: dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """What clicking came to: seconds per click, sorted, and clicks per second."""

    seconds: list[float]
    rate: float

    def quantile(self, share: float) -> float:
        """The time, in ms, that this share of the clicks did not exceed."""
        return 1000 * self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


class Stores:
    """Makes stores: one is filled by the real program, the others are copies of it."""

    def __init__(self, folder: Path, drafts: int, cluster: Cluster | None) -> None:
        self._folder = folder
        self._cluster = cluster
        self._made = 0
        self._url = f"sqlite:///{folder / 'model.db'}" if cluster is None else self._created("model")
        self._drafts, self._click = _fill(self._url, folder, drafts)
        self.said = folder / SAID

    def fresh(self) -> Store:
        """A store in which nothing was decided yet."""
        self._made += 1
        if self._cluster is None:
            path = self._folder / f"copy{self._made}.db"
            shutil.copy(self._folder / "model.db", path)
            return Store(f"sqlite:///{path}", self._drafts, self._click)
        return Store(self._created(f"copy{self._made}", "model"), self._drafts, self._click)

    def _created(self, name: str, template: str = "template1") -> str:
        assert self._cluster is not None
        engine: Engine = create_engine(self._cluster.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return make_url(self._cluster.url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def stores(drafts: int, *, postgresql: bool) -> Iterator[Stores]:
    """A maker of stores on SQLite or on a PostgreSQL cluster of our own."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        if postgresql:
            with private_cluster() as cluster:
                yield Stores(Path(folder), drafts, cluster)
        else:
            yield Stores(Path(folder), drafts, None)


def _fill(url: str, folder: Path, count: int) -> tuple[list[str], dict[str, Any]]:
    """Have the program make one draft, and copy its rows; the drafts' ids and the payload of a click on the card."""
    with open_office(folder, database_url=url) as office:
        office.talk()
        card = office.ask()
        click = click_on(office.world, message_shape(office.world, card))
        said = [asdict(message) for kept in office.world.messages.values() for message in kept.values()]
        (folder / SAID).write_text(json.dumps(said))
    database = Database(url)
    ids = [f"{number:032x}" for number in range(1, count + 1)]

    def copy(session: Any) -> None:
        draft, request = session.scalars(select(DraftRow)).one(), session.scalars(select(RequestRow)).one()
        for one in ids:
            session.add(RequestRow(**_values(request) | {"id": one, "once": f"copy {one}"}))
        session.flush()
        for one in ids:
            session.add(DraftRow(**_values(draft) | {"id": one, "request_id": one}))

    database.write(copy)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return ids, click


def _values(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


def click_on(world: World, shown: dict[str, Any]) -> dict[str, Any]:
    """The payload of a click on Approve of a card in #dev by the one who decides."""
    block, element = pick(shown["blocks"], "draft_approve", None, None)
    return payloads.message_click(world, ANA, DEV, shown, element, block, {}, {})


class Running:
    """A process of ours, ended with SIGTERM when the `with` block ends."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], ready: str) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 it is closed in __exit__
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            env={"PATH": os.environ["PATH"], **environment},
            cwd=ROOT,
            stdout=self._log,
            stderr=self._log,
        )
        deadline = time.monotonic() + START_S
        while not _answers(ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self._log.seek(0)
                raise RuntimeError(f"{arguments} did not start:\n{self._log.read().decode()[-2000:]}")
            time.sleep(0.05)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(START_S)
        self._log.close()

    def memory_mb(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_s(self) -> float:
        """CPU time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def slack(said: Path) -> Iterator[int]:
    """A sandbox in a process of its own, in which the same was said as where the drafts were made; its port."""
    port = free_port()
    with Running(["-m", "benchmarks.rig", "slack", str(port), str(said)], {}, f"http://127.0.0.1:{port}/ready"):
        yield port


def program(slack_port: int, url: str, port: int) -> Running:
    """The real program, serving signed HTTP."""
    world = small_world()
    environment = {
        "SLACK_BOT_TOKEN": world.app.bot_token,
        "SLACK_SIGNING_SECRET": world.app.signing_secret,
        "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
        "DATABASE_URL": url,
        "PORT": str(port),
    }
    return Running(["-m", "bot", "run"], environment, f"http://127.0.0.1:{port}/healthz")


def requests(store: Store, count: int) -> list[bytes]:
    """Signed HTTP requests, each a click on Approve of another draft."""
    secret = small_world().app.signing_secret
    old = store.click["actions"][0]["value"]
    assert old.endswith("|1")
    made = []
    for one in store.drafts[:count]:
        action = store.click["actions"][0] | {"value": f"{one}|1"}
        body, content_type = encode("interactive", store.click | {"actions": [action]})
        headers = signed(secret, body, int(time.time())) | {"Content-Type": content_type}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        made.append(
            f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode()
            + body
        )
    return made


def click_all(ports: Sequence[int], wanted: list[bytes], clients: int, seconds: float) -> Measured:
    """Send the requests from so many clients, each at once after its last answer, for at most so many seconds."""
    return asyncio.run(_click_all(ports, wanted, clients, seconds))


async def _click_all(ports: Sequence[int], wanted: list[bytes], clients: int, seconds: float) -> Measured:
    times: list[float] = []
    queue = iter(wanted)
    connections = [await asyncio.open_connection("127.0.0.1", ports[number % len(ports)]) for number in range(clients)]
    began = time.perf_counter()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for request in queue:
            at = time.perf_counter()
            if at - began > seconds:
                return
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not head.startswith(b"http/1.1 200"):
                raise RuntimeError(f"a click was answered {head[:60]!r}")
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            times.append(time.perf_counter() - at)

    await asyncio.gather(*(client(*connection) for connection in connections))
    took = time.perf_counter() - began
    for _, writer in connections:
        writer.close()
    return Measured(sorted(times), len(times) / took)


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def decided(url: str) -> dict[str, int]:
    """How many drafts there are of each status."""
    database = Database(url)
    try:
        rows = database.read(lambda session: list(session.scalars(select(DraftRow.status))))
    finally:
        database.close()
    return {status: rows.count(status) for status in sorted(set(rows))}


def main(arguments: Sequence[str]) -> int:
    """The Slack, until SIGTERM."""
    sort, port, said = arguments
    assert sort == "slack"
    world = small_world()
    for message in json.loads(Path(said).read_text()):
        world.add_message(Message(**message))
    over = signal.sigwait
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    with Sandbox(world, port=int(port)):
        over({signal.SIGTERM, signal.SIGINT})
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
