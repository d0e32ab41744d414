"""Settings in words: from what was typed in the form to settings and back, and where each comes from. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from blocks.policy_form import NOWHERE, WEEKDAYS, PolicyFields
from bot import wording
from bot.errors import CountersignError
from bot.policy import Policy, Standing

_HOURS = re.compile(r"(\d{1,2})(?::00)?\s*(?:-|–|to)\s*(\d{1,2})(?::00)?")
_EMOJI = re.compile(r"[\w+'-]+(?:::skin-tone-\d)?")
_MOST_HOURS = 400
_MOST_EMOJI = 20


class BadSetting(CountersignError):  # noqa: N818 it is read as a sentence
    """A setting that cannot be, and the field to which that is owed."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def settings_of(fields: PolicyFields) -> dict[str, Any]:
    """What was filled in, as settings to be stored; nothing for what is empty. Raises BadSetting."""
    found: dict[str, Any] = {}
    if fields.leads or fields.groups:
        found |= {"leads": list(fields.leads), "groups": list(fields.groups)}
    if fields.approvals:
        found["approvals"] = int(fields.approvals)
    if fields.self_approval:
        found["self_approval"] = fields.self_approval == "yes"
    if fields.cards == "review" and not fields.review_channel:
        raise BadSetting("review_channel", "Choose the channel in which drafts wait for review.")
    if fields.cards:
        found |= {"cards": fields.cards, "review_channel": fields.review_channel if fields.cards == "review" else ""}
    for name in ("remind_after", "expire_after"):
        if typed := getattr(fields, name):
            found[name] = _number(name, typed)
    if fields.hours:
        found |= dict(zip(("opens", "closes"), _hours(fields.hours), strict=True))
    if fields.days:
        found["days"] = list(fields.days)
    if fields.second and not fields.escalate_after:
        raise BadSetting("escalate_after", "Say after how many working hours the second reviewer is asked.")
    if fields.escalate_after and not fields.second:
        raise BadSetting("second", "Choose who is asked then.")
    if fields.second:
        found |= {"second": fields.second, "escalate_after": _number("escalate_after", fields.escalate_after)}
    if fields.away:
        found["away"] = _emoji(fields.away)
    if fields.sinks:
        found["sinks"] = _sinks(fields.sinks)
    return found


def fields_of(settings: dict[str, Any]) -> PolicyFields:
    """What stands in the form for settings that are stored."""
    own = settings.get("self_approval")
    return PolicyFields(
        leads=tuple(settings.get("leads", ())),
        groups=tuple(settings.get("groups", ())),
        approvals=str(settings.get("approvals", "")),
        self_approval="" if own is None else "yes" if own else "no",
        cards=settings.get("cards", ""),
        review_channel=settings.get("review_channel", ""),
        remind_after=str(settings.get("remind_after", "")),
        expire_after=str(settings.get("expire_after", "")),
        hours=f"{settings['opens']}-{settings['closes']}" if "opens" in settings else "",
        days=tuple(settings.get("days", ())),
        second=settings.get("second", ""),
        escalate_after=str(settings.get("escalate_after") or ""),
        away=" ".join(settings.get("away", ())),
        sinks=tuple(settings["sinks"] or [NOWHERE]) if "sinks" in settings else (),
    )


def in_words(standing: Standing, names: Mapping[str, str]) -> dict[str, str]:
    """Each setting that holds, in words: "2, as for the workspace". `names` has those of scopes and user groups."""
    found = standing.policy
    cards = {"thread": "the channel or thread", "review": "the review channel", "direct": "direct messages"}
    second = f"{wording.person(found.second)} after {found.escalate_after} hours" if found.second else "nobody"
    plain = {
        "leads": _leads(found, names) or "who asked",
        "approvals": str(found.approvals),
        "self_approval": "yes" if found.self_approval else "no",
        "cards": cards[found.cards],
        "remind_after": str(found.remind_after),
        "expire_after": str(found.expire_after),
        "hours": f"{found.opens}-{found.closes}",
        "days": ", ".join(WEEKDAYS[day] for day in found.days),
        "second": second,
        "escalate_after": str(found.escalate_after) if found.second else "never",
        "away": " ".join(found.away),
        "sinks": ", ".join(names.get(name, name) for name in found.sinks) or "nowhere else",
    }
    return {name: words + _source(standing, name, names) for name, words in plain.items()}


def _source(standing: Standing, name: str, names: Mapping[str, str]) -> str:
    scope = standing.came_from.get({"hours": "opens"}.get(name, name))
    return "" if scope is None else f", as for {names.get(scope, scope)}"


def _leads(found: Policy, names: Mapping[str, str]) -> str:
    groups = [names.get(group, "a user group") for group in found.groups]
    return ", ".join([*map(wording.person, found.leads), *groups])


def _number(name: str, typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed) <= _MOST_HOURS:
        raise BadSetting(name, f"Write a whole number of hours from 1 to {_MOST_HOURS}.")
    return int(typed)


def _hours(typed: str) -> tuple[int, int]:
    match = _HOURS.fullmatch(typed)
    opens, closes = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 0 <= opens < closes <= 24:
        raise BadSetting("hours", "Write the hours like 9-17, the first before the last.")
    return opens, closes


def _sinks(chosen: Sequence[str]) -> list[str]:
    if NOWHERE in chosen and len(chosen) > 1:
        raise BadSetting("sinks", "Choose places, or nowhere else, not both.")
    return [name for name in chosen if name != NOWHERE]


def _emoji(typed: str) -> list[str]:
    names = [name.strip(":") for name in typed.replace(",", " ").split()]
    wrong = next((name for name in names if not _EMOJI.fullmatch(name)), "")
    if wrong or len(names) > _MOST_EMOJI:
        what = f"I do not know “{wrong[:40]}”" if wrong else f"These are more than {_MOST_EMOJI}"
        raise BadSetting("away", f"{what}: write names of emoji, for example palm_tree bus.")
    return list(dict.fromkeys(names))
