"""Who may decide what. Pure: facts in, a rule or a refusal out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot import wording
from bot.working_time import zone_of

WORKSPACE = ""  # the scope of what holds wherever nothing else was set
MOST_APPROVALS = 9
MORE_LEADS = "name more leads or ask for fewer approvals: /countersign settings"


class Policy(BaseModel):
    """The settings, as they are where nobody has set anything. A scope stores those that were set for it."""

    model_config = ConfigDict(frozen=True)

    leads: tuple[str, ...] = ()  # people
    groups: tuple[str, ...] = ()  # user groups, whose members decide as leads do
    approvals: int = Field(1, ge=1, le=MOST_APPROVALS)  # by so many different people
    self_approval: bool = True  # whether who asked, or has a to-do in it, may approve
    opens: int = Field(9, ge=0, le=23)  # working hours, on the clock of who decides
    closes: int = Field(17, ge=1, le=24)
    days: tuple[int, ...] = (0, 1, 2, 3, 4)  # 0 is Monday
    remind_after: int = Field(8, ge=1, le=400)  # working hours
    expire_after: int = Field(24, ge=1, le=400)
    second: str = ""  # who is asked besides when nobody has decided
    escalate_after: int = Field(0, ge=0, le=400)  # working hours; 0: never
    cards: Literal["thread", "review", "direct"] = "thread"
    review_channel: str = ""
    away: tuple[str, ...] = ("palm_tree", "face_with_thermometer", "no_entry")  # status emoji
    sinks: tuple[str, ...] = ()  # where approved to-dos go besides, by name


# Set in one scope, these are not mixed with those of a wider one.
TOGETHER = (("leads", "groups"), ("opens", "closes"), ("second", "escalate_after"), ("cards", "review_channel"))


@dataclass(frozen=True)
class Standing:
    """The policy that applies somewhere, and the scope that each of its settings comes from, if from any."""

    policy: Policy = field(default_factory=Policy)
    came_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> str | None:
        """Where the leads were named; None where nobody has named any."""
        return self.came_from.get("leads")


def scope_of(channel: str, kind: str = "") -> str:
    """The name of a scope: of a channel, of a kind, or of a kind in a channel."""
    return f"{channel}/{kind}" if kind else channel


def scopes(channel: str, kind: str = "") -> tuple[str, ...]:
    """The scopes that matter to a draft of this kind for this channel, widest first."""
    return tuple(dict.fromkeys((WORKSPACE, channel, scope_of("", kind), scope_of(channel, kind))))


def merged(stored: Sequence[tuple[str, Mapping[str, Any]]]) -> Standing:
    """What was set, scope by scope and widest first, as one policy: the narrower scope counts, setting by setting."""
    values: dict[str, Any] = {}
    came_from: dict[str, str] = {}
    for scope, settings in stored:
        whole = dict(settings)
        for group in TOGETHER:
            if any(name in settings for name in group):
                whole = {name: Policy.model_fields[name].default for name in group} | whole
        values |= whole
        came_from |= dict.fromkeys(whole, scope)
    return Standing(Policy.model_validate(values), came_from)


@dataclass(frozen=True)
class Case:
    """What a rule depends on besides the policy: one draft, and who is who."""

    requester: str
    where: str  # "#dev"
    channel: str = ""
    kind: str = ""
    title: str = ""  # of the kind: "Follow-ups"
    private: bool = False
    agreed: tuple[str, ...] = ()  # who reviews it, where that was agreed beforehand
    agreed_why: str = ""
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of user groups
    owners: tuple[str, ...] = ()  # of its to-dos
    gone: tuple[str, ...] = ()  # deactivated, guests by now
    away: tuple[str, ...] = ()  # by their status
    stand_ins: Mapping[str, str] = field(default_factory=dict)  # who decides in whose place just now
    handed: tuple[tuple[str, str], ...] = ()  # who gave this one draft to whom, in order
    escalated: bool = False  # nobody decided in time, so that the second reviewer is asked, too
    unasked: bool = False  # the requester only lets us listen: what they may not approve is what they asked for


@dataclass(frozen=True)
class Rule:
    """Who decides on a draft, how many of them it takes, and the sentence that says why."""

    deciders: tuple[str, ...]
    why: str
    needed: int = 1
    barred: tuple[str, ...] = ()  # who would decide if it were not their own
    away: tuple[str, ...] = ()
    stands_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # in whose place somebody decides

    @property
    def short(self) -> bool:
        """Whether fewer people may approve than have to."""
        return len(self.deciders) < self.needed

    @property
    def in_charge(self) -> tuple[str, ...]:
        """Who decides, and who would if it were not their own."""
        return (*self.deciders, *self.barred)

    @property
    def asked(self) -> tuple[str, ...]:
        """Those who are asked to decide: who is away may, but is not waited for if there are enough others."""
        here = tuple(user for user in self.deciders if user not in self.away)
        return here if len(here) >= self.needed else self.deciders


def rule(standing: Standing, case: Case) -> Rule:
    """The requester decides on what only they will see; on the rest the leads, or the requester where none is set."""
    policy = standing.policy
    chosen = leads_of(policy, case.members)
    if case.agreed:
        who, why = case.agreed, case.agreed_why
    elif case.private:
        who, why = (case.requester,), "Only you will see it, so you decide"
    elif chosen or standing.scope is not None:
        who, why = chosen, _why(standing, case)
    else:
        who, why = (case.requester,), f"{case.where} has no lead yet (/countersign leads @name), so who asked decides"
    if case.private:
        return Rule(who, why)
    if case.escalated and policy.second and policy.second not in who:
        who, why = (*who, policy.second), f"{why}. Nobody decided in time: {wording.person(policy.second)} may, too"
    stands_for: dict[str, tuple[str, ...]] = {}
    for user in who:
        if stand_in := case.stand_ins.get(user):
            stands_for[stand_in] = (*stands_for.get(stand_in, ()), user)
    who = tuple(dict.fromkeys(case.stand_ins.get(user, user) for user in who))
    who, handed = _handed(who, case)
    their = case.owners if case.unasked else (case.requester, *case.owners)
    own = () if policy.self_approval else tuple(user for user in who if user in their)
    left = tuple(user for user in who if user not in own and user not in case.gone)
    sentences = [why, *(f"{wording.person(one)} decides for {wording.both(of)}" for one, of in stands_for.items())]
    sentences += handed
    away = tuple(user for user in left if user in case.away)
    if away:
        sentences.append(f"{wording.both(away)} {'is' if len(away) == 1 else 'are'} away")
    if own:
        sentences.append("Nobody approves what they asked for or have to do themselves")
    if policy.approvals > 1:
        sentences.append(f"{policy.approvals} people have to approve")
    if not left:
        sentences.append("Nobody is left who may decide: name another lead with /countersign leads @name")
    elif len(left) < policy.approvals:
        sentences.append(f"Only {len(left)} may: {MORE_LEADS}")
    return Rule(left, ". ".join(sentences), policy.approvals, own, away, stands_for)


def _handed(who: tuple[str, ...], case: Case) -> tuple[tuple[str, ...], list[str]]:
    """Who decides after each hand-over, and these in words; one by somebody who decides no more gives nothing."""
    said = []
    for giver, taker in _standing_hand_overs(case):
        if giver in who:
            who = tuple(dict.fromkeys(taker if user == giver else user for user in who))
            said.append(f"{wording.person(giver)} handed it to {wording.person(taker)}")
    return who, said


def _standing_hand_overs(case: Case) -> list[tuple[str, str]]:
    """Those but for what went to somebody who is gone and had not handed it on: it is its giver's again."""
    found: list[tuple[str, str]] = []
    for giver, taker in reversed(case.handed):
        if taker not in case.gone or any(taker == giver_on for giver_on, _ in found):
            found.insert(0, (giver, taker))
    return found


