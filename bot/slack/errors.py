"""What can go wrong between us and Slack, as sentences that say what to do. The names are read as sentences too."""

from __future__ import annotations

from bot.errors import CountersignError, TryAgain


class SlackError(CountersignError):
    """Slack refused, definitely: nothing was done. `code` is Slack's own word for it."""

    def __init__(
        self, text: str, *, code: str, method: str = "", details: tuple[str, ...] = (), retry_after: float | None = None
    ) -> None:
        super().__init__(text)
        self.code = code
        self.method = method
        self.details = details  # what Slack says of invalid blocks: for the log, not for people
        self.retry_after = retry_after  # seconds, where Slack named them


class NotFound(SlackError):  # noqa: N818
    """There is no such channel, person, message or view, or it is invisible to the bot: Slack does not tell which."""


class NotInChannel(SlackError):  # noqa: N818
    """The bot has to be invited first."""


class MissingScope(SlackError):  # noqa: N818
    """The app was installed without a permission that this call needs."""


class RateLimited(SlackError, TryAgain):  # noqa: N818
    """Too many calls, and the wait is longer than this client waits; nothing was done."""


class Unreachable(SlackError, TryAgain):  # noqa: N818
    """Slack did not answer; nothing was changed (a read, or a write that was never sent)."""


class OutcomeUnknown(SlackError, TryAgain):  # noqa: N818
    """A write was sent and no clear answer came: it may or may not have been done. Look before acting again."""


_NOT_FOUND = {
    "channel_not_found": "I cannot see that channel: it does not exist, or I was not invited. Try /invite @countersign",
    "user_not_found": "I cannot find that person in this workspace.",
    "user_not_visible": "I cannot find that person in this workspace.",
    "users_not_found": "I cannot find that person in this workspace.",
    "message_not_found": "That message is gone, or I cannot see it.",
    "thread_not_found": "That thread is gone, or I cannot see it.",
    "file_not_found": "That file is gone, or I cannot see it.",
    "file_deleted": "That file was deleted.",
    "no_such_subteam": "That user group is gone.",
    "not_found": "That form is no longer open.",
    "view_not_found": "That form is no longer open.",
}
_TOKEN = frozenset(
    [
        "not_authed",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "no_permission",
        "org_login_required",
        "team_access_not_granted",
        "not_allowed_token_type",
    ]
)
_TRIGGER = frozenset(["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"])
_REFUSED = {
    "is_archived": "That channel is archived.",
    "restricted_action": "The settings of this workspace do not let me post there; ask an admin.",
    "user_not_in_channel": "That person is not in the channel.",
    "cannot_dm_bot": "An app cannot be sent a direct message.",
    "user_disabled": "That account is deactivated.",
    "cant_update_message": "Slack lets me change only my own messages.",
    "edit_window_closed": "Slack no longer lets me change that message.",
    "msg_too_long": "That text is too long for one Slack message.",
    "hash_conflict": "That form changed in the meantime; please open it again.",
    "push_limit_reached": "Too many forms are open; close one and try again.",
    "message_limit_exceeded": "This workspace has reached its message limit at Slack.",
}
# With these Slack says itself that part of the work may have been done.
UNCLEAR = frozenset(["fatal_error", "internal_error", "service_unavailable", "request_timeout"])


def refusal(
    code: str,
    *,
    method: str,
    needed: str = "",
    details: tuple[str, ...] = (),
    retry_after: float | None = None,
) -> SlackError:
    """The error for an answer with ok=false and this code; `needed` is the scope that Slack named."""
    if code in _NOT_FOUND:
        return NotFound(_NOT_FOUND[code], code=code, method=method)
    if code == "not_in_channel":
        return NotInChannel("I am not in that channel. Invite me first: /invite @countersign", code=code, method=method)
    if code == "missing_scope":
        text = f"The app lacks Slack's permission {needed or '(not named)'}: add it to the app, then reinstall the app."
        return MissingScope(text, code=code, method=method)
    if code in {"ratelimited", "rate_limited"}:
        wait = f"in {retry_after:.0f} seconds" if retry_after is not None else "in a minute"
        text = f"Slack asks me to slow down; try again {wait}."
        return RateLimited(text, code="ratelimited", method=method, retry_after=retry_after)
    if code in _TOKEN:
        text = f"Slack refuses the bot's token ({code}): check SLACK_BOT_TOKEN, or reinstall the app."
    elif code in _TRIGGER:
        text = "Slack allows three seconds to open a form, and they had passed; please try again."
    else:
        text = _REFUSED.get(code, f"Slack refused {method}: {code}.")
    return SlackError(text, code=code, method=method, details=details)


def unreachable(method: str, why: str) -> Unreachable:
    """No answer to a read, or no connection at all."""
    return Unreachable(f"Slack could not be reached ({why}); try again.", code="unreachable", method=method)


def outcome_unknown(method: str, why: str) -> OutcomeUnknown:
    """No clear answer to a write that was sent."""
    text = f"Slack gave no clear answer to {method} ({why}): it may or may not have been done."
    return OutcomeUnknown(text, code="outcome_unknown", method=method)
