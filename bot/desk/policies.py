"""Settings, as people make them: who may, what cannot be, and what becomes of the drafts that wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from blocks.policy_form import PolicyFields, PolicyForm
from bot import policy, policy_words, wording
from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts, new_id
from bot.desk.reviewers import Reviewers
from bot.desk.waiting import renew
from bot.errors import CountersignError
from bot.policy_words import BadSetting
from bot.slack import MissingScope, NotFound, Slack, SlackPerson
from bot.sources.access import NotAllowed, always, check_actor, check_reader, is_direct
from bot.work import Job
from storage import audit, drafts, policies, sinks, usergroups

MOST_IN_GROUP = 30  # people of a user group that leads: each of them gets the cards
TIMING = ("remind_after", "expire_after", "escalate_after", "second", "opens", "closes", "days")


class Policies:
    """The verbs. `by` comes from the signed payload; each raises CountersignError, in words, where it cannot be."""

    def __init__(self, parts: Parts, cards: Cards, reviewers: Reviewers) -> None:
        """`cards` and `reviewers` are those of the quick port: a form must open at once."""
        self._parts = parts
        self._cards = cards
        self._reviewers = reviewers
        self._slack: Slack = parts.slack.quick

    def form(self, text: str, *, by: Actor) -> PolicyForm:
        """The form for what stands after "settings": nothing, "workspace", a kind, or both."""
        channel, kind = self._scope(text, by)
        scope = policy.scope_of(channel, kind)
        person, about = self._may_open(channel, by)
        self._check_may(person, channel, kind)
        names = self._names(channel, about)
        settings, handles, wider = self._parts.database.read(lambda session: self._stored(session, channel, kind))
        places = dict(self._parts.database.read(self._sinks))
        words = policy_words.in_words(wider, {**names, **places, **_at(handles)})
        title = f"“{self._parts.kinds[kind].title}” drafts" if kind else "All drafts"
        return PolicyForm(
            scope=scope,
            about=f"{title} for {about}",
            fields=policy_words.fields_of(settings),
            wider={name: self._cards.fill(each) for name, each in words.items()},
            groups=self._groups(),
            sinks=list(places.items()),
        )

    def behind(self, draft_id: str) -> tuple[str, dict[str, str]]:
        """The sentence that says who decides on a draft and why, and every setting it is under, in words."""
        row, _ = self._cards.load(draft_id, named=False)
        to = row.destination

        def look(session: Session) -> tuple[str, policy.Standing, dict[str, str]]:
            handles = usergroups.handles(session, row.team)
            named = {**_at(handles), **dict(self._sinks(session))}
            return self._cards.rule(session, row).why, self._cards.rules.behind(session, row), named

        why, standing, handles = self._parts.database.read(look)
        scoped = policy.scope_of(to["channel"], row.kind)
        names = {**self._names(to["channel"], to["of"]), **handles}
        names[scoped] = f"“{self._parts.kinds[row.kind].title}” in {to['of']}"
        words = policy_words.in_words(standing, names)
        return self._cards.fill(why), {name: self._cards.fill(each) for name, each in words.items()}

    def save(self, scope: str, fields: PolicyFields, *, by: Actor) -> None:
        """Store what was filled in. Raises BadSetting for what cannot be."""
        channel, _, kind = scope.partition("/")
        person, _ = self._may_open(channel, by)
        settings = policy_words.settings_of(fields)
        self._check_people(settings, channel)
        members = {group: self._members_of(group) for group in settings.get("groups", ())}
        handles = dict(self._groups() or ()) if members else {}

        def store(session: Session) -> None:
            self._check_may_in(session, person, channel, kind)
            team, now = self._parts.team, self._parts.clock()
            before = policies.settings(session, team, scope)
            for group, users in members.items():
                usergroups.put(session, team, group, handle=handles.get(group, group), members=users, at=now)
            if before == settings:
                return
            policies.set_settings(session, team, scope, settings, by=by.user, at=now)
            audit.append(
                session,
                team=team,
                subject=_subject(channel, kind),
                action="settings changed",
                by=by.user,
                at=now,
                facts={"before": before, "after": settings},
            )
            timed = any(before.get(name) != settings.get(name) for name in TIMING)
            if channel:
                renew(self._parts, session, drafts.waiting_for(session, team, channel), timed=timed)
            else:
                self._parts.work.enqueue(session, Job("renew", f"renew-{new_id()}", ("timed" if timed else "",)))

        self._parts.database.write(store)

    def _scope(self, text: str, by: Actor) -> tuple[str, str]:
        """Channel ("" for the workspace) and kind ("" for all) that are meant."""
        words = text.lower().split()
        whole = "workspace" in words
        named = [word for word in words if word != "workspace"]
        kinds = [kind.name for kind in self._parts.kinds.values() for word in named if word in (kind.name, *kind.verbs)]
        if len(kinds) != len(named) or len(kinds) > 1:
            known = ", ".join(kind.name for kind in self._parts.kinds.values())
            raise CountersignError(
                f"Say /countersign settings, and if you like “workspace” or one of {known} after it."
            )
        if not whole and (is_direct(by.channel) or not by.channel):
            raise CountersignError("Settings belong to a channel: use the command in one, or say: settings workspace.")
        return "" if whole else by.channel, kinds[0] if kinds else ""

    def _may_open(self, channel: str, by: Actor) -> tuple[SlackPerson, str]:
        person = self._slack.person(by.user, fresh=True)
        check_actor(person)
        return person, check_reader(self._slack, person, channel, always).title if channel else "the workspace"

    def _check_may(self, person: SlackPerson, channel: str, kind: str) -> None:
        self._parts.database.read(lambda session: self._check_may_in(session, person, channel, kind))

    def _check_may_in(self, session: Session, person: SlackPerson, channel: str, kind: str) -> None:
        if not channel:
            if not person.is_admin:
                raise CountersignError("Only an admin of the workspace can change its settings.")
            return
        leads = self._cards.rules.leads(session, channel, kind)
        named = self._cards.rules.standing(session, channel, kind).scope is not None
        if not policy.may_change(person.id, is_admin=person.is_admin, leads=leads, named=named):
            who = f"{wording.either(leads)} or an admin" if leads else "an admin"
            raise CountersignError(f"Only {who} can change the settings of this channel.")

    def _stored(self, session: Session, channel: str, kind: str) -> tuple[dict[str, Any], Any, policy.Standing]:
        team, scope = self._parts.team, policy.scope_of(channel, kind)
        others = [one for one in policy.scopes(channel, kind) if one != scope]
        wider = policy.merged(policies.of_scopes(session, team, others))
        return policies.settings(session, team, scope), usergroups.handles(session, team), wider

    def _names(self, channel: str, about: str) -> dict[str, str]:
        kinds = {policy.scope_of("", kind.name): f"“{kind.title}” everywhere" for kind in self._parts.kinds.values()}
        return {**kinds, policy.WORKSPACE: "the workspace", **({channel: about} if channel else {})}

    def _groups(self) -> list[tuple[str, str]] | None:
        """Id and handle of every user group; None where the app was installed without leave to see them."""
        try:
            return [(group.id, group.handle) for group in self._slack.groups()]
        except MissingScope:
            return None

    def _sinks(self, session: Session) -> list[tuple[str, str]]:
        """Name and label of every place to which to-dos may go besides."""
        return [(row.name, row.label) for row in sinks.in_use(session, self._parts.team)]

    def _check_people(self, settings: dict[str, Any], channel: str) -> None:
        members = self._slack.members(channel) if channel else None
        for field, users in (("leads", settings.get("leads", ())), ("second", [settings.get("second")])):
            for user in filter(None, users):
                self._check_lead(field, user, members)
        if review := settings.get("review_channel"):
            self._check_review_channel(review)

    def _check_lead(self, field: str, user: str, members: frozenset[str] | None) -> None:
        try:
            check_actor(self._slack.person(user))
        except (NotAllowed, NotFound) as error:
            raise BadSetting(field, f"{wording.person(user)} cannot decide: {error}") from error
        if members is not None and user not in members:
            raise BadSetting(field, f"{wording.person(user)} is not in this channel: invite them first.")

    def _check_review_channel(self, channel_id: str) -> None:
        try:
            channel = self._slack.channel(channel_id)
        except NotFound as error:
            raise BadSetting("review_channel", "I cannot see that channel: invite me there first.") from error
        if not channel.is_member or channel.is_archived:
            raise BadSetting("review_channel", f"I am not in {channel.title}: invite me there first.")
        if channel.is_ext_shared:
            raise BadSetting("review_channel", f"{channel.title} is shared with another organisation.")

    def _members_of(self, group: str) -> list[str]:
        try:
            members = self._reviewers.members_of(group)
        except NotFound as error:
            raise BadSetting("groups", "One of these user groups is gone.") from error
        if not members:
            raise BadSetting("groups", "There is nobody in one of these user groups who may decide.")
        if len(members) > MOST_IN_GROUP:
            raise BadSetting("groups", f"A user group that leads has at most {MOST_IN_GROUP} people.")
        return members


def _at(handles: Mapping[str, str]) -> dict[str, str]:
    """User groups by id, as they are mentioned."""
    return {group: f"@{name}" for group, name in handles.items()}


def _subject(channel: str, kind: str) -> str:
    """The audit's name for a scope: "channel C1", "workspace", with the kind after it."""
    return " ".join(filter(None, [f"channel {channel}" if channel else "workspace", kind]))
