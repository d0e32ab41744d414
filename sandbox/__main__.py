"""python -m sandbox: ends cleanly at Ctrl-C and at SIGTERM."""

import signal
import sys
import threading
from types import FrameType

from sandbox.cli import main


def run() -> int:
    """Serve until a signal comes."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return main(stop=stop)


if __name__ == "__main__":
    sys.exit(run())
