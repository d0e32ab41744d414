"""Which rule applies to a draft, as things stand in the database now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from bot import policy
from bot.desk.parts import Parts
from bot.drafting import who
from bot.drafting.followups.people import is_called
from bot.kinds.kind import Aim
from storage import drafts, policies, usergroups
from storage.models import DraftRow, RequestRow


@dataclass(frozen=True)
class Grounds:
    """What the database says of who decides, whatever a draft says: read once for a transaction."""

    standing: policy.Standing
    members: Mapping[str, Sequence[str]]  # of the user groups, where one decides
    stand_ins: Mapping[str, policy.StandIn]  # by the person in whose place


class Rules:
    """Questions about who decides; every one is answered from the database alone, so in any transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def standing(self, session: Session, channel: str, kind: str = "") -> policy.Standing:
        """The policy for a channel, or for a kind in it."""
        return policy.merged(policies.of_scopes(session, self._parts.team, policy.scopes(channel, kind)))

    def behind(self, session: Session, row: DraftRow) -> policy.Standing:
        """The policy that a draft is under."""
        return self.standing(session, row.destination["channel"], row.kind)

    def leads(self, session: Session, channel: str, kind: str = "") -> tuple[str, ...]:
        """Who leads a channel, in person or as one of a user group; empty where nobody was named."""
        found = self.standing(session, channel, kind)
        return policy.leads_of(found.policy, self._members(session, found))

    def grounds(self, session: Session, channel: str, kind: str) -> Grounds:
        """What is known of who decides on drafts of a kind for a channel."""
        stored, people = policies.with_stand_ins(session, self._parts.team, policy.scopes(channel, kind))
        standing = policy.merged(stored)
        stand_ins = {user: policy.StandIn(**each) for user, each in people.items()}
        return Grounds(standing, self._members(session, standing), stand_ins)

    def grounds_of(self, session: Session, row: DraftRow) -> Grounds:
        """What is known of who decides on a draft."""
        return self.grounds(session, row.destination["channel"], row.kind)

    def _members(self, session: Session, standing: policy.Standing) -> Mapping[str, Sequence[str]]:
        return usergroups.members(session, self._parts.team) if standing.policy.groups else {}

    def of(self, session: Session, row: DraftRow) -> policy.Rule:
        """Who decides on a draft."""
        return self.by(self.grounds_of(session, row), row)

    def by(self, grounds: Grounds, row: DraftRow, payload: Mapping[str, Any] | None = None) -> policy.Rule:
        """Who decides on a draft by what is known, or would if this were its payload."""
        kind, to, terms = self._parts.kinds[row.kind], row.destination, row.destination["terms"]
        standing = grounds.standing
        review = row.review or {}  # None in a row that was not stored yet
        case = policy.Case(
            requester=row.requester,
            where=to["of"],
            channel=to["channel"],
            kind=row.kind,
            title=kind.title,
            private=to["private"],
            agreed=tuple(terms["deciders"]),
            agreed_why=terms["deciders_note"],
            members=grounds.members,
            gone=tuple(review.get("gone", ())),
            away=tuple(review.get("away", ())),
            # What somebody approved on their days holds also where it takes effect later.
            stand_ins=_standing_in(grounds, review.get("away", ()), row.decided_at or self._parts.clock()),
            handed=tuple((giver, taker) for giver, taker in review.get("handed", ())),
            escalated=bool(review.get("escalated")),
            unasked=bool(terms.get("apart")),
        )
        if not standing.policy.self_approval:
            owners = kind.owners(kind.schema.model_validate(row.payload if payload is None else payload))
            case = replace(case, owners=accounts(owners, review.get("names", {})))
        return policy.rule(standing, case)

    def of_request(
        self, session: Session, row: RequestRow, aim: Aim, review: Mapping[str, Any] = MappingProxyType({})
    ) -> policy.Rule:
        """Who decides on the draft of a request, or will by what was found of them while there is none."""
        draft = drafts.of_request(session, row.id)
        if draft is not None:
            return self.of(session, draft)
        to = aim.destination
        grounds = self.grounds(session, to.channel, row.kind)
        case = policy.Case(
            requester=row.by,
            where="",
            channel=to.channel,
            kind=row.kind,
            private=to.private,
            agreed=aim.terms.deciders,
            members=grounds.members,
            gone=tuple(review.get("gone", ())),
            away=tuple(review.get("away", ())),
            stand_ins=_standing_in(grounds, review.get("away", ()), self._parts.clock()),
            unasked=aim.terms.apart,
        )
        return policy.rule(grounds.standing, case)


def _standing_in(grounds: Grounds, away: Collection[str], now: datetime) -> dict[str, str]:
    """Who decides in whose place at this moment."""
    return {user: one.to for user, one in grounds.stand_ins.items() if one.holds(now, away=user in away)}


def accounts(owners: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Who these owners are: by account where the text has one, else everybody known who is called so."""
    by_account = [account for owner in owners if (account := who.id_of(owner))]
    called = [owner for owner in owners if not who.id_of(owner)]
    by_name = [user for user, name in names.items() if any(is_called(owner, name) for owner in called)]
    return tuple(dict.fromkeys([*by_account, *by_name]))
