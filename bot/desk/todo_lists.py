"""The messages that list to-dos: views of rows, as cards are. Each is stored before it is sent, and drawn anew from the
rows as they are then whenever one of them changes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from blocks import todos as blocks
from blocks.message import Message
from blocks.todos import TodoLine
from bot import wording
from bot.desk.cards import Cards
from bot.desk.done_evidence import quote
from bot.desk.parts import Actor, Parts
from bot.desk.shown import Shown, View
from bot.effects.sinks.send import Redraw
from bot.effects.todos import Announce
from bot.sources.access import NotAllowed, full_member
from bot.work import CARDS, Job, Work
from storage import audit, drafts, effects, requests, todos
from storage.models import DraftRow, TodoListRow, TodoRow

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 30  # about a day


def announce(work: Work) -> Announce:
    """How the owners of a draft's to-dos come to know of them."""

    def enqueue(session: Session, draft_id: str) -> None:
        work.enqueue(session, Job("todos", f"todos-{draft_id}", (draft_id,)))

    return enqueue


def redraw(work: Work) -> Redraw:
    """How the messages that list a to-do come to be drawn anew."""

    def enqueue(session: Session, todo_id: str) -> None:
        for key in todos.lists_with(session, todo_id):
            _ask(work, session, key)

    return enqueue


class TodoLists:
    """Sends the lists and keeps them up to date."""

    def __init__(self, parts: Parts, cards: Cards) -> None:
        self._parts = parts
        self._cards = cards
        self._shown = Shown(parts, cards, "todo_list_again")
        self.changed = redraw(parts.work)

    def tell(self, draft_id: str) -> list[str]:
        """Have the summary posted, each owner sent their list, and who approved what has none; the ids of what has to
        be done by a day.

        Raises SlackError where nothing could be checked.
        """
        row, rows = self._parts.database.read(lambda session: (_draft(session, draft_id), _of(session, draft_id)))
        owners = dict.fromkeys(one.owner for one in rows if one.owner and one.only in ("", one.owner))
        unreachable = [owner for owner in owners if not self._reachable(owner)]

        def plan(session: Session) -> None:
            made = []
            if not row.destination["users"]:
                made.append(self.add(session, f"todos:{draft_id}", [one.id for one in rows], sort="summary"))
            for owner in owners:
                if owner not in unreachable:
                    own = [one.id for one in rows if one.owner == owner]
                    made.append(self.add(session, f"todos:{draft_id}:{owner}", own, sort="list", reader=owner))
            unowned = [one.id for one in rows if not one.owner]
            self.add(session, f"todos-unowned:{draft_id}", unowned, sort="unowned", reader=row.decided_by)
            if unreachable and any(made):
                approver = Actor(**{**requests.get(session, row.request_id).reply, "user": row.decided_by})
                names = wording.both(unreachable)
                text = f"{names} cannot be sent to-dos: guests, apps and people of other workspaces never are."
                self._parts.tell(session, approver, text)

        self._parts.database.write(plan)
        return [one.id for one in rows if one.due and one.owner in owners and one.owner not in unreachable]

    def add(self, session: Session, key: str, todo_ids: Sequence[str], *, sort: str, reader: str = "") -> bool:
        """Store what a message is going to list, and have it sent; False if that was done before."""
        if not todos.add_list(session, key, todo_ids, sort=sort, reader=reader):
            return False
        self.ask(session, key)
        return True

    def ask(self, session: Session, key: str) -> None:
        """Have one message sent, or brought up to date."""
        _ask(self._parts.work, session, key)

    def show(self, key: str) -> None:
        """Send the message, or bring it up to the rows as they are now. What was overtaken is followed by another."""
        while self._show_behind(key):
            pass

    def show_later(self, key: str, attempt: int, why: str) -> None:
        """Try again later, less and less often, for about a day; then say so in the audit log."""

        def work(session: Session) -> None:
            if attempt < MOST_ATTEMPTS:
                delay_s = min(60.0 * 2**attempt, 3600.0)
                _ask(self._parts.work, session, key, attempt=attempt + 1, delay_s=delay_s)
                return
            log.error("the list %s could not be shown: %s", key, why)
            for one in todos.listed(session, key):
                audit.append(
                    session,
                    team=one.team,
                    subject=f"todo {one.id}",
                    action="to-do not shown",
                    by="",
                    at=self._parts.clock(),
                    facts={"key": key},
                    words=why,
                )

        self._parts.database.write(work)

    def forget(self, key: str) -> None:
        """Take a message for outdated."""
        self._shown.forget(key)

    def line(self, one: TodoRow, reader: str = "", *, sees: bool = True, may_change: bool = True) -> TodoLine:
        """A to-do as a person sees it; without a reader as a channel does."""
        today = self._parts.clock().date()
        return TodoLine(
            id=one.id,
            text=one.text,
            owner=self._cards.person(one.owner).name if one.owner else "",
            due=by_day(one.due, today) if one.due else "",
            state=one.state,
            link=one.evidence if sees else "",
            by=self._cards.person(one.changed_by).name if one.changed_by else "",
            late=one.state == "open" and one.due is not None and one.due < today,
            mine=not reader or one.owner == reader,
            may_change=may_change,
            places=tuple((each.label, each.link) for each in one.links if each.ref) if sees else (),
            settled_in=_settled_in(one) if sees else "",
        )

    def sees(self, reader: str, row: DraftRow) -> bool:
        """Whether a person may see what a draft was written from. Raises SlackError if that is unknown."""
        return self._cards.sight.sees(reader, [*row.destination["reads"], *row.destination.get("linked", ())])

    def _reachable(self, owner: str) -> bool:
        try:
            full_member(self._parts.slack, owner)
        except NotAllowed:
            return False
        return True

    def _show_behind(self, key: str) -> bool:
        rows, listed = self._parts.database.read(lambda session: _load(session, key))
        if listed is None:
            return False
        view = View(
            _revision(rows, listed),
            draw=lambda: self._message(listed, rows),
            place=lambda: self._place(listed, self._draft(rows[0].draft_id)),
            reader=listed.reader,
        )
        return self._shown.bring_up(key, view)

    def _place(self, listed: TodoListRow, row: DraftRow) -> tuple[str, str]:
        """Where a message goes: a summary under what was posted, the rest to its reader."""
        if listed.reader:
            return self._parts.slack.open_dm(listed.reader), ""
        to = row.destination
        parts = self._parts.database.read(lambda session: effects.of_draft(session, row.id, row.version))
        posted = next((part.receipt for part in parts if "ts" in part.receipt), None)
        if posted is not None:
            return posted["channel"], to["thread_ts"] or posted["ts"]
        if to["private"]:
            return self._parts.slack.open_dm(row.requester), ""
        return to["channel"], to["thread_ts"]

    def _message(self, listed: TodoListRow, rows: Sequence[TodoRow]) -> Message:
        made_from = {one.draft_id: self._draft(one.draft_id) for one in rows}
        first, reader = made_from[rows[0].draft_id], listed.reader
        if not reader:
            return blocks.summary(first.title, [self.line(one) for one in rows])
        sees = {draft_id: self.sees(reader, row) for draft_id, row in made_from.items()}
        if listed.sort == "refused":
            (one,) = rows
            refuser = self._cards.person(listed.key.rpartition(":")[2])
            intro = f"@{refuser.name} says that this is not theirs. Who does it?"
            return blocks.ownerless(intro, [self.line(one, sees=sees[one.draft_id])])
        if listed.sort == "unowned":
            intro = f"Nobody does this yet, of {first.title}. Who does it?"
            return blocks.ownerless(intro, [self.line(one, sees=sees[one.draft_id]) for one in rows])
        if listed.sort == "said":
            (one,) = rows
            words, link = quote(self._parts.slack, listed.key, one.text) if sees[one.draft_id] else ("", "")
            line = self.line(one, reader, sees=sees[one.draft_id])
            return blocks.said_done(listed.key, line, words, link, listed.answer)
        # Who may not read the channel learns nothing of it, not even its name.
        about = f", from {first.title}" if sees[first.id] else ""
        intro = {
            "list": f"Your to-dos{about}",
            "given": f"A to-do was given to you{about}",
            "reminder": "Still to do",
        }[listed.sort]
        lines = [self.line(one, reader, sees=sees[one.draft_id], may_change=one.owner == reader) for one in rows]
        return blocks.todo_list(intro, lines)

    def _draft(self, draft_id: str) -> DraftRow:
        return self._parts.database.read(lambda session: _draft(session, draft_id))


