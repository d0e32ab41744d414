"""Cards: views of a draft's row, and the copies of them in Slack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from blocks import view
from blocks.card import APPROVED, card
from blocks.ids import pack
from blocks.message import Message
from blocks.notices import failed, plain
from blocks.posted import posted
from blocks.review import with_next
from blocks.view import Card, Caution, Change, Person, Posted, Receipt, Section
from bot import policy, wording
from bot.desk.answers import to_ask, with_answers
from bot.desk.approved import staying, takeable_until
from bot.desk.asked import questions
from bot.desk.lineage import CANNOT_LEARN, can_learn, is_second, successor
from bot.desk.moved import sentence
from bot.desk.onward import Onward, in_words, onward_of
from bot.desk.parts import Parts, new_id
from bot.desk.rules import Rules
from bot.desk.sight import Sight
from bot.drafting import who
from bot.drafting.edits import changes
from bot.drafting.offline.uncovered import still_missed
from bot.drafting.statement import standing, walk
from bot.effects import stays
from bot.errors import CountersignError, bug
from bot.slack import NotFound, Slack, SlackError
from bot.sources.audience import EVERYBODY
from bot.work import CARDS, Job
from storage import asked, drafts, effects, messages, votes
from storage.models import AskedRow, DraftRow, EffectRow, MessageRow

# Slack's codes for a copy that can never be updated again: somebody deleted it, or it is another app's.
GONE = frozenset(["message_not_found", "cant_update_message"])
UNSHOWABLE = frozenset(["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"])
REVIEW = "review:"  # begins the key of a message that shows one draft after the other
WITHHELD = (
    "This draft is no longer shown here: not everybody who reads this may read its sources. It can be asked for anew."
)


@dataclass(frozen=True)
class _Loaded:
    """All that a card is drawn from, as it was at one moment; `approvers` so far, or in the end."""

    row: DraftRow
    rule: policy.Rule
    approvers: list[str]
    parts: list[EffectRow]
    following: str  # the request for the draft that follows this one, and
    follows: str  # whether that is being written or there
    onward: Onward  # where its to-dos would go besides
    asked: Sequence[AskedRow]  # which owners were asked what
    copies: Sequence[MessageRow] = ()  # those that do not show it as it is


class Cards:
    """Makes cards from rows and keeps every copy up to date."""

    def __init__(self, parts: Parts, slack: Slack) -> None:
        """`slack` is the patient port in background work and the quick one in listeners."""
        self._parts = parts
        self._slack = slack
        self.sight = Sight(parts, slack)
        self.rules = Rules(parts)

    def rule(self, session: Session, row: DraftRow) -> policy.Rule:
        """Who decides on this draft, as things stand now."""
        return self.rules.of(session, row)

    def load(self, draft_id: str, *, named: bool = True) -> tuple[DraftRow, Card]:
        """A draft and its card; without `named` Slack is not asked for names, for a form that must open at once.

        Raises CountersignError if there is no such draft here.
        """
        loaded = self._parts.database.read(lambda session: self._load(session, self._found(session, draft_id)))
        return loaded.row, self._view(loaded, self.person if named else _unnamed)

    def _found(self, session: Session, draft_id: str) -> DraftRow:
        row = drafts.get(session, draft_id)
        if row is None or row.team != self._parts.team:
            raise CountersignError("This draft is no longer here.")
        return row

    def _load(self, session: Session, row: DraftRow) -> _Loaded:
        grounds = self.rules.grounds_of(session, row)
        rule = self.rules.by(grounds, row)
        said_yes = list(row.review.get("approvers", ())) if row.status in APPROVED else []
        if row.status == "proposed":
            cast = votes.of(session, row.id, row.version)
            said_yes = [vote.person for vote in cast if vote.person in rule.deciders]
        parts = list(effects.of_draft(session, row.id, row.version))
        onward, owners = onward_of(session, row, grounds), asked.of_draft(session, row.id)
        return _Loaded(row, rule, said_yes, parts, *successor(session, row), onward, owners)

    def _view(self, loaded: _Loaded, person: Callable[[str], Person]) -> Card:
        row, rule = loaded.row, loaded.rule
        kind = self._parts.kinds[row.kind]
        payload = kind.schema.model_validate(row.payload)
        proposed = kind.schema.model_validate(row.proposed)
        fill = self.fill
        decided = row.status != "proposed"
        order = {path: number for number, (path, _) in enumerate(walk(payload))}
        origin = row.origin
        left, count = still_missed(origin.get("missed", ()), origin.get("missed_count", 0), payload)
        changed = origin.get("accepted" if decided else "moved", [])
        following, state = loaded.following, loaded.follows
        named = row.destination.get("new_readers", ())
        sections = [_filled(section, fill, order) for section in kind.show(payload)]
        extras = kind.extras(standing(payload), row.destination["private"])
        first_rejected = row.status == "rejected" and not is_second(row) and not following
        onward = in_words(extras, loaded.onward)
        until, taken = takeable_until(row), row.review.get("taken_back", {})
        left_standing = staying(loaded.parts[: taken["from"]]) if taken else []
        reason = taken["correction"] if taken else row.reason or (fill(row.problem) if row.status == "failed" else "")
        return Card(
            draft_id=row.id,
            version=row.version,
            status=row.status,
            title=row.title,
            requester=person(row.requester),
            sections=with_answers(sections, loaded.asked, person),
            coverage=row.origin["coverage"],
            plan=". ".join([fill(origin["plan"]), *(extra.title for extra in extras), *onward]),
            new_readers=tuple(person(user_id) for user_id in named if user_id != EVERYBODY),
            for_everybody=EVERYBODY in named,
            deciders=tuple(person(user_id) for user_id in rule.asked),
            deciders_note=fill(rule.why),
            approvers=tuple(person(user_id) for user_id in loaded.approvers),
            needed=rule.needed,
            asked=tuple(
                view.Asked(person(each.by), each.text, each.answer, person(each.ended_by) if each.ended_by else None)
                for each in questions(row.review)
            ),
            notices=(
                *((f"Not taken back: {'; '.join(left_standing)}",) if left_standing else ()),
                *row.origin["notices"],
                *((fill(row.problem),) if row.problem and not decided else ()),
                *((CANNOT_LEARN,) if first_rejected and not can_learn(row) else ()),
            ),
            cautions=tuple(Caution(**each) for each in row.origin.get("cautions", ())),
            decided_by=person(row.decided_by) if row.decided_by else None,
            decided_at=row.decided_at,
            reason=reason,
            changes=tuple(Change(who.name_of(a), who.name_of(b)) for a, b in changes(proposed, payload)),
            receipts=tuple(
                Receipt(
                    part.title,
                    part.state,
                    link=part.receipt.get("link", ""),
                    why=fill(part.why),
                    number=part.number,
                    attempt=part.attempt,
                )
                for part in loaded.parts
            ),
            footer=row.origin["footer"],
            moved=tuple(view.Moved(_capital(fill(sentence(change))), change["link"]) for change in changed),
            uncovered=tuple(view.Uncovered(each.words, each.author, each.permalink, each.why) for each in left),
            uncovered_count=count,
            replaces=self.link(origin.get("replaces", "")),
            replaced_by=self.link(following),
            being_renewed=state == "written",
            may_be_drafted_again=first_rejected and can_learn(row),
            stays=(
                *(extra.title for extra in extras if stays(extra.target["sort"])),
                *onward[: bool(loaded.onward.places)],
            ),
            may_be_taken_back_until=until if until and until > self._parts.clock() else None,
            taken_back_by=person(taken["by"]) if taken else None,
            take_back_failed=taken.get("state") == "failed",
            may_be_asked=not decided and not row.destination["private"] and bool(to_ask(sections, loaded.asked)),
        )

    def link(self, request_id: str) -> str:
        """The permalink of a card of that request; "" while there is none."""
        if not request_id:
            return ""
        copies = self._parts.database.read(lambda session: list(messages.copies(session, request_id)))
        if not copies:
            return ""
        return self._slack.permalink(copies[0].channel, copies[0].ts, copies[0].thread_ts or None)

    def posted(self, row: DraftRow, approved_by: Sequence[Person], payload: Mapping[str, Any]) -> list[Message]:
        """What approval posts: this payload, in as many messages as it takes (whatever the approvers' names)."""
        kind = self._parts.kinds[row.kind]
        final = kind.schema.model_validate(payload)
        by_hand = " · edited by hand" if changes(kind.schema.model_validate(row.proposed), final) else ""
        footer = row.origin["drafted"] + by_hand
        reviewed = not row.destination["terms"]["unreviewed"]
        sections = tuple(kind.show(standing(final)))
        first, *others = approved_by
        brief = pack(row.id, row.version) if row.destination["terms"].get("brief") else ""
        return posted(Posted(row.title, sections, first, footer, reviewed, tuple(others), brief))

    def person(self, user_id: str) -> Person:
        """The person with the name to show."""
        return Person(user_id, self._name(user_id))

    def fill(self, text: str, zone: str = "UTC") -> str:
        """A sentence with its names and times in it."""
        return wording.fill(text, self._name, zone)

    def _name(self, user_id: str) -> str:
        try:
            return self._slack.person(user_id).name
        except NotFound:
            return user_id

    def ask(self, session: Session, draft_id: str, revision: int) -> None:
        """Have the copies brought up to date after this transaction. One draft's renderings run one after another."""
        job = Job("render", f"render-{draft_id}-{revision}-0", (draft_id, "0"), queue=CARDS, partition=draft_id)
        self._parts.work.enqueue(session, job)

    def ask_anew(self, session: Session, draft_id: str) -> None:
        """The same where a copy is new, though the draft has not changed."""
        job = Job("render", f"render-{draft_id}-{new_id()}", (draft_id, "0"), queue=CARDS, partition=draft_id)
        self._parts.work.enqueue(session, job)

    def draw_new(self, session: Session, row: DraftRow) -> None:
        """Have the copies drawn that show nothing yet, if there are any."""
        if any(copy.rendered == 0 for copy in messages.copies(session, row.request_id)):
            self.ask_anew(session, row.id)

    def ask_now(self, draft_id: str) -> None:
        """Have the copies brought up to date: the step of a job that must not wait for Slack to show them."""

        def enqueue(session: Session) -> None:
            row = drafts.get(session, draft_id)
            if row is not None:
                self.ask(session, draft_id, row.revision)

        self._parts.database.write(enqueue)

    def refresh(self, session: Session, draft_id: str, *, delay_s: float = 0.0) -> None:
        """Have every copy shown anew, whatever it is believed to show; for one draft at most once in ten seconds."""
        slot = int((self._parts.clock().timestamp() + delay_s) // 10)
        job = Job(
            "refresh", f"refresh-{draft_id}-{slot}", (draft_id,), queue=CARDS, partition=draft_id, delay_s=delay_s
        )
        self._parts.work.enqueue(session, job)

    def forget(self, draft_id: str) -> None:
        """Take every copy for outdated: the first step of a refresh."""

        def outdate(session: Session) -> None:
            row = drafts.get(session, draft_id)
            if row is not None:
                messages.outdated(session, row.request_id)

        self._parts.database.write(outdate)

    def render(self, draft_id: str) -> bool:
        """Bring every copy up to the row as it is now; whether owners were asked, whose messages are behind, too.

        A rendering that was overtaken is followed by another.
        """
        while self._render_behind(draft_id):
            pass
        return bool(self._parts.database.read(lambda session: asked.of_draft(session, draft_id)))

    def _render_behind(self, draft_id: str) -> bool:
        loaded = self._parts.database.read(lambda session: self._behind(session, draft_id))
        if loaded is None:
            return False
        row, message = loaded.row, card(self._view(loaded, self.person))
        refused: list[SlackError] = []
        for copy in loaded.copies:
            try:
                self._show(copy, row, message)
            except SlackError as error:  # the others must not keep buttons that do nothing
                refused.append(error)
        if refused:
            raise refused[0]
        return True  # the row may have changed while Slack was told: look again

    def _behind(self, session: Session, draft_id: str) -> _Loaded | None:
        """A draft with the copies that do not show it as it is; None if there are none."""
        row = self._found(session, draft_id)
        copies = messages.copies(session, row.request_id)
        behind = [copy for copy in copies if copy.rendered != row.revision or copy.update_unclear]
        return replace(self._load(session, row), copies=behind) if behind else None

    def _show(self, copy: MessageRow, row: DraftRow, message: Message) -> None:
        shown = message if self.sight.may_be_shown(copy, row) else plain(WITHHELD)
        if copy.key.startswith(REVIEW):
            shown = with_next(shown, copy.key, row.request_id)
        if self.update(copy.key, copy.channel, copy.ts, shown, revision=row.revision):
            self._parts.database.write(self._once_more(row.id, copy.key))
        if copy.key.startswith(REVIEW):
            self._parts.database.write(partial(self._turned, key=copy.key, shown=row.request_id))

    def _turned(self, session: Session, *, key: str, shown: str) -> None:
        """Where the message was turned to another draft meanwhile, have that one drawn over this."""
        message = messages.get(session, key)
        draft = drafts.of_request(session, message.request_id) if message and message.request_id else None
        if draft is not None and draft.request_id != shown:
            messages.rendered(session, key, 0, self._parts.clock())
            self.ask_anew(session, draft.id)

    def _once_more(self, draft_id: str, key: str) -> Callable[[Session], None]:
        def look(session: Session) -> None:
            self.refresh(session, draft_id, delay_s=self._parts.second_look_s)
            messages.updated(session, key)

        return look

    def update(self, key: str, channel: str, ts: str, message: Message, *, revision: int) -> bool:
        """Show `message` in one copy and note which revision that is; a copy that is gone is noted as lost.

        True if an earlier update was not answered, or cut off by a crash: it may yet land over this one, so it has to
        be shown once more later. What Slack will not show (too large, say) is a bug: the copy then says so, with a
        reference. Raises SlackError for what may be otherwise later.
        """
        doubt = self._parts.database.write(lambda session: messages.update_begun(session, key))
        try:
            self._slack.update(channel, ts, message.text, message.blocks)
        except SlackError as error:
            if error.code not in GONE | UNSHOWABLE:
                raise
            if error.code in UNSHOWABLE:
                sorry = failed(str(bug(error, f"the card {key}")), "")
                self._slack.update(channel, ts, sorry.text, sorry.blocks)
            why = str(error)
            self._parts.database.write(lambda session: messages.lost(session, key, why))
        else:
            self._parts.database.write(partial(self._rendered, key=key, revision=revision, doubt=doubt))
        return doubt

    def _rendered(self, session: Session, *, key: str, revision: int, doubt: bool) -> None:
        messages.rendered(session, key, revision, self._parts.clock())
        if not doubt:
            messages.updated(session, key)


def _unnamed(user_id: str) -> Person:
    return Person(user_id, user_id)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _filled(section: Section, fill: Callable[[str], str], order: Mapping[str, int]) -> Section:
    items = tuple(replace(item, why=fill(item.why), number=order.get(item.field, 0)) for item in section.items)
    return replace(section, items=items)
