"""Who would read a draft that may not read all that it was drafted from: each is named, and none is folded away."""

from __future__ import annotations

from blocks.body import mention
from blocks.parts import Block, context
from blocks.view import Card


def new_readers(view: Card) -> list[Block]:
    """One line for who decides; nothing where everybody may read its sources anyway."""
    named = [*map(mention, view.new_readers), *(["everybody else in the workspace"] if view.for_everybody else [])]
    if not named:
        return []
    who = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    return [context(f"👥 *New readers:* {who}. They may not read all that this was drafted from.")]