def _ask(work: Work, session: Session, key: str, *, attempt: int = 0, delay_s: float = 0.0) -> None:
    """Have one message sent, or brought up to date. Its renderings run one after another."""
    revision = _revision(todos.listed(session, key), todos.list_of(session, key))
    name = f"todo-list-{key}-{revision}-{attempt}"
    work.enqueue(session, Job("todo_list", name, (key, str(attempt)), queue=CARDS, partition=key, delay_s=delay_s))


def by_day(day: date, today: date) -> str:
    """ "by Thu 26 Nov", with the year where it is not this one."""
    return f"by {day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def _settled_in(one: TodoRow) -> str:
    """What was made of a to-do that is done or dropped since that is; "" where a person said so."""
    return "" if one.changed_by else next((each.label for each in one.links if each.state == one.state), "")


def _revision(rows: Sequence[TodoRow], listed: TodoListRow | None) -> int:
    """Goes up with every change of one of them, and with the answer to what is asked."""
    return sum(one.revision for one in rows) + bool(listed and listed.answer)


def _draft(session: Session, draft_id: str) -> DraftRow:
    row = drafts.get(session, draft_id)
    if row is None:
        raise RuntimeError(f"the draft {draft_id} of a to-do is gone")
    return row


def _of(session: Session, draft_id: str) -> list[TodoRow]:
    return list(todos.of_draft(session, draft_id))


def _load(session: Session, key: str) -> tuple[list[TodoRow], TodoListRow | None]:
    return list(todos.listed(session, key)), todos.list_of(session, key)
