"""Runs the program: HTTP always, Slack's traffic by Socket Mode or over HTTP, until it is told to stop."""

from __future__ import annotations

import logging
import signal

import uvicorn
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.app import LISTENERS, Program
from bot.web import application

GRACE_S = 5  # for work that is running when we are told to stop
log = logging.getLogger("countersign")


def serve(program: Program) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way and return."""
    settings = program.settings
    socket = None
    if settings.slack_app_token:
        socket = SocketModeHandler(program.bolt, settings.slack_app_token, concurrency=LISTENERS)
        socket.connect()  # type: ignore[no-untyped-call]
        log.info("Slack's traffic comes by Socket Mode")
    else:
        log.info("Slack's traffic is expected at POST /slack/events")
    server = uvicorn.Server(
        uvicorn.Config(
            application(program, slack_events=socket is None),
            host="0.0.0.0" if socket is None else "127.0.0.1",
            port=settings.port,
            log_level="warning",
        )
    )
    # uvicorn ends at SIGTERM and then sends it again to whoever had it before: without a handler that is the end of us.
    signal.signal(signal.SIGTERM, lambda *_: None)
    log.info("ready: HTTP on port %d", settings.port)
    try:
        server.run()
    finally:
        if socket is not None:
            socket.close()  # type: ignore[no-untyped-call]
        program.stop(GRACE_S)
