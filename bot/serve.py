"""Runs the program: HTTP always, Slack's traffic by Socket Mode or over HTTP, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.app import LISTENERS, Program
from bot.errors import CountersignError
from bot.settings import Settings
from bot.slack import Slack, SlackError
from bot.web import application

GRACE_S = 5  # for work that is running when we are told to stop
# Whoever has waited for the database gets the interpreter back after this, not after 5 ms: a click waits for the
# database a dozen times, and each time for as long beside every effect that is being carried out meanwhile.
TURN_S = 0.0005
log = logging.getLogger("countersign")


def serve(program: Program) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way and return.

    Raises CountersignError, with the program stopped, if the port is taken or Slack refuses the app token.
    """
    settings = program.settings
    sys.setswitchinterval(TURN_S)
    # uvicorn ends at SIGTERM and then sends it again to whoever had it before: without a handler that is the end of us.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with _listen(settings) as listener, _slack(program):
            log.info("ready: HTTP on port %d", listener.getsockname()[1])
            web = application(program, slack_events=not settings.slack_app_token)
            uvicorn.Server(uvicorn.Config(web, log_level="warning")).run(sockets=[listener])
    finally:
        program.stop(GRACE_S)


def _listen(settings: Settings) -> socket.socket:
    """The socket HTTP is served on; in Socket Mode nobody outside needs to reach it."""
    host = "127.0.0.1" if settings.slack_app_token else "0.0.0.0"
    try:
        return socket.create_server((host, settings.port))
    except OSError as error:
        words = f"Port {settings.port} cannot be used ({error.strerror}): set PORT to another."
        raise CountersignError(words) from error


@contextmanager
def _slack(program: Program) -> Iterator[None]:
    """Slack's traffic by Socket Mode, where there is an app token."""
    settings = program.settings
    if not settings.slack_app_token:
        log.info("Slack's traffic is expected at POST /slack/events")
        yield
        return
    try:
        Slack.connect(settings.slack_app_token, settings.slack_api_url).opens_sockets()
    except SlackError as error:
        words = f"Slack refuses SLACK_APP_TOKEN ({error.code}): make one with the scope connections:write."
        raise CountersignError(words) from error
    handler = SocketModeHandler(program.bolt, settings.slack_app_token, concurrency=LISTENERS)
    handler.connect()  # type: ignore[no-untyped-call]
    log.info("Slack's traffic comes by Socket Mode")
    try:
        yield
    finally:
        handler.close()  # type: ignore[no-untyped-call]
