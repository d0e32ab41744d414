"""What became of a call of a client that stands on requests."""

from __future__ import annotations

from ssl import SSLCertVerificationError

from requests import exceptions
from urllib3.exceptions import NewConnectionError

from bot.effects.effect import MaybeDone
from bot.errors import CountersignError, TryAgain


def lost(error: exceptions.RequestException, whose: str, *, writing: bool) -> CountersignError:
    """The error for a call without an answer: tried again, and after a write that was sent, asked for first."""
    if writing and not _never_sent(error):
        return MaybeDone(f"{whose} gave no clear answer: it may or may not have been made.")
    return TryAgain(f"{whose} could not be reached: nothing was sent.")


def _never_sent(error: exceptions.RequestException) -> bool:
    """Only where it ended before the connection stood: a TLS error may also come with the answer."""
    if isinstance(error, exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, exceptions.SSLError):
        return any(isinstance(why, SSLCertVerificationError) for why in getattr(reason, "args", ()))
    return isinstance(error, exceptions.ConnectionError) and isinstance(reason, NewConnectionError)


def answered(status: int, whose: str, said: str, *, writing: bool) -> CountersignError:
    """The error for an answer that is none of success."""
    if status == 429:
        return TryAgain(f"{whose} asks to be called later: nothing was made.")
    if status >= 500 or status == 408:
        if writing:
            return MaybeDone(f"{whose} gave no clear answer (HTTP {status}): it may or may not have been made.")
        return TryAgain(f"{whose} gave no answer (HTTP {status}).")
    if status == 401:
        return CountersignError(f"{whose} refuses the credentials: countersign sink secret sets others.")
    return CountersignError(f"{whose} refused it (HTTP {status}{f': {said[:200]}' if said else ''}).")
