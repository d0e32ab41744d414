"""The life of a draft: propose, edit, approve, reject, withdraw, apply."""

from bot.desk.desk import Desk
from bot.desk.parts import Actor, Parts

__all__ = ["Actor", "Desk", "Parts"]
