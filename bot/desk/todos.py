"""What people do with to-dos: done, given to somebody else, another day, not mine. Every verb is one transaction.

Owner, requester and who decides on the channel's drafts may; everybody else is told who can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot import wording
from bot.desk.approved import TAKEN_BACK
from bot.desk.cards import Cards
from bot.desk.done_evidence import place_of
from bot.desk.owners import check_owners
from bot.desk.parts import Actor, Parts
from bot.desk.todo_lists import TodoLists
from bot.desk.todo_reminders import TodoReminders
from bot.errors import CountersignError
from bot.sources.access import check_actor, full_member
from bot.work import Job
from storage import audit, drafts, todos
from storage.models import DraftRow, TodoRow

GONE = "This to-do is no longer here."
CHANGED = "Somebody else changed this to-do just now: please look at it again."


class Todos:
    """The verbs. `by` comes from the signed payload. Each raises CountersignError, in words, where it cannot be."""

    def __init__(self, parts: Parts, cards: Cards, lists: TodoLists, reminders: TodoReminders) -> None:
        """`cards` are those of the quick port: listeners wait for it."""
        self._parts = parts
        self._cards = cards
        self.lists = lists
        self.reminders = reminders

    def check(self, todo_id: str, *, by: Actor) -> TodoRow:
        """The to-do, if the actor may change it now: an active full member, and its owner or somebody who may see
        what it was written from."""
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        one, row = self._parts.database.read(lambda session: self._changeable(session, todo_id, by))
        if by.user not in (one.owner, one.only):
            self._cards.sight.check(by.user, row.destination["reads"])
        return one

    def done(self, todo_id: str, *, by: Actor) -> None:
        """It is done."""
        self._settle(todo_id, by, was="open", to="done", action="to-do done")

    def confirm(self, key: str, *, by: Actor) -> None:
        """It is done, as its owner said in a channel: what `key` asks."""
        self._settle(self._asked(key, by), by, was="open", to="done", action="to-do done", asked=key)

    def not_yet(self, key: str, *, by: Actor) -> None:
        """It is not done, whatever was said."""
        self.check(todo_id := self._asked(key, by), by=by)

        def work(session: Session) -> None:
            one, _ = self._open(session, todo_id, by, None)
            if not todos.answer(session, key, "not yet"):
                raise CountersignError("You have answered this already.")
            self._note(session, one, by, "to-do not done yet", {"message": "/".join(place_of(key))})
            self.lists.ask(session, key)

        self._parts.database.write(work)

    def _asked(self, key: str, by: Actor) -> str:
        """Which to-do its owner was asked about. Raises CountersignError for anybody else."""

        def look(session: Session) -> str:
            listed = todos.list_of(session, key)
            one = todos.get(session, listed.todo_id) if listed and listed.sort == "said" else None
            if listed is None or one is None or one.team != self._parts.team:
                raise CountersignError(GONE)
            if not by.user == listed.reader == one.owner:
                raise CountersignError("Only who was asked, and still has to do it, can say that.")
            return one.id

        return self._parts.database.read(look)

    def reopen(self, todo_id: str, *, by: Actor) -> None:
        """It is not done yet, whatever was said."""
        self._settle(todo_id, by, was="done", to="open", action="to-do reopened")

    def drop(self, todo_id: str, *, by: Actor) -> None:
        """Nobody is going to do it."""
        self._settle(todo_id, by, was="open", to="dropped", action="to-do dropped")

    def give(self, todo_id: str, owner: str, *, by: Actor, revision: int | None = None) -> None:
        """Somebody else does it, who is told. `revision` is the one the actor saw."""
        self.check(todo_id, by=by)
        full_member(self._parts.slack.quick, owner)
        _, row = self._parts.database.read(lambda session: self._changeable(session, todo_id, by))
        check_owners(self._parts.slack.quick, [owner], row.destination)

        def work(session: Session) -> None:
            one, _ = self._open(session, todo_id, by, revision)
            if one.owner == owner:
                raise CountersignError(f"It is {wording.person(owner)}'s already.")
            if one.only and owner != one.only:
                raise CountersignError("This came of a draft for you alone: it can be given to nobody else.")
            facts = {"owner": [one.owner, owner]}
            self._change(session, one, by, "to-do given", facts, owner=owner)
            key = f"todo-given:{one.id}:{one.revision + 1}"
            self.lists.add(session, key, [one.id], sort="given", reader=owner)

        self._parts.database.write(work)

    def move(self, todo_id: str, due: date | None, *, by: Actor, revision: int | None = None) -> None:
        """It is due on another day, or on none."""
        self.check(todo_id, by=by)

        def work(session: Session) -> None:
            one, _ = self._open(session, todo_id, by, revision)
            if one.due != due:
                facts = {"due": [day.isoformat() if day else "" for day in (one.due, due)]}
                self._change(session, one, by, "to-do moved", facts, due=due)

        self._parts.database.write(work)

    def refuse(self, todo_id: str, *, by: Actor) -> None:
        """It is not the actor's: it goes back to who decides, who are asked whose it is."""
        self.check(todo_id, by=by)

        def work(session: Session) -> None:
            one, row = self._open(session, todo_id, by, None)
            if one.owner != by.user:
                raise CountersignError(f"It is {wording.person(one.owner)}'s." if one.owner else "It is nobody's.")
            self._change(session, one, by, "to-do refused", {"owner": [one.owner, ""]}, owner="")
            for user in _others(by, self._leads(session, row)) or _others(by, (row.requester,)) or (by.user,):
                key = f"todo-refused:{one.id}:{one.revision + 1}:{user}:{by.user}"
                self.lists.add(session, key, [one.id], sort="refused", reader=user)

        self._parts.database.write(work)

    def follow(self, session: Session, todo_id: str, to: str, *, sink: str, ref: str) -> None:
        """Be done, dropped or open as what was made of it in a sink is now, in the caller's transaction."""
        one = todos.get(session, todo_id)
        row = drafts.get(session, one.draft_id) if one else None
        if row is not None and row.status == TAKEN_BACK:
            return  # nobody is to do it any more, whatever becomes of its issue
        if one is not None and one.state != to:
            action = {"open": "to-do reopened", "done": "to-do done", "dropped": "to-do dropped"}[to]
            self._change(session, one, Actor(one.team, ""), action, {"sink": sink, "ref": ref}, state=to)

    def _settle(self, todo_id: str, by: Actor, *, was: str, to: str, action: str, asked: str = "") -> None:
        self.check(todo_id, by=by)

        def work(session: Session) -> None:
            one, _ = self._changeable(session, todo_id, by)
            if one.state != was:
                raise CountersignError(_already(one, by))
            facts = {"message": "/".join(place_of(asked))} if asked else {}
            self._change(session, one, by, action, facts, state=to)

        self._parts.database.write(work)

    def _open(self, session: Session, todo_id: str, by: Actor, revision: int | None) -> tuple[TodoRow, DraftRow]:
        one, row = self._changeable(session, todo_id, by)
        if one.state != "open":
            raise CountersignError(_already(one, by))
        if revision not in (None, one.revision):
            raise CountersignError(CHANGED)
        return one, row

    def _changeable(self, session: Session, todo_id: str, by: Actor) -> tuple[TodoRow, DraftRow]:
        one = todos.get(session, todo_id)
        row = drafts.get(session, one.draft_id) if one else None
        if one is None or row is None or one.team != self._parts.team or one.only not in ("", by.user):
            raise CountersignError(GONE)
        may = dict.fromkeys(filter(None, (one.owner, *self._leads(session, row), row.requester)))
        if by.user not in may:
            raise CountersignError(f"Only {wording.either(list(may))} can change this to-do.")
        return one, row

    def _leads(self, session: Session, row: DraftRow) -> tuple[str, ...]:
        return self._cards.rule(session, row).in_charge

    def _change(
        self, session: Session, one: TodoRow, by: Actor, action: str, facts: Mapping[str, Any], **values: Any
    ) -> None:
        now = self._parts.clock()
        if not todos.change(session, one.id, was=one.revision, changed_by=by.user, changed_at=now, **values):
            raise CountersignError(CHANGED)
        self._note(session, one, by, action, facts, version=one.revision + 1)
        self.lists.changed(session, one.id)
        self._parts.work.enqueue(session, Job("todo_plan", f"todo-plan-{one.id}-{one.revision + 1}", (one.id,)))

    def _note(
        self, session: Session, one: TodoRow, by: Actor, action: str, facts: Mapping[str, Any], version: int = 0
    ) -> None:
        audit.append(
            session,
            team=one.team,
            subject=f"todo {one.id}",
            action=action,
            by=by.user,
            version=version or one.revision,
            at=self._parts.clock(),
            facts={"draft": one.draft_id, **facts},
        )


def _others(by: Actor, users: Sequence[str]) -> tuple[str, ...]:
    return tuple(user for user in users if user != by.user)


def _already(one: TodoRow, by: Actor) -> str:
    """Why a to-do is not as the actor saw it."""
    what = {"open": "open", "done": "done", "dropped": "dropped"}[one.state]
    who = wording.person(one.changed_by) if one.changed_by else "the place it was sent on to"
    who = "you" if one.changed_by == by.user else who
    return f"This to-do is {what} already: {who} said so {wording.moment(one.changed_at)}."
