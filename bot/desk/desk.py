"""The desk: every use case in one place. Handlers call it and translate; work calls its steps."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from sqlalchemy.orm import Session

from blocks.digest_list import DigestLine
from blocks.home import home, home_settings
from blocks.message import Message
from blocks.notices import plain
from blocks.parts import Block
from blocks.todo_view import todo_answer, todo_home
from bot import policy, wording
from bot.desk.apply import Apply
from bot.desk.asker import asker
from bot.desk.asking import Asking
from bot.desk.briefs import Briefs
from bot.desk.bulk import Bulk
from bot.desk.cards import Cards
from bot.desk.click import Click
from bot.desk.decide import Decide
from bot.desk.digests import Digests
from bot.desk.edit import Edit
from bot.desk.evidence import Evidence
from bot.desk.follow import Follow
from bot.desk.hand_over import HandOver
from bot.desk.heard import is_heard
from bot.desk.lineage import follows
from bot.desk.listening import Listening
from bot.desk.moved import Moved
from bot.desk.overheard import Overheard
from bot.desk.parts import Actor, Parts, new_id
from bot.desk.plan import Plan
from bot.desk.policies import Policies
from bot.desk.propose import Propose
from bot.desk.questions import Questions
from bot.desk.queue import Queue
from bot.desk.record import Record
from bot.desk.review import Review
from bot.desk.review_hours import ReviewHours
from bot.desk.reviewers import Reviewers
from bot.desk.rights import Rights
from bot.desk.said_done import SaidDone
from bot.desk.settle import Settle
from bot.desk.sink_changes import SinkChanges
from bot.desk.stand_ins import StandIns
from bot.desk.take_back import TakeBack
from bot.desk.timers import Timers
from bot.desk.todo_lists import TodoLists
from bot.desk.todo_reminders import TodoReminders
from bot.desk.todo_sync import TodoSync
from bot.desk.todo_views import TodoViews
from bot.desk.todos import Todos
from bot.desk.twins import Twins
from bot.desk.waiting import AllWaiting, renew
from bot.errors import CountersignError
from bot.slack import SlackChannel, SlackError, SlackPerson
from bot.sources.access import NotAllowed, always, check_actor, check_reader, is_direct
from bot.work import Job
from storage import audit, drafts, policies, requests
from storage.models import DigestRow

log = logging.getLogger(__name__)


class Desk:
    """The life of a draft, and what surrounds it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.cards = Cards(parts, parts.slack)
        self.quick_cards = Cards(parts, parts.slack.quick)
        self.rules = self.cards.rules
        self.review_hours = ReviewHours(parts)
        self.timers = Timers(parts, self.cards, self.review_hours)
        self.reviewers = Reviewers(parts, self.rules, parts.slack)
        self.propose = Propose(parts, self.cards, self.timers, self.reviewers, self.review_hours)
        self.listening = Listening(parts, self.cards)
        lists = TodoLists(parts, self.cards)
        self.said_done = SaidDone(parts, lists)
        self.overheard = Overheard(parts, self.propose, self.listening, self.said_done)
        quick, quick_reviewers = self.quick_cards, Reviewers(parts, self.rules, parts.slack.quick)
        self.rights = Rights(parts, self.rules, quick.sight, quick_reviewers)
        record, click = Record(parts, self.rules, self.rights), Click(parts, quick)
        self.evidence = Evidence(parts, quick, self.rights)
        self.edit = Edit(parts, quick, self.rights, record, click)
        self.decide = Decide(parts, quick, self.rights, record, click, self.edit)
        self.queue = Queue(parts, self.cards)
        self.review = Review(parts, self.cards, self.queue, self.review_hours)
        self.bulk = Bulk(parts, quick, Queue(parts, quick), self.decide)
        self.asking = Asking(parts, self.cards, quick, self.rights, self.edit, click)
        self.follow = Follow(parts, quick, self.rights, record, click)
        self.settle = Settle(parts, self.rights, record, click)
        self.hand_over = HandOver(parts, self.cards, quick, self.rights, record)
        self.briefs = Briefs(parts, self.cards, self.rights, record)
        self.take_back = TakeBack(parts, quick, self.rights, record, click)
        self.questions = Questions(parts, self.cards, self.rights, record, click)
        self.stand_ins = StandIns(parts, parts.slack)
        self.quick_stand_ins = StandIns(parts, parts.slack.quick)
        self.policies = Policies(parts, self.quick_cards, quick_reviewers)
        self.waiting = AllWaiting(parts)
        self.digests = Digests(parts, self.decide)
        self.moved = Moved(parts)
        self.apply = Apply(parts, self.cards, self.moved, self.reviewers)
        self.twins = Twins(parts)
        self.todo_views = TodoViews(parts, parts.slack, self.cards, lists)
        self.todos = Todos(parts, self.quick_cards, lists, TodoReminders(parts, lists))
        self.todo_sync = TodoSync(parts, self.todos)
        self.sink_changes = SinkChanges(parts)

    def answer(self, actor: Actor, text: str) -> None:
        """Answer the actor privately, soon: for a listener that has no better way to."""
        self.parts.database.write(lambda session: self.parts.tell(session, actor, text))

    def tell(self, actor: Actor, text: str, once: str) -> None:
        """Say something to one person, where they are if that can be, else in their direct messages.

        `once` is the key of what is said there.
        """
        slack = self.parts.slack
        message = plain(self.cards.fill(text, slack.person(actor.user).tz))
        # In a thread a response_url would answer beside it, in the channel.
        ways = [self._responded, self._whispered]
        for way in reversed(ways) if actor.thread_ts else ways:
            if way(actor, message):
                return
        self.parts.outbox.send(once, message, team=actor.team, channel=slack.open_dm(actor.user))

    def tell_later(self, actor: Actor, text: str, once: str) -> None:
        """Have it said by a job of its own, which goes on until Slack is there."""
        self.parts.later(Job("tell", f"tell-{once}", (json.dumps(actor.to_json()), text, once)))

    def tell_asker(self, draft_id: str, text: str, once: str) -> None:
        """Say something to who asked for a draft, by a job of its own."""

        def tell(session: Session) -> None:
            row = drafts.get(session, draft_id)
            if row is not None:
                who = requests.get(session, row.request_id).reply["user"]
                self.parts.tell(session, asker(session, row, who), text, once)

        self.parts.database.write(tell)

    def is_waited_for(self, request_id: str) -> bool:
        """Whether somebody waits for what becomes of a request; of a digest's run, or what was heard, nobody does."""
        row = self.parts.database.read(lambda session: requests.get(session, request_id))
        return follows(row) is not None or not (row.kind == "digest" or is_heard(row))

    def _responded(self, actor: Actor, message: Message) -> bool:
        if not actor.response_url:
            return False
        try:
            self.parts.slack.respond(actor.response_url, message.text)
        except SlackError as error:
            log.info("a response_url does not work any more: %s", error)
            return False
        return True

    def _whispered(self, actor: Actor, message: Message) -> bool:
        if not actor.channel:
            return False
        try:
            self.parts.slack.ephemeral(
                actor.channel, actor.user, message.text, message.blocks, thread_ts=actor.thread_ts or None
            )
        except SlackError as error:
            log.info("the place they asked in takes no private answer: %s", error)
            return False
        return True

    def admit(self, actor: Actor) -> None:
        """Raises NotAllowed for guests, outsiders, apps and deactivated accounts; for listeners."""
        check_actor(self.parts.slack.quick.person(actor.user))

    def ask_for_leads(self, actor: Actor, users: Sequence[str]) -> None:
        """Have the leads of the actor's channel set; they are told what came of it."""
        name = f"leads-{new_id()}"
        args = (json.dumps(actor.to_json()), actor.channel, json.dumps(list(users)), name)
        self.parts.later(Job("leads", name, args))

    def ask_for_external(self, actor: Actor, allowed: bool) -> None:
        """Have reading in the actor's channel, shared with outsiders, allowed or forbidden; they are told."""
        name = f"external-{new_id()}"
        args = (json.dumps(actor.to_json()), actor.channel, json.dumps(allowed), name)
        self.parts.later(Job("external", name, args))

    def worded(self, text: str) -> str:
        """A sentence of the desk's with its names and times filled in, for a listener to answer with at once."""
        return self.quick_cards.fill(text)

    def leads(self, channel: str) -> str:
        """Who leads a channel, as a sentence."""
        leads = self.parts.database.read(lambda session: self.rules.leads(session, channel))
        if not leads:
            return "This channel has no lead: who asks for a draft decides on it. Name leads: /countersign leads @name"
        return f"Drafts for this channel are decided by {wording.either(leads)}."

    def set_leads(self, actor: Actor, channel_id: str, users: Sequence[str]) -> str:
        """Name the leads of a channel; the sentence to answer with. Raises CountersignError where that cannot be."""
        slack = self.parts.slack
        person, channel = self._reader_of(actor, channel_id, "Leads belong to a channel: use the command in one.")
        members = slack.members(channel_id)
        for user in users:
            lead = slack.person(user, fresh=True)
            try:
                check_actor(lead)
            except CountersignError as error:
                raise CountersignError(
                    f"{wording.person(user)} cannot be a lead: guests, apps, people of another "
                    "workspace and deactivated accounts cannot decide."
                ) from error
            if user not in members:
                raise CountersignError(f"{wording.person(user)} is not in {channel.title}: invite them first.")

        def store(session: Session) -> None:
            team, leads = self.parts.team, self.rules.leads(session, channel_id)
            named = self.rules.standing(session, channel_id).scope is not None
            before = policies.settings(session, team, channel_id)
            if before.get("leads", []) == list(users) and not before.get("groups"):
                return
            if not policy.may_change(actor.user, is_admin=person.is_admin, leads=leads, named=named):
                raise CountersignError(
                    f"Only {wording.either(leads)} or an admin can change the leads of this channel."
                )
            now = self.parts.clock()
            rest = {name: value for name, value in before.items() if name not in ("leads", "groups")}
            after = {"leads": list(users), **rest} if users else rest
            policies.set_settings(session, team, channel_id, after, by=actor.user, at=now)
            audit.append(
                session,
                team=team,
                subject=f"channel {channel_id}",
                action="leads set",
                by=actor.user,
                at=now,
                facts={"before": list(leads), "after": list(users)},
            )
            self._show_anew(session, channel_id)

        self.parts.database.write(store)
        return self.leads(channel_id)

    def _reader_of(self, actor: Actor, channel_id: str, not_here: str) -> tuple[SlackPerson, SlackChannel]:
        """Who wants to set something for a channel that they read, and that channel. Raises CountersignError."""
        slack = self.parts.slack
        person = slack.person(actor.user, fresh=True)
        check_actor(person)
        if is_direct(channel_id):
            raise CountersignError(not_here)
        return person, check_reader(slack, person, channel_id, always)

    def _show_anew(self, session: Session, channel_id: str) -> None:
        renew(self.parts, session, drafts.waiting_for(session, self.parts.team, channel_id))

    def external(self, channel_id: str) -> str:
        """Whether a channel may be read though it is shared with outsiders, as a sentence."""
        if self.parts.external(channel_id):
            return (
                "If this channel is shared with another organisation, I read it and post in it all the same: "
                "that was allowed. To end it: /countersign external off"
            )
        return (
            "If this channel is shared with another organisation, I read and post nothing in it. "
            "A lead can allow it: /countersign external on"
        )

    def set_external(self, actor: Actor, channel_id: str, allowed: bool) -> str:
        """Let a channel shared with outsiders be read, or not any more; the sentence to answer with.

        Raises CountersignError where that cannot be.
        """
        person, channel = self._reader_of(actor, channel_id, "This is set for a channel: use the command in one.")
        if allowed and not channel.is_ext_shared:
            raise CountersignError(
                f"{channel.title} is not shared with another organisation: there is nothing to allow."
            )

        def store(session: Session) -> None:
            team, now = self.parts.team, self.parts.clock()
            leads = self.rules.leads(session, channel_id)
            if not policy.may_open_up(actor.user, is_admin=person.is_admin, leads=leads):
                who = wording.either(leads) if leads else "an admin, or a lead once one is named,"
                raise CountersignError(f"Only {who} can change that for this channel.")
            if policies.external(session, team, channel_id) == allowed:
                return
            policies.set_external(session, team, channel_id, allowed, by=actor.user, at=now)
            audit.append(
                session,
                team=team,
                subject=f"channel {channel_id}",
                action="external allowed" if allowed else "external forbidden",
                by=actor.user,
                at=now,
            )
            self._show_anew(session, channel_id)

        self.parts.database.write(store)
        return self.external(channel_id)

    def digest_lines(self, user: str) -> list[DigestLine]:
        """The digests that somebody set up or leads, as the list shows them to them."""
        return [self._digest_line(row, user) for row in self.digests.seen_by(user)]

    def _digest_line(self, row: DigestRow, user: str) -> DigestLine:
        plan = Plan.from_json(row.plan)
        return DigestLine(
            row.id,
            plan.channels,
            plan.to_channel,
            plan.to_users,
            when=plan.when(),
            content=plan.content,
            period=plan.period,
            next_run=self.digests.next(row),
            running=row.state == "active",
            # The reason is for who set it up: it may name what a lead is not in.
            why=self.worded(row.why) if row.owner == user else "who set it up knows why",
            mine=row.owner == user,
            may_allow=self.parts.database.read(lambda session: self.digests.rules.may_allow(session, row, user)),
            allowed_by=row.allowed_by,
            allowed_at=row.allowed_at,
        )

    def ask_for_home(self, user: str) -> None:
        """Have the person's Home tab brought up to date."""
        self.parts.later(Job("home", f"home-{new_id()}", (user,)))

    def show_home(self, user: str) -> None:
        """Publish the person's Home tab: what waits for them, if they may still see it."""
        parts = self.parts
        person = parts.slack.person(user, fresh=True)
        try:
            check_actor(person)
        except NotAllowed as error:
            parts.slack.publish_home(user, home([], notice=str(error)))
            return

        rows = self.queue.of(user, asked=True)
        parts.slack.publish_home(
            user,
            home(
                self.review.sources(rows),
                minutes=self.review.minutes(rows),
                digests=self.digest_lines(user),
                todos=self._todo_blocks(user),
                settings=home_settings(self.cards.fill(self.stand_ins.words(user)), is_admin=person.is_admin),
            ),
        )

    def _todo_blocks(self, user: str) -> list[Block]:
        found = self.todo_views.of(user)
        return todo_home(found.mine, found.team, found.late)

    def ask_for_todos(self, actor: Actor) -> None:
        """Have the actor told privately what they have to do."""
        name = f"todos-of-{new_id()}"
        self.parts.later(Job("todos_of", name, (json.dumps(actor.to_json()), name)))

    def tell_todos(self, actor: Actor, once: str) -> None:
        """Tell one person what they and their channels have to do, where they asked, else in their direct messages."""
        found = self.todo_views.of(actor.user)
        message = todo_answer(found.mine, found.team, found.late)
        if not self._whispered(actor, message):
            slack = self.parts.slack
            self.parts.outbox.send(once, message, team=actor.team, channel=slack.open_dm(actor.user))
