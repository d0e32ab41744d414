"""What a reviewer would be warned of in a draft. Pure."""

from __future__ import annotations

from pydantic import BaseModel

from blocks.draft_text import on
from blocks.fold import fold
from blocks.view import Card, Mark
from bot.drafting.statement import standing, walk
from storage.models import DraftRow

SURE = (Mark.QUOTED, Mark.CITED)
MOST_LINES = 20  # of a draft that is approved among others: all of it is before who approves


def is_doubtful(row: DraftRow, payload: BaseModel) -> bool:
    """Whether a reviewer would be warned of something: no standing approval was given for that."""
    return bool(row.origin.get("cautions")) or any(said.mark not in SURE for _, said in walk(standing(payload)))


def may_be_among_others(view: Card, why: str = "") -> bool:
    """Whether a draft can be approved together with others, by what its card says; `why` it was drafted warns nobody.

    Never one with a doubtful statement or another note, nor what has changed, may have missed something, is shown to
    new people, takes several approvals, waits for an answer, is long, or cannot be taken back.
    """
    sections = on(view.sections)
    sure = all(item.mark in SURE for part in view.sections for item in part.items)  # of what was left out, too
    noted = any(notice != why for notice in view.notices)
    warned = noted or view.cautions or view.moved or view.uncovered_count or view.stays
    shared = view.new_readers or view.for_everybody
    is_short = fold(sections, MOST_LINES).lines == 0
    waits = view.status == "proposed" and view.needed == 1 and not view.waits_for_answer
    return waits and sure and is_short and not warned and not shared
