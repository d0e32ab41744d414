"""The tables. Nothing here knows what a kind, a model or Slack is: payloads and places are opaque JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from storage.database import UtcDateTime

Json = dict[str, Any]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        Json: JSON(),
        list[str]: JSON(),
        str: Text(),
    }


class RequestRow(Base):
    """Somebody asked for a draft. `once` makes a delivery that comes twice one request."""

    __tablename__ = "requests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    once: Mapped[str] = mapped_column(String(255), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(32))
    text: Mapped[str]
    channel: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str] = mapped_column(String(32))
    reply: Mapped[Json]
    aim: Mapped[Json | None]
    written: Mapped[Json | None] = mapped_column(default=None)  # what was drafted, until that is a draft of its own
    status: Mapped[str] = mapped_column(String(16))  # asked, aimed, drafted, refused, empty, cancelled
    note: Mapped[str]  # why it was refused, or who cancelled it
    at: Mapped[datetime]


class DraftRow(Base):
    """A draft. `proposed` is the model's, never overwritten; `payload` is the current version."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "team", "status"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    revision: Mapped[int]  # counts every change, so that a card knows whether it is up to date
    requester: Mapped[str] = mapped_column(String(32))
    proposed: Mapped[Json]
    payload: Mapped[Json]
    destination: Mapped[Json]
    origin: Mapped[Json]  # how it came about: coverage, sources, drafter, model, tokens, notices
    approved_digest: Mapped[str] = mapped_column(String(64))
    decided_by: Mapped[str] = mapped_column(String(32))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str]
    problem: Mapped[str]  # why the last attempt to apply it did not go through
    expires_at: Mapped[datetime]  # until when it waits for a decision
    review: Mapped[Json] = mapped_column(default=dict)  # what was found of those who decide: who is away, say
    at: Mapped[datetime]


class VoteRow(Base):
    """Somebody approved one version of a draft that needs several approvals."""

    __tablename__ = "votes"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]


class AuditRow(Base):
    """One fact about who did what. Append-only; each row carries the digest of the one before it in its team."""

    __tablename__ = "audit"
    __table_args__ = (UniqueConstraint("team", "number"), Index(None, "subject"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(String(64))  # draft id, or "channel C123"
    action: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    facts: Mapped[Json]  # ids, digests and counts only; words lie in audit_texts
    at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditTextRow(Base):
    """Words that belong to an audit row and can be erased; the row keeps their digest."""

    __tablename__ = "audit_texts"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    text: Mapped[str]


class MessageRow(Base):
    """A message of ours in Slack, stored before it is sent. A card is one that belongs to a draft."""

    __tablename__ = "messages"
    __table_args__ = (Index(None, "request_id"),)

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    request_id: Mapped[str | None] = mapped_column(String(32))  # set for a card or its placeholder
    channel: Mapped[str] = mapped_column(String(32))
    reader: Mapped[str] = mapped_column(String(32), default="")  # of a card in direct messages; "" in a channel
    thread_ts: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))  # "" until Slack has told us
    unclear: Mapped[bool]  # a send of it was begun and not clearly answered: a twin may stand, or come late
    # an update of it was begun and not clearly answered: it may land over a later one
    update_unclear: Mapped[bool] = mapped_column(default=False)
    rendered: Mapped[int]  # the draft's revision this copy shows; 0 for a placeholder
    shown_at: Mapped[datetime | None]  # since when it shows a draft; None for a placeholder
    lost: Mapped[str]  # why it can no longer be updated; "" while it can
    at: Mapped[datetime]


class EffectRow(Base):
    """One thing that an approved draft does."""

    __tablename__ = "effects"
    __table_args__ = (UniqueConstraint("draft_id", "version", "number"),)

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    version: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    target: Mapped[Json]
    state: Mapped[str] = mapped_column(String(16))  # waiting, sending, done, failed or parked
    unclear: Mapped[bool]  # it was begun and what came of it is not known: the receiver is asked before the next try
    attempt: Mapped[int]  # how often a person had it sent again after it was parked
    receipt: Mapped[Json]
    why: Mapped[str]
    at: Mapped[datetime]  # when it was approved, last begun, or done


