"""Who may decide on a draft as it is now, and whether it still waits: a refusal is a sentence for the actor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot import policy, wording
from bot.desk.parts import Actor, Parts
from bot.desk.reviewers import Reviewers
from bot.desk.rules import Grounds, Rules
from bot.desk.sight import Sight
from bot.errors import CountersignError
from bot.sources.access import NotAllowed, check_actor
from storage import drafts
from storage.models import DraftRow

# What became of a draft, in a word, where its status is none.
DONE = {
    "approved": "approved",
    "applied": "approved",
    "failed": "approved",
    "taken back": "approved",
    "superseded": "replaced with a new draft",
}


def has_to_be_in(destination: Mapping[str, Any]) -> bool:
    """Whether who decides has to be in the channel: that of what is posted there, or that a brief is about."""
    return not destination["private"] and (not destination["users"] or bool(destination["terms"].get("brief")))


class Rights:
    """What takes a session is answered from the database alone, in the caller's transaction; the rest asks Slack."""

    def __init__(self, parts: Parts, rules: Rules, sight: Sight, reviewers: Reviewers) -> None:
        self._parts = parts
        self._rules = rules
        self._sight = sight
        self._reviewers = reviewers

    def check(self, draft_id: str, version: int, *, by: Actor) -> None:
        """Raises CountersignError, in words for the actor, unless they may decide on this version now."""
        self.check_able(draft_id, by)
        self.check_sees(self._parts.database.read(lambda s: self.decidable(s, draft_id, version, by)), by)

    def check_able(self, draft_id: str, by: Actor) -> None:
        """Raises NotAllowed for guests, outsiders, apps and deactivated accounts, with who else can decide."""
        try:
            check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        except NotAllowed as error:
            others = policy.others_can(self.rule_for(draft_id, by), by.user)
            raise NotAllowed(f"{error} {others}".strip()) from error
        self.rule_for(draft_id, by)

    def check_sees(self, row: DraftRow, by: Actor) -> None:
        """Raises CountersignError unless the actor may see what they decide on."""
        slack, to = self._parts.slack.quick, row.destination
        if has_to_be_in(to) and not slack.is_member(to["channel"], by.user):
            raise CountersignError(f"You are not in {to['of']}: who decides on its drafts has to be in it.")
        self._sight.check(by.user, to["reads"])

    def rule_for(self, draft_id: str, by: Actor) -> policy.Rule:
        """Who decides; asked of Slack anew if the actor does not, but may have joined a user group that does."""

        def look(session: Session) -> tuple[DraftRow, policy.Rule]:
            row = self.found(session, draft_id)
            return row, self._rules.of(session, row)

        row, rule = self._parts.database.read(look)
        if by.user not in rule.deciders:
            self._reviewers.ask_groups(row.destination["channel"], row.kind)
            row, rule = self._parts.database.read(look)
        return rule

    def decidable(self, session: Session, draft_id: str, version: int, by: Actor, *, hold: bool = False) -> DraftRow:
        """The draft, held or not, if it waits in this version and the actor decides on it. Raises CountersignError."""
        row = self.found(session, draft_id, hold=hold)
        self.check_decidable(row, self._rules.grounds_of(session, row), version, by)
        return row

    def check_decidable(self, row: DraftRow, grounds: Grounds, version: int, by: Actor) -> None:
        """Raises CountersignError unless the draft waits in this version and the actor decides on it."""
        self.check_waits(row, by)
        if why := policy.refusal(self._rules.by(grounds, row), by.user):
            raise CountersignError(why)
        if row.version != version:
            raise CountersignError("There is a newer version of this draft: please look at the card as it is now.")

    def found(self, session: Session, draft_id: str, *, hold: bool = False) -> DraftRow:
        """The draft as it is now, held or not. Raises CountersignError where it is not, or not this workspace's."""
        row = drafts.held(session, draft_id) if hold else drafts.get(session, draft_id)
        if row is None or row.team != self._parts.team:
            raise CountersignError("This draft is no longer here.")
        return row

    def check_waits(self, row: DraftRow, by: Actor) -> None:
        """Raises CountersignError if the draft waits no more, with who decided and when."""
        if row.status == "proposed" and row.expires_at > self._parts.clock():
            return
        if row.status == "proposed":  # its timer is late
            raise CountersignError("The time to decide on this draft is over; nothing was posted. Please ask anew.")
        what = DONE.get(row.status, row.status)
        if not row.decided_by or row.decided_at is None:
            raise CountersignError(f"This draft is already {what}.")
        decider = "you" if row.decided_by == by.user else wording.person(row.decided_by)
        raise CountersignError(f"This draft was already {what} by {decider} {wording.moment(row.decided_at)}.")

    def check_decides(self, session: Session, row: DraftRow, by: Actor) -> None:
        """Raises CountersignError unless the actor is one of those who decide."""
        rule = self._rules.of(session, row)
        if why := policy.refusal(rule, by.user):
            raise CountersignError(why)
