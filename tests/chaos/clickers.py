"""People at work in a storm: somebody asks, two or three click at the same moment, and click again as people do."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TypeVar

from sandbox.delivery import Answer
from sandbox.errors import SandboxError
from sandbox.records import Message, View
from sandbox.server import Sandbox
from tests.chaos.office import Room, actions, alive, in_thread, says, waits

T = TypeVar("T")
LOOK_S = 0.1
ASKS_AGAIN_S = 20.0  # without a sign of work
CLICKS_AGAIN_S = 3.0
GIVES_UP_S = 90.0
SAID = (
    "Which day do we ship the new price list?",
    "We decided to ship on Friday, and Ben writes the notes.",
    "I will send the notes to the customers by Thursday.",
)


class Patience:
    """Waiting that ends when the storm is called off."""

    def __init__(self) -> None:
        self.off = threading.Event()

    def until(self, look: Callable[[], T | None], seconds: float) -> T | None:
        """What `look` says as soon as it is true; None when the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            if value := look():
                return value
            if time.monotonic() >= deadline or self.off.wait(LOOK_S):
                return look() or None


class Desk:
    """One room's people, deciding one draft after the other."""

    def __init__(self, box: Sandbox, room: Room, random: Random, patience: Patience) -> None:
        self._box = box
        self._world = box.world
        self._people = box.people
        self._room = room
        self._random = random
        self._patience = patience
        self.counts: Counter[str] = Counter()
        self.given_up: list[str] = []

    def name_leads(self) -> None:
        """The room gets its two leads; asked for again until the answer comes."""
        wanted = " ".join(f"@{lead.lower()}" for lead in self._room.leads)
        self._people.slash(self._room.asker, self._room.channel, f"/countersign leads {wanted}")
        answer = self._patience.until(
            lambda: [m for m in self._world.ephemerals(self._room.asker) if "are decided by" in says(m)], 30.0
        )
        assert answer, f"no leads in {self._room.channel}"

    def decide_one(self, number: int) -> None:
        """Ask for a draft of a thread of its own and have it decided."""
        root = self._talk(number)
        card = self._ask(root)
        if card is None:
            self.given_up.append(f"no card in thread {root} of {self._room.channel}")
            return
        self.decide(card, root)

    def decide(self, card: Message, root: str) -> None:
        """Two or three people click at the same moment; returns when no button is left, or nobody has patience."""
        lead, second = self._random.sample(self._room.leads, 2)
        crowd = [lead, *self._random.sample([second, self._room.asker, self._room.other], self._random.choice((1, 2)))]
        shown = self._world.snapshot(self._room.channel, card.ts)
        starts = threading.Barrier(len(crowd))
        clicks = [
            threading.Thread(
                target=self._click_until_decided, args=(user, card.ts, shown, starts, Random(self._random.random()))
            )
            for user in crowd
        ]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()
        self.counts["clickers"] += len(crowd)
        if not self.settle(card.ts):
            self.given_up.append(f"card {card.ts} of thread {root} of {self._room.channel}: {card.text}")

    def click_once(self, card: Message) -> None:
        """A lead clicks what a card that was left over still offers."""
        self.counts["clicks on cards left over"] += 1
        action = "draft_approve" if waits(card) else "draft_retry"
        self._try(lambda: self._people.click(self._room.leads[0], self._room.channel, card.ts, action))

    def settle(self, ts: str) -> bool:
        """Wait until a decided card says that all is done, trying again what failed; whether it came to that."""
        return bool(self._patience.until(lambda: self._settled(ts), GIVES_UP_S))

    def _talk(self, number: int) -> str:
        root = self._people.post(self._room.leads[0], self._room.channel, f"{number}: {SAID[0]}")
        for index, text in enumerate(SAID[1:]):
            self._people.post(self._room.everyone[index], self._room.channel, text, thread_ts=root)
        return root

    def _ask(self, root: str) -> Message | None:
        """Ask until a card waits or is decided."""
        deadline = time.monotonic() + GIVES_UP_S
        by_mention = self._random.random() < 0.5
        while time.monotonic() < deadline and not self._patience.off.is_set():
            self.counts["asked"] += 1
            if by_mention:
                self._people.post(self._room.asker, self._room.channel, "@countersign summarise", thread_ts=root)
            else:
                self._people.shortcut(self._room.asker, self._room.channel, root, "summarise_thread")
            begun = self._patience.until(lambda: in_thread(self._world, self._room.channel, root, "card"), ASKS_AGAIN_S)
            if begun and (card := self._patience.until(lambda: self._waiting(root), GIVES_UP_S)):
                return card
        return None

    def _waiting(self, root: str) -> Message | None:
        return next((m for m in in_thread(self._world, self._room.channel, root, "card") if waits(m)), None)

    def _settled(self, ts: str) -> bool:
        """The card says that all is done. A failed one is tried again, as its button asks."""
        card = self._world.messages[self._room.channel].get(ts)
        if card is None:
            return False
        if "draft_retry" in actions(card):
            self.counts["tried again"] += 1
            self._try(lambda: self._people.click(self._room.leads[0], self._room.channel, ts, "draft_retry"))
            self._patience.off.wait(CLICKS_AGAIN_S)
        return not alive(card) and card.text.startswith(("Applied", "Rejected", "Withdrawn"))

    def _click_until_decided(
        self, user: str, ts: str, shown: dict[str, object], starts: threading.Barrier, random: Random
    ) -> None:
        may = user in self._room.leads
        deadline = time.monotonic() + GIVES_UP_S
        starts.wait(30.0)
        self._act(user, ts, shown, random)
        while may and time.monotonic() < deadline and not self._patience.off.is_set():
            if self._patience.until(lambda: not self._still_waits(ts), CLICKS_AGAIN_S):
                return
            self.counts["clicked again"] += 1
            self._act(user, ts, None, random)

    def _still_waits(self, ts: str) -> bool:
        card = self._world.messages[self._room.channel].get(ts)
        return card is not None and waits(card)

    def _act(self, user: str, ts: str, shown: dict[str, object] | None, random: Random) -> None:
        what = random.random()
        if user == self._room.asker and what < 0.2:
            self._try(lambda: self._withdraw(user, ts))
        elif user in self._room.leads and what < 0.15:
            self._try(lambda: self._by_form(user, ts, "draft_reject", shown))
        elif user in self._room.leads and what < 0.3:
            self._try(lambda: self._by_form(user, ts, "draft_edit", shown))
        else:
            self._try(lambda: self._people.click(user, self._room.channel, ts, "draft_approve", message=shown))

    def _withdraw(self, user: str, ts: str) -> Answer:
        card = self._world.snapshot(self._room.channel, ts)
        row = next(block for block in card["blocks"] if block["type"] == "actions" and len(block["elements"]) > 2)
        value = next(e["value"] for e in row["elements"] if e["action_id"] == "draft_approve")
        return self._people.click(user, self._room.channel, ts, "draft_more", f"withdraw|{value}")

    def _by_form(self, user: str, ts: str, action: str, shown: dict[str, object] | None) -> Answer:
        answer = self._people.click(user, self._room.channel, ts, action, message=shown)
        form = self._world.top_view(user)
        if form is None:
            return answer
        try:
            return self._people.submit(user, form.id, _filled(form, action))
        finally:
            if self._world.top_view(user) is not None:
                self._people.close(user, all_of_them=True)

    def _try(self, act: Callable[[], Answer]) -> None:
        """One act of a person; what they could not do because the card has changed meanwhile is only counted."""
        try:
            answer = act()
        except (SandboxError, StopIteration):
            self.counts["came too late to click"] += 1
        else:
            self.counts["clicks" if answer.ok else f"clicks {answer.status}"] += 1


def _filled(form: View, action: str) -> dict[str, dict[str, object]]:
    if action == "draft_reject":
        return {"reject_reasons": {"ticks": ["Not true"]}}
    field = next(
        block["block_id"]
        for block in form.blocks
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
    )
    return {field: {"text": "We ship on Monday after all."}}
