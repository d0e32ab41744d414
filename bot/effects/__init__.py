"""What an approved draft does: effects, and for each sort of them a performer that does it once."""

from bot.effects.effect import Effect, MaybeDone, Performer, Unanswerable, key_of, posts
from bot.effects.mail import MailServers
from bot.effects.table import performers
from bot.effects.take_back import back, stays
from bot.effects.todos import DropTodos, KeepTodos

__all__ = [
    "DropTodos",
    "Effect",
    "KeepTodos",
    "MailServers",
    "MaybeDone",
    "Performer",
    "Unanswerable",
    "back",
    "key_of",
    "performers",
    "posts",
    "stays",
]
