"""Who may decide what. Pure: facts in, a rule or a refusal out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import wording


@dataclass(frozen=True)
class Rule:
    """Who decides on a draft, and the sentence that says why."""

    deciders: tuple[str, ...]
    why: str


def rule(*, private: bool, requester: str, leads: Sequence[str], where: str) -> Rule:
    """The requester decides on what only they will see; on the rest the leads, or the requester where none is set."""
    if private:
        return Rule((requester,), "Only you will see it, so you decide")
    if leads:
        return Rule(tuple(leads), f"Leads of {where} decide")
    return Rule((requester,), f"{where} has no lead yet (/countersign leads @name), so who asked decides")


def may_set_leads(actor: str, *, is_admin: bool, leads: Sequence[str]) -> bool:
    """The first leads are named by anybody in the channel; after that by a lead or an admin of the workspace."""
    return not leads or actor in leads or is_admin


def may_open_to_outsiders(actor: str, *, is_admin: bool, leads: Sequence[str]) -> bool:
    """A lead lets a channel shared with another organisation be read; an admin of the workspace where none is set."""
    return actor in leads or (is_admin and not leads)


def not_a_decider(rule: Rule) -> str:
    """What somebody is told who may not decide."""
    return f"Only {wording.either(rule.deciders)} can decide on this draft."
