"""How jobs end where a step is refused: again tomorrow, or with an answer to who waits for one."""

from __future__ import annotations

from collections.abc import Callable

from bot.desk.desk import Desk
from bot.desk.parts import Actor
from bot.errors import CountersignError, TryAgain
from bot.work import Run


def surely(run: Run, step: Callable[..., None], *args: object) -> None:
    """Do what a refusal may not end: it may be another tomorrow."""
    try:
        run(step, *args)
    except CountersignError as error:
        raise TryAgain(str(error)) from error


def answer(desk: Desk, run: Run, name: str, step: Callable[..., str], who: Actor, *args: object) -> None:
    """Do for somebody what they typed, and tell them what came of it."""
    try:
        said = run(step, who, *args)
    except CountersignError as error:
        said = str(error)
    # Begun anew, the setting would be made again over whatever was set since.
    try:
        run(desk.tell, who, said, name)
    except TryAgain:
        run(desk.tell_later, who, said, name)
