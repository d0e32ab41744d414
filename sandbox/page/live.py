"""The live connection of one open page: it says where it looks, and gets the parts of its screen that change."""

import asyncio
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.page.screen import PAGE_SIZE, Screen, Spot
from sandbox.state import World

_GATHER_SECONDS = 0.015


class Live:
    """One page's connection; ends when the page does."""

    def __init__(self, world: World, screen: Screen, socket: WebSocket) -> None:
        self.world = world
        self.screen = screen
        self.socket = socket
        self.spot: Spot | None = None
        self.number = 0
        self.answered = 0
        self.told = len(world.notices)
        self.sent: dict[str, str] = {}
        self.woken = asyncio.Event()
        self.ended = False

    async def run(self) -> None:
        """Serve the page until it goes away."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self.woken.set)

        stop = self.world.subscribe(wake)
        await self.socket.accept()
        reader = asyncio.create_task(self._read())
        try:
            while not self.ended:
                await self.woken.wait()
                await asyncio.sleep(_GATHER_SECONDS)
                self.woken.clear()
                if self.spot is not None and not self.ended:
                    await self._show(self.spot)
        except WebSocketDisconnect:
            self.ended = True
        finally:
            stop()
            reader.cancel()

    async def _read(self) -> None:
        try:
            while True:
                asked = json.loads(await self.socket.receive_text())
                self.number = int(asked["number"])
                self.spot = spot_of(asked)
                self.woken.set()
        except (WebSocketDisconnect, ValueError, KeyError, TypeError):
            self.ended = True
            self.woken.set()

    async def _show(self, asked: Spot) -> None:
        number = self.number
        spot = await run_in_threadpool(self.screen.settle, asked)
        if not spot.user:
            return
        drawn = await run_in_threadpool(self.screen.fragments, spot)
        changed = {name: str(html) for name, html in drawn.items() if self.sent.get(name) != html}
        said = self._notices(spot.user)
        if changed or said or number != self.answered:
            self.sent = {name: str(html) for name, html in drawn.items()}
            self.answered = number
            where = {"user": spot.user, "channel": spot.channel, "thread": spot.thread, "at": spot.at}
            await self.socket.send_json({"number": number, "spot": where, "fragments": changed, "said": said})

    def _notices(self, user: str) -> list[str]:
        """What Slack itself has told this person outside any channel since the last look."""
        with self.world.lock:
            new = self.world.notices[self.told :]
            self.told = len(self.world.notices)
        return [notice.text for notice in new if notice.user == user and notice.channel is None]


def spot_of(asked: dict[str, Any]) -> Spot:
    """Where the page says it looks; ValueError or TypeError where it says nonsense."""
    return Spot(
        user=str(asked.get("user") or ""),
        channel=str(asked.get("channel") or ""),
        thread=str(asked.get("thread") or ""),
        at=str(asked.get("at") or ""),
        limit=max(PAGE_SIZE, int(asked.get("limit") or 0)),
    )