@dataclass(frozen=True)
class StandIn:
    """Who decides in somebody's place: from one day to another, and whenever their status says that they are away."""

    to: str
    since: str = ""  # ISO days on the clock of `zone`, both included; "" for no dates
    until: str = ""
    when_away: bool = False
    zone: str = "UTC"

    def holds(self, now: datetime, *, away: bool) -> bool:
        """Whether they decide at this moment."""
        today = now.astimezone(zone_of(self.zone)).date().isoformat()
        return bool(self.since and self.since <= today <= self.until) or (self.when_away and away)


def leads_of(policy: Policy, members: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The people who decide by this policy, each once: its leads, then who is in its user groups."""
    return tuple(dict.fromkeys([*policy.leads, *(user for group in policy.groups for user in members.get(group, ()))]))


def _why(standing: Standing, case: Case) -> str:
    kind = f"“{case.title or case.kind}”"
    sentences = {
        case.channel: f"Leads of {case.where} decide",
        WORKSPACE: f"Leads of the workspace decide: {case.where} has none of its own",
        scope_of("", case.kind): f"Leads for {kind} in the whole workspace decide",
        scope_of(case.channel, case.kind): f"Leads for {kind} in {case.where} decide",
    }
    return sentences[standing.scope or WORKSPACE]


def may_change(actor: str, *, is_admin: bool, leads: Sequence[str], named: bool) -> bool:
    """The first settings are made by anybody in the channel; once leads are named by one of them, or by an admin."""
    return not named or actor in leads or is_admin


def may_open_up(actor: str, *, is_admin: bool, leads: Sequence[str]) -> bool:
    """A lead lets a channel be read that is shared with outsiders, or be listened to; an admin where none is set."""
    return actor in leads or (is_admin and not leads)


def refusal(rule: Rule, actor: str) -> str:
    """What somebody is told who may not decide; "" for who may."""
    if actor in rule.deciders:
        return ""
    if actor in rule.barred:
        return f"Nobody approves what they asked for or have to do themselves here. {who_can(rule)}"
    return who_can(rule)


def others_can(rule: Rule, actor: str) -> str:
    """Who decides besides somebody who must not any more; "" if nobody does."""
    others = [user for user in rule.deciders if user != actor]
    return f"{wording.either(others)} can decide on this draft." if others else ""


def voted_already(rule: Rule, voters: Sequence[str]) -> str:
    """What somebody is told who approves a second time."""
    others = [user for user in rule.deciders if user not in voters]
    told = f"You have approved this already: {len(voters)} of {rule.needed}."
    return f"{told} It waits for {wording.either(others)}." if others else f"{told} Nobody else may: {MORE_LEADS}."


def who_can(rule: Rule) -> str:
    """Who decides, for somebody who does not."""
    if not rule.deciders:
        return "Nobody is left who may decide on this draft: name another lead with /countersign leads @name."
    return f"Only {wording.either(rule.deciders)} can decide on this draft."
