"""Follow-ups: what somebody took on or was asked to do in a conversation, with who does it and by when.

Owner and due date are kept only where the cited words prove them, whoever claims them. Approving posts the list in the
same channel or thread, or sends it to the person who asked for it alone, and makes a to-do of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from blocks.view import Detail, Item, Mark, Section
from bot.drafting import who
from bot.drafting.followups import found
from bot.drafting.followups.claims import checked
from bot.drafting.guards.cleaner import for_people
from bot.drafting.offline.drafter import author_of, loudest
from bot.drafting.source import SourceItem, listed
from bot.drafting.statement import Statement
from bot.kinds.conversation import Conversation
from bot.kinds.kind import Extra, Kind, item

INSTRUCTIONS = """\
List the follow-ups of this conversation: what somebody said they would do, was asked to do, or noted down as an action.
- follow_ups: one for each thing that is still to be done, in the order of the conversation, each thing once. What was \
done or dropped later is left out. An empty list is a good answer.
- task: what is to be done, as one short sentence that begins with a verb and can be understood alone. Cite the words \
in which somebody took it on, was asked to do it, or noted it down.
- owner: who said that they would do it or was asked by name in the cited words, as the conversation names them; empty \
where the words do not say. Never guess.
- due: the day by which it is to be done, as YYYY-MM-DD, only if the cited words name one; else empty."""
ASKED = Conversation("Follow-ups", "/followups")
MOST = 20  # that are picked without a model
_NAME = 80  # characters


class FollowUp(BaseModel):
    """One thing to do. What stands after `due` is filled in by code."""

    task: Statement
    owner: str = ""  # a name; settled: an account as `who` writes it, or nobody
    due: str = ""  # an ISO day
    year: SkipJsonSchema[int] = 0  # in which it was said; 0 for what a person added
    named: SkipJsonSchema[str] = ""  # who is proven to be the owner by name and cannot be told for certain by account
    dropped: SkipJsonSchema[str] = ""  # which claims were not proven, in words


class FollowUps(BaseModel):
    """The shape of the answer."""

    follow_ups: list[FollowUp] = Field(default_factory=list)
    found: SkipJsonSchema[int] = 0  # without a model, where more were found than are listed


def settle(payload: FollowUps, items: Sequence[SourceItem]) -> FollowUps:
    """Without the owners and due dates that the cited words do not prove, and why they are gone."""
    settled = [_settled(one, items) for one in payload.follow_ups]
    count = len(found.follow_ups(items, attrgetter("zone"))) if payload.found else 0
    return FollowUps(follow_ups=settled, found=payload.found if payload.found == count else 0)


def offline(items: Sequence[SourceItem]) -> FollowUps:
    """What was taken on or asked for, word for word; of very many the newest, at most half of them by one author."""
    all_found = found.follow_ups(items, attrgetter("zone"))
    count = len(all_found)
    if count > MOST:
        authors, loud = {one.id: author_of(one) for one in items}, loudest(items)
        by_loud = [one for one in all_found if authors[one.task.evidence[0].id] == loud]
        kept = [one for one in all_found if one not in by_loud[: -MOST // 2]]
        all_found = kept[-MOST:]
    return FollowUps(
        follow_ups=[
            FollowUp(
                task=one.task,
                owner=one.owner.name if one.owner else "",
                due=one.due.day.isoformat() if one.due else "",
            )
            for one in all_found
        ],
        found=count if count > MOST else 0,
    )


def show(payload: FollowUps) -> list[Section]:
    """One list, each row with who does it and by when."""
    rows = tuple(_row(f"follow_ups.{index}", one) for index, one in enumerate(payload.follow_ups))
    title = f"To do, from the newest {MOST} of {payload.found:,} that were found" if payload.found else "To do"
    new = (
        Detail("follow_ups.+.owner", "Owner", "", person=True),
        Detail("follow_ups.+.due", "Due", "", day=True),
    )
    return [Section(title, rows, "follow_ups", ticked=True, new=new)] if rows else []


def owners(payload: FollowUps) -> list[str]:
    """Who would do something of what stands: as accounts, or by name where that is all that is proven."""
    names = ((one.owner.strip() or one.named, one.task.off) for one in payload.follow_ups)
    return [name for name, off in names if name and not off]


def _settled(one: FollowUp, items: Sequence[SourceItem]) -> FollowUp:
    claimed = _day(one.due)
    result = checked(one.task, one.owner[:_NAME], claimed, items, attrgetter("zone"))
    owner, due = result.follow_up.owner, result.follow_up.due
    no_day = ["what was given as its due date is no date"] if one.due.strip() and claimed is None else []
    return FollowUp(
        task=one.task,
        owner=who.written(owner.name[:_NAME], owner.id) if owner and owner.id else "",
        due=due.day.isoformat() if due else "",
        named=owner.name[:_NAME] if owner and not owner.id else "",
        year=items[-1].at.year,
        dropped="; ".join([*result.dropped, *no_day]),
    )


def _row(path: str, one: FollowUp) -> Item:
    """The task, its owner or "owner?", its due date; what was dropped is for who decides to check."""
    row = item(f"{path}.task", one.task)
    day = _day(one.due)
    details = (
        Detail(f"{path}.owner", "Owner", one.owner, person=True, id=who.id_of(one.owner)),
        Detail(f"{path}.due", "Due", day.isoformat() if day else "", day=True),
    )
    if one.dropped and not (one.owner and day):
        mark = row.mark if row.mark in (Mark.UNSUPPORTED, Mark.WRITTEN) else Mark.DOUBTFUL
        row = replace(row, mark=mark, why="; ".join(filter(None, [row.why, one.dropped])))
    return replace(
        row, tail=for_people(", ".join([_owner(one), *([_by(day, one.year)] if day else [])])), details=details
    )


def _owner(one: FollowUp) -> str:
    if who.id_of(one.owner):
        return f"@{who.name_of(one.owner).removeprefix('@')}"
    name = one.owner or one.named
    return f"owner? ({name.removeprefix('@')})" if name.strip() else "owner?"


def extras(payload: FollowUps, private: bool) -> list[Extra]:
    """The to-dos, as they are approved. What is for one person alone gives nobody else theirs."""
    todos = [
        {
            "statement": f"follow_ups.{index}.task",
            "text": one.task.text,
            "owner": who.id_of(one.owner),
            "owner_name": who.name_of(one.owner) if who.id_of(one.owner) else "",
            "due": day.isoformat() if (day := _day(one.due)) else "",
            "evidence": next((each.permalink for each in one.task.evidence if each.found), ""),
        }
        for index, one in enumerate(payload.follow_ups)
        if one.task.text.strip()
    ]
    if not todos:
        return []
    owners = list(dict.fromkeys(_owner(one) for one in payload.follow_ups if who.id_of(one.owner)))
    title = "Keeps 1 to-do" if len(todos) == 1 else f"Keeps {len(todos)} to-dos"
    if private:
        title += ", for you alone"
    elif owners:
        title += f" and sends {listed(tuple(owners))} theirs"
    return [Extra(title, {"sort": "todos", "todos": todos})]


def _by(day: date, year: int) -> str:
    """ "by Thu 26 Nov", with the year where it is another one than that in which it was said."""
    return f"by {day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != year else "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


KIND = Kind(
    name="followups",
    title="Follow-ups",
    help="/followups 7d · /followups #channel since monday · /followups <link to a thread> for me",
    verbs=("followups",),
    schema=FollowUps,
    instructions=INSTRUCTIONS,
    check=ASKED.check,
    aim=ASKED.aim,
    read=ASKED.read,
    settle=settle,
    offline=offline,
    show=show,
    owners=owners,
    shortcut="draft_followups",
    shortcut_name="Draft follow-ups",
    nothing="I found no follow-ups: nobody said that they would do something, and nobody was asked to.",
    may_be_empty=True,
    overheard=True,
    picks="Follow-ups",
    extras=extras,
)
