"""Who decides in somebody's place while they are away: by dates, or by their status in Slack."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from blocks.stand_in_form import StandInFields
from bot import wording
from bot.desk.parts import Actor, Parts, new_id
from bot.desk.personal import store
from bot.errors import CountersignError
from bot.policy import StandIn
from bot.policy_words import BadSetting
from bot.slack import NotFound, Slack
from bot.sources.access import NotAllowed, check_actor
from bot.work import Job
from bot.working_time import zone_of
from storage import policies

USAGE = (
    "Say who decides for you and when: /countersign delegate @name 2026-12-21 2027-01-06, or /countersign delegate "
    "@name when away, which goes by your status in Slack. To end it: /countersign delegate nobody. "
    "An admin adds: for @name."
)
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_LONGEST = timedelta(days=366)


class StandIns:
    """The verbs; each raises CountersignError, in words, where it cannot be."""

    def __init__(self, parts: Parts, slack: Slack) -> None:
        """`slack` is the patient port in background work and the quick one in listeners."""
        self._parts = parts
        self._slack = slack

    def ask(self, actor: Actor, text: str) -> None:
        """Have it set or shown in background work; the actor is told what came of it."""
        name = f"stand-in-{new_id()}"
        self._parts.later(Job("stand_in", name, (json.dumps(actor.to_json()), text, name)))

    def set(self, actor: Actor, text: str) -> str:
        """Do what was typed after "delegate"; the sentence to answer with."""
        words, _, other = text.partition(" for ")
        whose = _one(other) if other else actor.user
        self._check_may(actor, whose)
        if not words.strip():
            return f"{self.words(whose)} {USAGE}"
        ends = words.strip().lower() == "nobody"
        stand_in = None if ends else self._read(words, whose)
        if stand_in is not None:
            self._check(stand_in, whose)
        self._parts.database.write(lambda session: self._store(session, actor, whose, stand_in))
        return self.words(whose)

    def form(self, *, by: Actor) -> tuple[StandInFields, bool]:
        """What stands in the form for the actor, and whether they may fill it in for somebody else."""
        person = self._slack.person(by.user, fresh=True)
        check_actor(person)
        found = self._stored(by.user)
        if found is None:
            return StandInFields(), person.is_admin
        return StandInFields(found.to, found.since, found.until, found.when_away), person.is_admin

    def save(self, fields: StandInFields, *, by: Actor) -> None:
        """Do what was filled in. Raises BadSetting for what cannot be."""
        whose = fields.whose or by.user
        try:
            self._check_may(by, whose)
        except CountersignError as error:
            raise BadSetting("whose" if fields.whose else "to", str(error)) from error
        stand_in = self._filled_in(fields, whose) if fields.to else None
        self._parts.database.write(lambda session: self._store(session, by, whose, stand_in))

    def _filled_in(self, fields: StandInFields, whose: str) -> StandIn:
        zone = self._slack.person(whose).tz
        stand_in = StandIn(fields.to, fields.since, fields.until, fields.when_away, zone)
        try:
            self._check(stand_in, whose)
        except CountersignError as error:
            raise BadSetting("to", str(error)) from error
        if bool(fields.since) != bool(fields.until):
            raise BadSetting("until" if fields.since else "since", "Choose both days, the first and the last.")
        if not fields.since and not fields.when_away:
            raise BadSetting("since", "Say when: choose two days, or tick the box below.")
        if fields.since:
            try:
                self._check_days(stand_in)
            except CountersignError as error:
                raise BadSetting("until", str(error)) from error
        return stand_in

    def _check_may(self, actor: Actor, whose: str) -> None:
        person = self._slack.person(actor.user, fresh=True)
        check_actor(person)
        if whose != actor.user and not person.is_admin:
            raise CountersignError("Only an admin can say who decides for somebody else.")

    def _read(self, words: str, whose: str) -> StandIn:
        to = _one(words)
        rest = _USER.sub(" ", words).replace(" from ", " ").replace(" to ", " ").replace(" until ", " ").split()
        zone = self._slack.person(whose).tz
        if rest == ["when", "away"]:
            return StandIn(to, when_away=True, zone=zone)
        try:
            since, until = map(date.fromisoformat, rest)
        except ValueError as error:
            raise CountersignError(USAGE) from error
        stand_in = StandIn(to, since.isoformat(), until.isoformat(), zone=zone)
        self._check_days(stand_in)
        return stand_in

    def _check_days(self, stand_in: StandIn) -> None:
        since, until = date.fromisoformat(stand_in.since), date.fromisoformat(stand_in.until)
        today = self._parts.clock().astimezone(zone_of(stand_in.zone)).date()
        if until < since or until < today:
            raise CountersignError("The last day has to be today or later, and not before the first.")
        if until - max(since, today) > _LONGEST:
            raise CountersignError("That is more than a year: name another lead instead, /countersign leads @name.")

    def _check(self, stand_in: StandIn, whose: str) -> None:
        if stand_in.to == whose:
            raise CountersignError("Nobody stands in for themselves: name somebody else.")
        try:
            check_actor(self._slack.person(stand_in.to, fresh=True))
        except (NotAllowed, NotFound) as error:
            raise CountersignError(f"{wording.person(stand_in.to)} cannot decide: {error}") from error

    def _store(self, session: Session, actor: Actor, whose: str, stand_in: StandIn | None) -> None:
        now, after = self._parts.clock(), asdict(stand_in) if stand_in else {}
        action = "stand-in set" if stand_in else "stand-in ended"
        if not store(session, self._parts, actor, whose, policies.PERSON, after, action=action):
            return
        for number, at in enumerate([now, *_edges(stand_in)]):
            delay_s = max(0.0, (at - now).total_seconds())
            job = Job("reroute", f"reroute-{whose}-{new_id()}-{number}", (), delay_s=delay_s)
            self._parts.work.enqueue(session, job)

    def words(self, whose: str) -> str:
        """Who decides in somebody's place, and when, as a sentence."""
        found = self._stored(whose)
        if found is None:
            return f"Nobody decides for {wording.person(whose)}."
        days = f"{found.since} to {found.until}" if found.since else ""
        away = "whenever their status says that they are away" if found.when_away else ""
        when = ", and ".join(filter(None, [days, away]))
        return (
            f"{wording.person(found.to)} decides for {wording.person(whose)}: {when}. "
            "They have to be in the channels whose drafts they decide on."
        )

    def _stored(self, whose: str) -> StandIn | None:
        scope = policies.PERSON + whose
        stored = self._parts.database.read(lambda session: policies.settings(session, self._parts.team, scope))
        return StandIn(**stored) if stored else None


def _one(text: str) -> str:
    users = _USER.findall(text)
    if len(users) != 1:
        raise CountersignError(USAGE)
    found: str = users[0]
    return found


def _edges(stand_in: StandIn | None) -> list[datetime]:
    """When the dates begin, and when they are over."""
    if stand_in is None or not stand_in.since:
        return []
    zone = zone_of(stand_in.zone)
    days = (date.fromisoformat(stand_in.since), date.fromisoformat(stand_in.until) + timedelta(days=1))
    return [datetime.combine(day, time(0, 1), zone) for day in days]
