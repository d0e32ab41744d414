"""The life of a draft: propose, edit, approve, reject, withdraw, apply."""

from bot.desk.desk import Desk
from bot.desk.parts import Actor, Parts
from bot.drafting.edits import Edits

__all__ = ["Actor", "Desk", "Edits", "Parts"]
