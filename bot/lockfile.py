"""One process at a time: a lock of the operating system beside a file, which ends with the process however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.errors import CountersignError

_LOCKED_BYTE = 1 << 20  # far behind what is written: Windows lets nobody read a locked byte


class Lock:
    """Held from the constructor to `close`. Raises CountersignError, with the other's process id, if it is taken."""

    def __init__(self, guarded: Path) -> None:
        real = guarded.resolve()  # a link to a file is the same file
        path = real.with_name(f"{real.name}.lock")
        try:
            # It is never removed: whoever opened it before the removal would hold a lock that nobody else sees.
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CountersignError(f"{path} cannot be written: {error.strerror}.") from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            other = os.read(self._descriptor, 32).decode() or "unknown"
            os.close(self._descriptor)
            raise CountersignError(
                f"Another countersign (process {other}) is at work on {guarded}. A SQLite file is for one process: "
                "stop the other one first, or use PostgreSQL for several (DATABASE_URL)."
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())

    def close(self) -> None:
        """Let the next one in."""
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
