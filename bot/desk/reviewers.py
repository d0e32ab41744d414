"""Those who decide on a draft, as Slack knows them: looked up in background work and noted with the draft.

A rule is answered from the database alone; what it has to know of accounts is brought there by this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.parts import Parts
from bot.desk.rules import Rules
from bot.slack import NotFound
from bot.sources.access import NotAllowed, check_actor
from storage import drafts
from storage.models import DraftRow


class Reviewers:
    """Every method raises SlackError where Slack does not say."""

    def __init__(self, parts: Parts, rules: Rules) -> None:
        self._parts = parts
        self._rules = rules

    def found(self, users: Iterable[str], known: Mapping[str, Any]) -> dict[str, Any]:
        """What a draft notes of these people, besides what it knew: how each is called, and who may decide no more."""
        names, gone = dict(known.get("names", {})), []
        for user in dict.fromkeys(users):
            try:
                person = self._parts.slack.person(user)
                names.setdefault(user, person.name)
                check_actor(person)
            except (NotFound, NotAllowed):
                gone.append(user)
        return {**known, "names": names, "gone": gone}

    def look(self, draft_id: str) -> None:
        """Bring what a draft that waits knows of its reviewers up to date."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "proposed":
            return
        found = self.found(self._parts.database.read(lambda session: self._concerned(session, row)), row.review)

        def note(session: Session) -> None:
            if drafts.get(session, draft_id) is not None and found != row.review:
                drafts.reviewed(session, draft_id, found)

        self._parts.database.write(note)

    def _concerned(self, session: Session, row: DraftRow) -> tuple[str, ...]:
        rule = self._rules.of(session, row)
        return (row.requester, *rule.deciders, *rule.barred, *row.review.get("gone", ()))