class TodoRow(Base):
    """An approved follow-up: who does what by when. Deleted long after all of a draft's are done."""

    __tablename__ = "todos"
    __table_args__ = (Index(None, "draft_id"), Index(None, "team", "state"), Index(None, "owner", "state"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    number: Mapped[int]  # its place in the draft's list
    statement: Mapped[str]  # its path in the approved payload
    text: Mapped[str]
    evidence: Mapped[str]  # permalink of what it was said in; "" where there is none
    channel: Mapped[str] = mapped_column(String(32))  # where the follow-ups were posted
    thread_ts: Mapped[str] = mapped_column(String(32))
    only: Mapped[str] = mapped_column(String(32))  # the one person who may know of it; "" where it is not private
    owner: Mapped[str] = mapped_column(String(32))  # "" for nobody
    due: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16))  # open, done or dropped
    revision: Mapped[int]  # counts every change
    changed_by: Mapped[str] = mapped_column(String(32))  # "" where that was done in a sink
    changed_at: Mapped[datetime]
    at: Mapped[datetime]
    links: Mapped[list[TodoLinkRow]] = relationship(lazy="selectin", order_by="TodoLinkRow.sink", viewonly=True)


class TodoLinkRow(Base):
    """What was made of a to-do in a sink: an issue, say."""

    __tablename__ = "todo_links"
    __table_args__ = (Index(None, "team", "sink"),)

    todo_id: Mapped[str] = mapped_column(ForeignKey("todos.id"), primary_key=True)
    sink: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    ref: Mapped[str] = mapped_column(String(64))  # its name at the receiver; "" where that tells none
    label: Mapped[str]  # for people: "acme/web#12"
    link: Mapped[str]  # to it, on the host that the sink was set up with; "" for none
    state: Mapped[str] = mapped_column(String(16))  # there, when last looked: open, done or dropped
    at: Mapped[datetime]


class SinkRow(Base):
    """Where approved to-dos may go besides. A name means one place for all time: a row is kept when it is removed."""

    __tablename__ = "sinks"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    sort: Mapped[str] = mapped_column(String(16))
    label: Mapped[str]  # for people: "GitHub acme/web"
    sealed: Mapped[str]  # place and secret, encrypted; "" once it was removed
    problem: Mapped[str]  # why it could not be asked for the state of what was made there; "" where it could
    looked_at: Mapped[datetime | None]  # up to when it has told what changed there
    at: Mapped[datetime]


class TodoListRow(Base):
    """One line of a message that lists to-dos: which of them a message shows, and to whom."""

    __tablename__ = "todo_lists"
    __table_args__ = (Index(None, "todo_id"),)

    key: Mapped[str] = mapped_column(String(128), primary_key=True)  # of the message
    todo_id: Mapped[str] = mapped_column(ForeignKey("todos.id"), primary_key=True)
    sort: Mapped[str] = mapped_column(String(16))  # summary, list, given, refused, unowned, said or reminder
    reader: Mapped[str] = mapped_column(String(32))  # whose direct messages it is in; "" for a summary
    place: Mapped[int]
    answer: Mapped[str] = mapped_column(
        String(16), default=""
    )  # to what it asks: done or not yet; "" while there is none


class AskedRow(Base):
    """Whoever would own something that waits for approval was asked whether it is theirs."""

    __tablename__ = "asked"
    __table_args__ = (Index(None, "key"),)

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    words: Mapped[str] = mapped_column(
        String(64), primary_key=True
    )  # digest of what it says: other words are asked anew
    key: Mapped[str] = mapped_column(String(128))  # of the message that asks
    place: Mapped[int]  # in that message
    by: Mapped[str] = mapped_column(String(32))  # who had them asked
    answer: Mapped[str] = mapped_column(String(16))  # yes or no; "" while there is none
    at: Mapped[datetime]


