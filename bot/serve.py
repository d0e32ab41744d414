"""Runs the program: HTTP always, Slack's traffic by Socket Mode or over HTTP, until it is told to stop."""

from __future__ import annotations

import logging

import uvicorn
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.app import LISTENERS, Program
from bot.errors import CountersignError
from bot.slack import Slack, SlackError
from bot.web import application

GRACE_S = 5  # for work that is running when we are told to stop
log = logging.getLogger("countersign")


def serve(program: Program) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way and return.

    Raises CountersignError, with the program stopped, if Slack refuses the app token.
    """
    settings = program.settings
    socket = None
    if settings.slack_app_token:
        try:
            Slack.connect(settings.slack_app_token, settings.slack_api_url).opens_sockets()
        except SlackError as error:
            program.stop()
            raise CountersignError(
                f"Slack refuses SLACK_APP_TOKEN ({error.code}): make one with the scope connections:write."
            ) from error
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
    log.info("ready: HTTP on port %d", settings.port)
    try:
        server.run()
    finally:
        if socket is not None:
            socket.close()  # type: ignore[no-untyped-call]
        program.stop(GRACE_S)
