"""What an approved draft does: effects, and for each sort of them a performer that does it once."""

from bot.effects.effect import Effect, MaybeDone, Performer, Unanswerable, key_of, posts
from bot.effects.mail import MailServers
from bot.effects.table import performers
from bot.effects.todos import KeepTodos

__all__ = [
    "Effect",
    "KeepTodos",
    "MailServers",
    "MaybeDone",
    "Performer",
    "Unanswerable",
    "key_of",
    "performers",
    "posts",
]
