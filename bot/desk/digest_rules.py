"""Who reviews a digest, who may allow it to go without a review, and whether everybody concerned may read it."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from bot import policy, wording
from bot.desk.parts import Actor, Parts
from bot.desk.plan import LEAD, OWNER, Plan
from bot.slack import NotFound, NotInChannel
from bot.sources.access import NotAllowed, check_reader
from bot.sources.audience import Audience, check_audience
from storage import digests, policies
from storage.models import DigestRow

log = logging.getLogger("countersign")


class DigestRules:
    """Questions about a digest, answered anew each time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def leads(self, session: Session, plan: Plan) -> tuple[str, ...]:
        """The leads of where it goes; for what goes to people, of the first channel it reads that has any."""
        places = (plan.to_channel,) if plan.to_channel else plan.channels
        found = (policies.leads(session, self._parts.team, place) for place in places)
        return next(filter(None, found), ())

    def reviewers(self, session: Session, row: DigestRow) -> policy.Rule:
        """Who decides on its drafts, and why they do. Raises NotAllowed where the leads would be passed over."""
        plan = Plan.from_json(row.plan)
        leads = self.leads(session, plan)
        if row.allowed_by:
            return policy.Rule((row.allowed_by,), "Allowed without a review")
        if plan.reviewer == LEAD and leads and not self._alone(row, plan):
            return policy.Rule(leads, "Leads review it")
        if plan.reviewer in (LEAD, OWNER):
            chosen, why = row.owner, "Who set it up reviews it"
        else:
            chosen, why = plan.reviewer, "Chosen to review it"
        if plan.to_channel and leads and chosen not in leads:
            raise NotAllowed(f"What is posted there is decided by {wording.either(leads)}: one of them must review it.")
        return policy.Rule((chosen,), why)

    def may_allow(self, session: Session, row: DigestRow, user: str) -> bool:
        """Whether somebody may let it be delivered without a review: a lead, or who alone will read it."""
        plan = Plan.from_json(row.plan)
        return user in self.leads(session, plan) or (self._alone(row, plan) and user == row.owner)

    def may_manage(self, session: Session, row: DigestRow, user: str) -> bool:
        """Whether somebody sees it in their list and may pause it."""
        return user == row.owner or user in self.leads(session, Plan.from_json(row.plan))

    def _alone(self, row: DigestRow, plan: Plan) -> bool:
        """Whether its owner is its only reader."""
        return not plan.to_channel and set(plan.to_users) <= {row.owner}

    def problem(self, digest_id: str) -> str:
        """Why it must not run now, in words for its owner alone; "" where nothing is in the way."""

        slack, external = self._parts.slack, self._parts.external
        row = self._parts.database.read(lambda session: digests.get(session, digest_id))
        assert row is not None
        plan = Plan.from_json(row.plan)

        def facts(session: Session) -> tuple[policy.Rule, bool]:
            allowed = not row.allowed_by or self.may_allow(session, row, row.allowed_by)
            return self.reviewers(session, row), allowed

        try:
            # First what the owner may read: who leads a channel is not for those who may not know that it exists.
            owner = slack.person(row.owner, fresh=True)
            for channel_id in filter(None, (*plan.channels, plan.to_channel)):
                check_reader(slack, owner, channel_id, external)
            rule, allowed = self._parts.database.read(facts)
            if not allowed:
                raise NotAllowed(f"{wording.person(row.allowed_by)}, who let it go without a review, leads no more.")
            users = () if plan.to_channel else plan.to_users or (row.owner,)
            audience = Audience(plan.channels, plan.to_channel, users, rule.deciders)
            check_audience(slack, row.owner, audience, external)
        except (NotAllowed, NotInChannel, NotFound) as error:
            return str(error)
        return ""

    def owner_left(self, digest_id: str) -> bool:
        """Whether who set it up is deactivated or unknown to Slack. Raises SlackError where that cannot be told."""
        row = self._parts.database.read(lambda session: digests.get(session, digest_id))
        assert row is not None
        try:
            return self._parts.slack.person(row.owner, fresh=True).deleted
        except NotFound:
            return True

    def tell_of_pause(self, session: Session, row: DigestRow, text: str, *, owner_left: bool) -> None:
        """Tell the owner of a digest that it is paused; who cannot be told is spoken for by the leads."""
        people = [row.owner]
        if owner_left:
            # Leads need not be in every channel that it reads: no names, no reason.
            about = wording.person(row.owner)
            text = f"A digest that {about} set up is paused: its owner is no longer active. Nothing was posted."
            people = [user for user in self.leads(session, Plan.from_json(row.plan)) if user != row.owner]
        if not people:
            log.warning("digest %s is paused, and nobody is left to tell", row.id)
        for user in people:
            self._parts.tell(session, Actor(row.team, user), text)
