"""A PostgreSQL of a test's own, started from the machine's binaries, so that it may be restarted under the program."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port

USERS = ("postgres", "nobody")  # initdb refuses to work as root


class Cluster:
    """A running server with trust on loopback and its socket in its own folder."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._data = folder / "data"
        self._port = free_port()
        self._as = _unprivileged(folder)
        self.restarts = 0
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        options = f"-p {self._port} -k {folder} -h 127.0.0.1 -c max_connections=200"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(folder / "log.txt"), "-o", options, "-w", "start")

    @property
    def url(self) -> str:
        """Its address for DATABASE_URL."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def restart(self, *, hard: bool) -> None:
        """Stop it (hard: as a crash would) and start it again; returns when it takes connections."""
        mode = "immediate" if hard else "fast"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._folder / "log.txt"), "-m", mode, "-w", "restart")
        self.restarts += 1

    def stop(self) -> None:
        """Stop it for good."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        command = [str(self._binaries / name), *arguments]
        # The server inherits what pg_ctl writes to: a pipe would never end.
        with (self._folder / "commands.txt").open("ab") as log:
            done = subprocess.run(
                command, stdout=log, stderr=log, cwd=self._folder, check=False, timeout=120, **self._as
            )
        if done.returncode:
            raise RuntimeError(f"{name} failed:\n{(self._folder / 'commands.txt').read_text()[-2000:]}")


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """A cluster that is gone afterwards; skips with the reason where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed")
    folder = Path(tempfile.mkdtemp(prefix="countersign-pg-"))
    try:
        cluster = Cluster(binaries, folder)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if config := shutil.which("pg_config"):
        named = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        found.insert(0, Path(named))
    return next((path for path in found if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """What makes subprocess run as somebody who owns the folder and is not root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(known[name] for name in USERS if name in known)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
