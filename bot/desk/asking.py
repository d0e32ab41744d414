"""Whoever would own something can be asked first: one message for each of them, answered before anything is decided.

The answer is for who decides, on the card. It decides nothing, and nobody has to wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from blocks.asked import AskLine, asked
from blocks.message import Message
from blocks.view import Item, Section
from bot import wording
from bot.desk.answers import NO, YES, digest, owned, to_ask
from bot.desk.cards import Cards
from bot.desk.click import Click
from bot.desk.edit import Edit
from bot.desk.owners import check_owners
from bot.desk.parts import Actor, Parts
from bot.desk.rights import DONE, Rights
from bot.desk.shown import Shown, View
from bot.drafting.edits import Edits
from bot.errors import CountersignError
from bot.sources.access import NotAllowed, check_actor, full_member
from bot.work import CARDS, Job
from storage import asked as questions
from storage import audit, drafts
from storage.models import AskedRow, DraftRow

NOBODY = "There is nobody left to ask: an owner is asked once about each thing, and not about their own question."


class Asking:
    """The verbs. `by` comes from the signed payload; `version` is the one the person saw."""

    def __init__(self, parts: Parts, cards: Cards, quick: Cards, rights: Rights, edit: Edit, click: Click) -> None:
        self._parts = parts
        self._cards = cards
        self._quick = quick
        self._rights = rights
        self._edit = edit
        self._click = click
        self._shown = Shown(parts, cards, "asked_again")

    def ask(self, draft_id: str, version: int, edits: Edits, *, by: Actor) -> None:
        """Have the owners of what is ticked asked whether it is theirs; or tell the actor why not.

        What was ticked and picked on the card becomes a version, so that everybody speaks of the same.
        """

        def act() -> None:
            self._rights.check(draft_id, version, by=by)
            named = self._edit.named(draft_id, edits)
            row = self._parts.database.read(lambda session: self._rights.decidable(session, draft_id, version, by))
            if row.destination["private"]:
                raise CountersignError("This draft is for you alone: nobody else is asked about it.")
            able, unable = self._reachable(row, self._edit.edited(row, named, by), by)
            self._parts.database.write(lambda session: self._ask(session, draft_id, version, named, able, by))
            if unable:
                raise CountersignError(
                    f"{wording.both(unable)} cannot be asked: guests, apps and people of other workspaces never are."
                )

        self._click.or_tell(draft_id, by, act)

    def _reachable(self, row: DraftRow, payload: dict[str, Any], by: Actor) -> tuple[list[str], list[str]]:
        """Who can be asked about this, and who cannot. Raises NotAllowed for who may not read what it is from."""
        able: list[str] = []
        unable: list[str] = []
        slack = self._parts.slack.quick
        for owner in dict.fromkeys(who for item, who in owned(self._sections(row, payload)) if not item.off):
            if owner == by.user:
                continue
            try:
                full_member(slack, owner)
            except NotAllowed:
                unable.append(owner)
            else:
                able.append(owner)
        check_owners(slack, able, row.destination)
        return able, unable

    def _ask(self, session: Session, draft_id: str, version: int, edits: Edits, able: Sequence[str], by: Actor) -> None:
        self._edit.new_version(session, draft_id, version, edits, by)
        row = self._rights.found(session, draft_id, hold=True)
        before = questions.of_draft(session, draft_id)
        found = to_ask(self._sections(row, row.payload), before)
        wanted = {owner: items for owner in able if (items := [item for item in found.get(owner, ()) if not item.off])}
        if not wanted:
            raise CountersignError(NOBODY)
        for owner, items in wanted.items():
            self._keep(session, row, owner, items, by)
        drafts.touch(session, draft_id)
        self._quick.ask(session, draft_id, row.revision + 1)

    def _keep(self, session: Session, row: DraftRow, owner: str, items: Sequence[Item], by: Actor) -> None:
        key, now = f"asked:{row.id}:{owner}:{row.version}", self._parts.clock()
        for place, item in enumerate(items):
            question = AskedRow(
                draft_id=row.id,
                person=owner,
                words=digest(item.text),
                key=key,
                place=place,
                by=by.user,
                answer="",
                at=now,
            )
            questions.add_once(session, question)
        facts = {"owner": owner, "statements": [item.field for item in items]}
        self._note(session, row, "owner asked", by, facts)
        self._show_soon(session, key, row.revision + 1)

    def answer(self, draft_id: str, words: str, *, yes: bool, by: Actor) -> None:
        """It is the actor's, or not. Raises CountersignError where they were not asked, or it is decided."""
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))

        def work(session: Session) -> None:
            row = self._rights.found(session, draft_id, hold=True)
            one = questions.get(session, draft_id, by.user, words)
            if one is None:
                raise CountersignError("You were not asked about this.")
            self._rights.check_waits(row, by)
            if not questions.answer(session, one, YES if yes else NO):
                raise CountersignError("You have answered this already. Who decides on the draft can still change it.")
            items = [item for item, _ in self._of(row, [one])]
            facts = {"statements": [item.field for item in items]}
            said = "owner says yes" if yes else "owner says not theirs"
            self._note(session, row, said, by, facts, words="\n".join(item.text for item in items))
            drafts.touch(session, row.id)
            self._quick.ask(session, row.id, row.revision + 1)

        self._parts.database.write(work)

    def show_all(self, draft_id: str) -> None:
        """Have every question about a draft shown as it is now."""

        def work(session: Session) -> None:
            row = drafts.get(session, draft_id)
            if row is not None:
                for key in sorted({one.key for one in questions.of_draft(session, draft_id)}):
                    self._show_soon(session, key, row.revision)

        self._parts.database.write(work)

    def show(self, key: str) -> None:
        """Send a question, or bring it up to the draft as it is now. Raises SlackError."""
        while self._show_behind(key):
            pass

    def forget(self, key: str) -> None:
        """Take a question for outdated."""
        self._shown.forget(key)

    def _show_behind(self, key: str) -> bool:
        def load(session: Session) -> tuple[list[AskedRow], DraftRow | None]:
            found = list(questions.of_message(session, key))
            return found, drafts.get(session, found[0].draft_id) if found else None

        rows, row = self._parts.database.read(load)
        if row is None:
            return False
        person = rows[0].person
        view = View(
            row.revision,
            draw=lambda: self._message(rows, row),
            place=lambda: (self._parts.slack.open_dm(person), ""),
            reader=person,
        )
        return self._shown.bring_up(key, view)

    def _message(self, rows: Sequence[AskedRow], row: DraftRow) -> Message:
        person = rows[0].person
        sees = self._cards.sight.sees(person, [*row.destination["reads"], *row.destination.get("linked", ())])
        lines = [self._line(item, one, sees=sees) for item, one in self._of(row, rows)]
        who = self._cards.person(rows[0].by).name
        over = "" if row.status == "proposed" else DONE.get(row.status, row.status)
        about = row.title if sees else ""
        return asked(row.id, who, about, lines, gone=len(rows) - len(lines), over=over)

    def _of(self, row: DraftRow, rows: Sequence[AskedRow]) -> list[tuple[Item, AskedRow]]:
        """What of the questions is still in the draft, and theirs there."""
        wanted = {(one.words, one.person): one for one in rows}
        found: dict[tuple[str, str], tuple[Item, AskedRow]] = {}
        for item, owner in owned(self._sections(row, row.payload)):
            key = (digest(item.text), owner)
            if key in wanted:
                found.setdefault(key, (item, wanted[key]))
        return [found[key] for key in wanted if key in found]

    def _line(self, item: Item, one: AskedRow, *, sees: bool) -> AskLine:
        due = next((f"by {each.text}" for each in item.details if each.day and each.text), "")
        link = next((each.permalink for each in item.evidence if each.permalink), "") if sees else ""
        return AskLine(one.words, item.text, due, link, one.answer)

    def _sections(self, row: DraftRow, payload: dict[str, Any]) -> list[Section]:
        return self._parts.kinds[row.kind].show(self._parts.payload(row, payload))

    def _show_soon(self, session: Session, key: str, revision: int) -> None:
        job = Job("asked", f"{key.replace(':', '-')}-{revision}", (key,), queue=CARDS, partition=key)
        self._parts.work.enqueue(session, job)

    def _note(
        self, session: Session, row: DraftRow, action: str, by: Actor, facts: dict[str, Any], words: str = ""
    ) -> None:
        now = self._parts.clock()
        audit.append(
            session,
            team=row.team,
            subject=row.id,
            action=action,
            by=by.user,
            version=row.version,
            at=now,
            facts=facts,
            words=words,
        )
