"""The sandbox as a program: python -m sandbox."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from sandbox.app_manifest import AppSpec, load_manifest
from sandbox.demo import demo_world
from sandbox.errors import SandboxError
from sandbox.imports import load_export
from sandbox.server import Sandbox
from sandbox.state import World


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(prog="sandbox", description="A local Slack for one app, on 127.0.0.1 only.")
    options.add_argument("--port", type=int, default=3100, help="0 takes any free port (default: 3100)")
    options.add_argument("--import", dest="export", type=Path, metavar="EXPORT.zip", help="load a Slack export")
    options.add_argument(
        "--newest-minutes-ago",
        type=float,
        metavar="N",
        help="move all times so that the newest message is N minutes old (the demo: 5; an import: unmoved)",
    )
    options.add_argument("--no-demo", action="store_true", help="do not load the demo's conversations")
    options.add_argument("--manifest", type=Path, help="the app's manifest.yml or .json, instead of the built-in one")
    options.add_argument("--request-url", help="where signed payloads go while no Socket Mode connection is open")
    options.add_argument("--bot-token", default=AppSpec.bot_token)
    options.add_argument("--app-token", default=AppSpec.app_token)
    options.add_argument("--signing-secret", default=AppSpec.signing_secret)
    return options


def build_world(given: argparse.Namespace) -> World:
    """The workspace that the options describe: the demo, an import, or an empty one."""
    app = AppSpec(bot_token=given.bot_token, app_token=given.app_token, signing_secret=given.signing_secret)
    if given.manifest:
        app = load_manifest(given.manifest, app)
    minutes = given.newest_minutes_ago
    if given.export is None:
        return World(app=app) if given.no_demo else demo_world(time.time, app, 5 if minutes is None else minutes)
    world = World(app=app, name=given.export.stem)
    load_export(world, given.export, None if minutes is None else minutes * 60)
    _let_the_bot_in(world)
    return world


def _let_the_bot_in(world: World) -> None:
    """An import knows nothing of this app: it joins every channel that is not archived, and somebody sits down."""
    with world.changing():
        for room in world.channels.values():
            if not room.is_archived and not room.is_im:
                room.members.append(world.bot.id)
        people = [user for user in world.users.values() if not user.is_bot and not user.deleted and not user.is_guest]
        busy = max(
            people, key=lambda user: sum(user.id in room.members for room in world.channels.values()), default=None
        )
        world.acting_as = busy.id if busy else None


def main(argv: Sequence[str] | None = None, stop: threading.Event | None = None) -> int:
    """Serve until `stop` is set; 2 where the options cannot be followed."""
    given = parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        with Sandbox(build_world(given), given.port) as box:
            if given.request_url:
                box.set_request_url(given.request_url)
            sys.stdout.write(f"Sandbox ready: {box.page_url}\n")
            sys.stdout.flush()
            (stop or threading.Event()).wait()
    except SandboxError as e:
        sys.stderr.write(f"{e}\n")
        return 2
    return 0