class PolicyRow(Base):
    """Who decides in a workspace, in a channel, on a kind: `settings` holds what was set there, and no more."""

    __tablename__ = "policies"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    settings: Mapped[Json] = mapped_column(default=dict)
    external: Mapped[bool] = mapped_column(default=False)  # a channel that may be read though it is shared
    set_by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class UserGroupRow(Base):
    """Who was in a user group of Slack's when it was last asked: those of them who may decide."""

    __tablename__ = "usergroups"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    handle: Mapped[str]
    members: Mapped[list[str]]
    at: Mapped[datetime]


class ListeningRow(Base):
    """A channel that a lead lets us listen to: what is said there may lead to a draft that nobody asked for."""

    __tablename__ = "listening"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    by: Mapped[str] = mapped_column(String(32))  # the lead: drafts are asked for in their name
    a_day: Mapped[int]  # drafts at most in 24 hours
    emoji: Mapped[str] = mapped_column(String(100))  # the reaction that asks for a draft, without the colons
    at: Mapped[datetime]


class HeardRow(Base):
    """Where something was said that may lead to a draft: a pointer, never the text.

    Gone once it was looked at, and after a week at most.
    """

    __tablename__ = "heard"
    __table_args__ = (Index(None, "team", "due"),)

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    ts: Mapped[str] = mapped_column(String(32), primary_key=True)  # of the thread, or of the message reacted to
    why: Mapped[str] = mapped_column(String(16), primary_key=True)  # quiet, transcript, reaction or done
    by: Mapped[str] = mapped_column(String(32), primary_key=True)  # who reacted, or says that it is done; else ""
    due: Mapped[datetime]  # when it is looked at, again if need be
    at: Mapped[datetime]  # when something was last said there


class SlotRow(Base):
    """A place for one process of the fleet. Whoever takes it makes a new generation, so that nobody is ever mistaken
    for an earlier holder."""

    __tablename__ = "slots"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int]
    holder: Mapped[str]  # host and process, for people; "" while the slot is free
    beats: Mapped[int]  # goes up for as long as the holder lives
    beat_at: Mapped[datetime]  # the holder's own time, for people


class DigestRow(Base):
    """A digest: what it covers, when it runs and for whom (`plan`), and whether it does."""

    __tablename__ = "digests"
    __table_args__ = (Index(None, "team", "state"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))  # active, paused or deleted
    why: Mapped[str]  # why it is paused, in words for its owner
    plan: Mapped[Json]
    revision: Mapped[int]  # counts changes of the plan
    allowed_by: Mapped[str] = mapped_column(String(32))  # who lets it post without a review; "" for nobody
    allowed_at: Mapped[datetime | None]
    since: Mapped[datetime]  # no run whose hour is before: when it was made, changed or resumed
    last_end: Mapped[datetime | None]  # where the window of its last run ended
    at: Mapped[datetime]


class DigestRunRow(Base):
    """One run of a digest over a closed window; there is one for each start of a window."""

    __tablename__ = "digest_runs"
    __table_args__ = (UniqueConstraint("digest_id", "period_start"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest_id: Mapped[str] = mapped_column(ForeignKey("digests.id"))
    period_start: Mapped[str] = mapped_column(String(32))
    start: Mapped[datetime]
    end: Mapped[datetime]
    hour: Mapped[datetime]
    plan: Mapped[Json]  # as it was when the run began
    outcome: Mapped[str] = mapped_column(String(16))  # begun, asked, quiet, stopped or failed
    at: Mapped[datetime]


class NotesRow(Base):
    """Notes on a part of a source: statements with quotes, as JSON text. The key is a digest of what they are on."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "used_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    payload: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime]  # to the day


class SpendingRow(Base):
    """Tokens that were used, or set aside for an answer under way, on one day in UTC."""

    __tablename__ = "spending"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(32), primary_key=True)  # "" for the whole workspace
    day: Mapped[date] = mapped_column(primary_key=True)
    tokens: Mapped[int] = mapped_column(BigInteger)
