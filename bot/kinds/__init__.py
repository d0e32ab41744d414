"""The kinds of draft, one file each, and the table of all of them."""

from bot.kinds.digest import KIND as DIGEST
from bot.kinds.followups import KIND as FOLLOWUPS
from bot.kinds.kind import Kind
from bot.kinds.summary import KIND as SUMMARY

__all__ = ["KINDS", "Kind"]

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SUMMARY, FOLLOWUPS, DIGEST)}
