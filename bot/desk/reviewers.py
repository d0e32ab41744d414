"""Those who decide on a draft, as Slack knows them: looked up in background work and noted with the draft.

A rule is answered from the database alone; what it has to know of accounts is brought there by this.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.parts import Parts
from bot.desk.rules import Rules
from bot.slack import MissingScope, NotFound, Slack
from bot.sources.access import NotAllowed, check_actor
from storage import drafts, usergroups
from storage.models import DraftRow

log = logging.getLogger(__name__)


class Reviewers:
    """Every method raises SlackError where Slack does not say."""

    def __init__(self, parts: Parts, rules: Rules, slack: Slack) -> None:
        """`slack` is the patient port in background work and the quick one in listeners."""
        self._parts = parts
        self._rules = rules
        self._slack = slack

    def found(self, users: Iterable[str], known: Mapping[str, Any], away: Collection[str]) -> dict[str, Any]:
        """What a draft notes of these people: how each was called first, who may decide no more, and who is away.

        `away` are the status emoji that mean that.
        """
        names, gone, absent = dict(known.get("names", {})), [], []
        for user in dict.fromkeys(users):
            try:
                person = self._slack.person(user, fresh=True)
                names.setdefault(user, person.name)
                if person.status_emoji in away:
                    absent.append(user)
                check_actor(person)
            except (NotFound, NotAllowed):
                gone.append(user)
        return {"names": names, "gone": gone, "away": absent}

    def members_of(self, group: str) -> list[str]:
        """Who of a user group may decide. Raises NotFound where there is no such group."""
        return [user for user in self._slack.group_members(group) if self._is_able(user)]

    def _is_able(self, user: str) -> bool:
        try:
            check_actor(self._slack.person(user))
        except (NotFound, NotAllowed):
            return False
        return True

    def ask_groups(self, channel: str, kind: str) -> None:
        """Bring what is known of the user groups that decide there up to date; one that is gone has nobody in it."""
        groups = self._parts.database.read(lambda session: self._rules.standing(session, channel, kind)).policy.groups
        if not groups:
            return
        try:
            found = {group: self._members_or_nobody(group) for group in groups}
        except MissingScope as error:  # then who was in them when they were named decides
            log.warning("user groups cannot be read: %s", error)
            return
        team, now = self._parts.team, self._parts.clock()
        known = self._parts.database.read(lambda session: usergroups.members(session, team))
        if all(known.get(group) == tuple(users) for group, users in found.items()):
            return

        def note(session: Session) -> None:
            handles = usergroups.handles(session, team)
            for group, users in found.items():
                usergroups.put(session, team, group, handle=handles.get(group, group), members=users, at=now)

        self._parts.database.write(note)

    def _members_or_nobody(self, group: str) -> list[str]:
        try:
            return self.members_of(group)
        except NotFound:
            return []

    def look(self, draft_id: str) -> None:
        """Bring what a draft that waits knows of its reviewers up to date."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "proposed":
            return
        self.ask_groups(row.destination["channel"], row.kind)
        people, standing = self._parts.database.read(
            lambda session: (self._concerned(session, row), self._rules.behind(session, row))
        )
        found = self.found(people, row.review, standing.policy.away)

        def note(session: Session) -> None:
            held = drafts.held(session, draft_id)
            if held is not None and (review := {**held.review, **found}) != held.review:
                drafts.reviewed(session, draft_id, review)

        self._parts.database.write(note)

    def _concerned(self, session: Session, row: DraftRow) -> tuple[str, ...]:
        rule = self._rules.of(session, row)
        represented = (user for users in rule.stands_for.values() for user in users)
        return (row.requester, *rule.deciders, *rule.barred, *represented, *row.review.get("gone", ()))
