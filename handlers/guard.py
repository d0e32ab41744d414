"""What every listener does when the desk says no, or when we have a bug: one sentence, to the person who acted."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt import Ack, BoltResponse

from blocks.notices import plain
from bot.desk import Desk
from bot.errors import CountersignError, bug
from handlers.payload import Body, actor
from storage.database import DatabaseUnavailable

log = logging.getLogger("countersign")


@contextmanager
def answered(desk: Desk, body: Body) -> Iterator[None]:
    """Run the body of a listener; what goes wrong in it is answered privately, in background work."""
    try:
        yield
    except CountersignError as error:
        desk.answer(actor(body), str(error))
    except DatabaseUnavailable:
        raise  # an answer would have to be stored, too
    except Exception as error:  # noqa: BLE001 the last place that can give a bug a reference number
        desk.answer(actor(body), str(bug(error, "a listener")))


def say(ack: Ack, desk: Desk, text: str) -> None:
    """Answer a command in its ack; nothing in the text is live."""
    message = plain(desk.worded(text))
    ack(text=message.text, blocks=message.blocks)


def on_error(error: Exception) -> BoltResponse:
    """What even `answered` could not take care of: Slack tells the person that it failed, and they click again."""
    if isinstance(error, DatabaseUnavailable):
        log.warning("a listener could not do its work: the database does not answer: %s", error)
        return BoltResponse(status=503, body="")
    bug(error, "a listener")
    return BoltResponse(status=500, body="")
