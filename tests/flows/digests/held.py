"""A drafter that is held while it drafts, and what happens meanwhile."""

from __future__ import annotations

import threading

from bot.drafting.drafter import DraftRequest, DraftResult, PayloadT
from bot.drafting.offline.drafter import OfflineDrafter
from tests.flows.digests.week import MONDAY_9, Clock
from tests.flows.office import Office


class Held(OfflineDrafter):
    """Drafts at once, but for the first draft after `hold`, which waits until it is let."""

    def __init__(self) -> None:
        self._hold = False
        self.begun, self.free = threading.Event(), threading.Event()

    def hold(self) -> None:
        self._hold = True

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        if self._hold:
            self._hold = False
            self.begun.set()
            assert self.free.wait(30)
        return super().draft(request)


def begun(office: Office, clock: Clock, drafter: Held) -> None:
    """Let the run of nine o'clock begin to be written, and hold it there."""
    drafter.hold()
    clock.set(MONDAY_9)
    office.program.desk.digests.tick()
    assert drafter.begun.wait(30)
