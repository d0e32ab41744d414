"""Who reviews a digest, who may allow it to go without a review, and whether everybody concerned may read it."""

from __future__ import annotations

from itertools import islice

from sqlalchemy.orm import Session

from bot import policy, wording
from bot.desk.parts import Parts
from bot.desk.plan import LEAD, OWNER, Plan
from bot.desk.rules import Rules
from bot.slack import NotFound, NotInChannel
from bot.sources.access import NotAllowed, check_actor, check_reader
from bot.sources.audience import Audience, check_audience
from storage import digests
from storage.models import DigestRow


class DigestRules:
    """Questions about a digest, answered anew each time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def leads(self, session: Session, plan: Plan) -> tuple[str, ...]:
        """The leads of where it goes; for what goes to people, of the first channel it reads that has any."""
        places = (plan.to_channel,) if plan.to_channel else plan.channels
        found = (Rules(self._parts).leads(session, place, "digest") for place in places)
        return next(filter(None, found), ())

    def reviewers(self, session: Session, row: DigestRow) -> policy.Rule:
        """Who decides on its drafts, and why they do. Raises NotAllowed where the leads would be passed over."""
        plan = Plan.from_json(row.plan)
        leads = self.leads(session, plan)
        if row.allowed_by:
            return policy.Rule((row.allowed_by,), "Allowed without a review")
        several = self._policy(session, plan).approvals > 1
        if (plan.reviewer == LEAD or several) and leads and not self._alone(row, plan):
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
        settings = self._policy(session, plan)
        alone = settings.approvals == 1 and (settings.self_approval or user != row.owner)
        return (alone and user in self.leads(session, plan)) or (self._alone(row, plan) and user == row.owner)

    def _policy(self, session: Session, plan: Plan) -> policy.Policy:
        return Rules(self._parts).standing(session, plan.to_channel or plan.channels[0], "digest").policy

    def may_manage(self, session: Session, row: DigestRow, user: str) -> bool:
        """Whether somebody sees it in their list and may pause it."""
        return user == row.owner or user in self.leads(session, Plan.from_json(row.plan))

    def in_place_of_owner(self, row: DigestRow) -> list[str]:
        """Who is told of a digest whose owner has left: its leads, else who reviews it, else an admin; or nobody."""
        plan = Plan.from_json(row.plan)
        leads = self._parts.database.read(lambda session: self.leads(session, plan))
        reviewers = [] if plan.reviewer in (LEAD, OWNER) else [plan.reviewer]
        for people in (leads, dict.fromkeys(filter(None, (*reviewers, row.allowed_by)))):
            if active := [user for user in people if self._is_active(user)]:
                return active
        admins = (person.id for person in self._parts.slack.people() if person.is_admin)
        return list(islice(filter(self._is_active, admins), 1))

    def _is_active(self, user: str) -> bool:
        try:
            check_actor(self._parts.slack.person(user, fresh=True))
        except (NotAllowed, NotFound):
            return False
        return True

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
                raise NotAllowed(
                    f"{wording.person(row.allowed_by)}, who let it go without a review, leads no more or may not alone."
                )
            users = () if plan.to_channel else plan.to_users or (row.owner,)
            audience = Audience(plan.channels, plan.to_channel, users, rule.deciders)
            check_audience(slack, row.owner, audience, external)
        except (NotAllowed, NotInChannel, NotFound) as error:
            return str(error)
        return ""

    def told_of_pause(self, row: DigestRow, text: str) -> tuple[list[str], str]:
        """Who is told that it is paused, and in which words: who cannot be told is spoken for by others.

        Raises SlackError where that cannot be known now.
        """
        if not self.owner_left(row):
            return [row.owner], text
        # They need not be in every channel that it reads: no reason, no names but the owner's.
        about = wording.person(row.owner)
        return self.in_place_of_owner(row), f"A digest that {about} set up is paused: its owner is no longer active."

    def owner_left(self, row: DigestRow) -> bool:
        """Whether who set it up is deactivated or unknown to Slack. Raises SlackError where that cannot be known."""
        try:
            return self._parts.slack.person(row.owner, fresh=True).deleted
        except NotFound:
            return True
