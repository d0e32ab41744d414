"""The port to Slack: everything that the bot reads there and says there, as values and SlackErrors."""

from bot.slack.errors import (
    MissingScope,
    NotFound,
    NotInChannel,
    OutcomeUnknown,
    RateLimited,
    SlackError,
    Unreachable,
)
from bot.slack.port import Blocks, Slack
from bot.slack.values import (
    Identity,
    Posted,
    Raw,
    SlackChannel,
    SlackFile,
    SlackGroup,
    SlackPerson,
    SlackView,
    file_from,
    moment_of,
    ts_of,
)

__all__ = [
    "Blocks",
    "Identity",
    "MissingScope",
    "NotFound",
    "NotInChannel",
    "OutcomeUnknown",
    "Posted",
    "RateLimited",
    "Raw",
    "Slack",
    "SlackChannel",
    "SlackError",
    "SlackFile",
    "SlackGroup",
    "SlackPerson",
    "SlackView",
    "Unreachable",
    "file_from",
    "moment_of",
    "ts_of",
]
