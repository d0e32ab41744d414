from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.desk import Actor
from bot.work import Job
from sandbox.fixtures import ANA, BEN, DANA, DEV, LI
from sandbox.records import Message
from storage.models import AuditRow, EffectRow, TodoRow
from tests.flows.office import Office, open_office, shown

SENDS = "I will send the notes to the customers by Thursday."
KEYS = "Somebody should call the landlord about the keys."
BOOK = "Ana, can you book the room for the review?"


@pytest.fixture
def approved(folder: Path) -> Iterator[Office]:
    """Three follow-ups, one of Ben, one of Ana and one of nobody, approved by Ana who asked for them."""
    with open_office(folder) as office:
        approve(office, SENDS, KEYS, BOOK)
        yield office


def approve(office: Office, *said: str, typed: str = "/followups 7d") -> Message:
    """Have these things said by Ben, and the follow-ups in them approved by Ana; the card."""
    office.people.post("ana", "dev", "Good morning!")
    for text in said:
        office.people.post("ben", "dev", text)
    card = office.ask(typed)
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[-1].status == "applied")
    office.settled(lambda o: not o.unfinished())
    return card


def todos(office: Office) -> dict[str, TodoRow]:
    """The to-dos by the first word of their text."""
    rows = office.program.database.read(lambda session: list(session.scalars(select(TodoRow))))
    assert len({row.text for row in rows}) == len(rows)
    return {row.text.split()[0].lower(): row for row in rows}


def in_dm(office: Office, user: str) -> list[Message]:
    return office.world.bot_messages(office.world.dm(user).id)


def summary(office: Office, channel: str = DEV) -> Message:
    (found,) = office.settled(lambda o: [m for m in o.world.bot_messages(channel) if "*To-dos*" in shown(m)])
    return found


def choose(office: Office, user: str, message: Message, choice: str, one: TodoRow) -> None:
    """Pick something in the menu of a to-do."""
    where = next(b["block_id"] for b in message.blocks if f"{choice}|todo|{one.id}" in json.dumps(b))
    value = f"{choice}|todo|{one.id}"
    office.people.click(user, message.channel, message.ts, "todo_more", value, block_id=where)


def form(office: Office, user: str) -> str:
    view = office.world.top_view(user)
    assert view is not None
    return view.id


def actions(office: Office, one: TodoRow) -> list[str]:
    return office.audit(f"todo {one.id}")


def test_an_approved_follow_up_becomes_a_to_do_with_owner_day_and_evidence(approved: Office) -> None:
    found = todos(approved)
    assert {word: (one.owner, one.state) for word, one in found.items()} == {
        "send": (BEN, "open"),
        "call": ("", "open"),
        "book": (ANA, "open"),
    }
    assert found["send"].due is not None
    assert found["send"].due.weekday() == 3
    assert found["call"].due is None
    assert "/archives/C0DEV/p" in found["send"].evidence
    assert (found["send"].draft_id, found["send"].statement) == (approved.drafts()[0].id, "follow_ups.0.task")
    assert actions(approved, found["send"]) == ["to-do made"]


def test_the_card_says_who_will_be_sent_to_dos_before_it_is_approved(office: Office) -> None:
    office.people.post("ben", "dev", SENDS)
    office.people.post("ana", "dev", "I will book the room.")
    card = office.ask("/followups 7d")
    assert "eeps 2 to-dos and sends @Ben and @Ana theirs" in shown(card)


def test_each_owner_gets_one_message_with_their_list_and_the_thread_a_line_for_each(folder: Path) -> None:
    with open_office(folder) as office:
        approve(office, SENDS, "I will call the bank too.", BOOK)
        (bens,) = in_dm(office, BEN)
        assert "send the notes" in shown(bens)
        assert "call the bank" in shown(bens)
        assert "book the room" not in shown(bens)
        (anas,) = in_dm(office, ANA)
        assert "book the room" in shown(anas)
        lines = summary(office)
        (posted,) = [m for m in office.world.bot_messages(DEV) if "Approved by <@U0ANA> ·" in shown(m)]
        assert lines.thread_ts == posted.ts
        assert shown(lines).count("☐") == 2 * 3
        assert "3 of 3 still to do" in shown(lines)


def test_a_second_approval_comes_in_a_message_of_its_own(folder: Path) -> None:
    with open_office(folder) as office:
        approve(office, SENDS)
        approve(office, "I will water the plants.")
        assert [("plants" in shown(m)) for m in in_dm(office, BEN)] == [False, True]


def test_what_is_a_to_do_already_is_not_made_one_again_though_it_was_done(approved: Office) -> None:
    (bens,) = in_dm(approved, BEN)
    approved.people.click("ben", bens.channel, bens.ts, "todo_done")
    approve(approved, "I will water the plants.")
    assert sorted(todos(approved)) == ["book", "call", "send", "water"]
    assert todos(approved)["send"].state == "done"
    assert "send the notes" not in shown(in_dm(approved, BEN)[1])


def test_a_crash_after_the_to_dos_were_kept_makes_none_twice_and_tells_nobody_twice(approved: Office) -> None:
    draft = approved.drafts()[0]

    def rewind(session: Any) -> None:
        session.get_one(type(draft), draft.id).status = "approved"
        begun = {"state": "sending", "unclear": True, "receipt": {}}
        session.execute(update(EffectRow).where(EffectRow.number == 1).values(**begun))
        approved.program.work.enqueue(session, Job("apply", "apply-after-a-crash", (draft.id, str(draft.version))))
        approved.program.work.enqueue(session, Job("todos", "todos-after-a-crash", (draft.id,)))

    approved.program.database.write(rewind)
    approved.settled(lambda o: o.drafts()[0].status == "applied")
    approved.settled(lambda o: not o.unfinished())
    assert len(todos(approved)) == 3
    assert len(in_dm(approved, BEN)) == 1
    assert actions(approved, todos(approved)["send"]) == ["to-do made"]
    summary(approved)


def test_a_list_whose_answer_was_lost_is_found_and_not_sent_again(office: Office) -> None:
    office.people.post("ben", "dev", SENDS)
    card = office.ask("/followups 7d")
    office.box.faults.add("chat.postMessage", times=3, reset=True, after=True)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: len(in_dm(o, BEN)) == 1)
    office.settled(lambda o: not o.unfinished())
    assert len(in_dm(office, BEN)) == 1


def test_done_is_seen_in_the_owner_s_list_and_in_the_thread(approved: Office) -> None:
    one = todos(approved)["send"]
    (bens,) = in_dm(approved, BEN)
    approved.people.click("ben", bens.channel, bens.ts, "todo_done")
    approved.settled(lambda o: "☑" in shown(summary(o)))
    assert "2 of 3 still to do" in shown(summary(approved))
    assert "done by @Ben" in shown(summary(approved))
    approved.settled(lambda o: "todo_reopen" in shown(in_dm(o, BEN)[0]))
    assert actions(approved, one) == ["to-do made", "to-do done"]
    approved.people.click("ben", bens.channel, bens.ts, "todo_reopen")
    approved.settled(lambda o: "☑" not in shown(summary(o)))
    assert actions(approved, one) == ["to-do made", "to-do done", "to-do reopened"]


def test_a_second_click_on_done_does_nothing_but_say_so(approved: Office) -> None:
    (bens,) = in_dm(approved, BEN)
    before = approved.world.snapshot(bens.channel, bens.ts)
    approved.people.click("ben", bens.channel, bens.ts, "todo_done", message=before)
    approved.people.click("ben", bens.channel, bens.ts, "todo_done", message=before)
    approved.told(BEN, "is done already: you said so")
    assert actions(approved, todos(approved)["send"]) == ["to-do made", "to-do done"]


def test_somebody_else_is_told_who_can(approved: Office) -> None:
    (bens,) = in_dm(approved, BEN)
    payload = approved.payload_of_click(
        "dana", bens.channel, approved.world.snapshot(bens.channel, bens.ts), "todo_done"
    )
    assert approved.people.stale_click("dana", payload).ok
    approved.told(DANA, "Only @Ben or @Ana can change this to-do.")
    assert todos(approved)["send"].state == "open"


def test_a_lead_may_though_it_is_neither_theirs_nor_asked_for_by_them(office: Office) -> None:
    office.people.slash("ana", "dev", "/countersign leads @dana")
    office.told(ANA, "decided by")
    office.people.post("ben", "dev", SENDS)
    card = office.ask("/followups 7d")
    office.people.click("dana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: in_dm(o, BEN))
    (bens,) = in_dm(office, BEN)
    payload = office.payload_of_click("dana", bens.channel, office.world.snapshot(bens.channel, bens.ts), "todo_done")
    assert office.people.stale_click("dana", payload).ok
    office.settled(lambda o: todos(o)["send"].state == "done")


def test_given_to_somebody_else_who_is_told_and_sees_where_it_was_said_while_they_may(folder: Path) -> None:
    with open_office(folder) as office:
        office.world.channel_named("dev").is_private = True
        approve(office, SENDS)
        one = todos(office)["send"]
        (bens,) = in_dm(office, BEN)
        assert "archives" in shown(bens)
        choose(office, "ben", bens, "give", one)
        office.people.submit("ben", form(office, BEN), {"todo": {"pick": LI}})
        view = office.world.top_view(BEN)
        assert view is not None
        assert "Invite them there" in str(view.errors)
        office.people.invite("ben", "dev", "li")
        office.people.submit("ben", view.id, {"todo": {"pick": LI}})
        office.settled(lambda o: in_dm(o, LI))
        assert "archives" in shown(in_dm(office, LI)[0])
        office.settled(lambda o: "@Li" in shown(summary(o)))
        office.settled(lambda o: "todo_done" not in shown(in_dm(o, BEN)[0]))
        assert "@Li" in shown(in_dm(office, BEN)[0])
        office.people.leave("li", "dev")
        (lis,) = in_dm(office, LI)
        office.people.click("li", lis.channel, lis.ts, "todo_done")
        office.settled(lambda o: "☑" in shown(in_dm(o, LI)[0]))
        assert "send the notes" in shown(in_dm(office, LI)[0])
        assert "archives" not in shown(in_dm(office, LI)[0])
        assert "dev" not in shown(in_dm(office, LI)[0])
        assert actions(office, one) == ["to-do made", "to-do given", "to-do done"]


def test_a_guest_can_be_given_nothing_and_the_form_says_so(approved: Office) -> None:
    (bens,) = in_dm(approved, BEN)
    choose(approved, "ben", bens, "give", todos(approved)["send"])
    approved.people.submit("ben", form(approved, BEN), {"todo": {"pick": "U0GUS"}})
    view = approved.world.top_view(BEN)
    assert view is not None
    assert "@Gus cannot be picked" in str(view.errors)
    assert todos(approved)["send"].owner == BEN


def test_another_day_is_shown_everywhere_and_a_form_of_before_a_change_is_refused(approved: Office) -> None:
    one = todos(approved)["send"]
    (bens,) = in_dm(approved, BEN)
    choose(approved, "ben", bens, "date", one)
    stale = form(approved, BEN)
    day = date(datetime.now(UTC).year + 1, 3, 4)
    approved.people.submit("ben", stale, {"todo": {"pick": day.isoformat()}})
    approved.settled(lambda o: f"4 Mar {day.year}" in shown(summary(o)))
    assert todos(approved)["send"].due == day
    choose(approved, "ben", in_dm(approved, BEN)[0], "date", one)
    approved.program.desk.todos.move(one.id, None, by=Actor(one.team, BEN))
    approved.people.submit("ben", form(approved, BEN), {"todo": {"pick": "2031-01-01"}})
    view = approved.world.top_view(BEN)
    assert view is not None
    assert "Somebody else changed this to-do" in str(view.errors)
    assert todos(approved)["send"].due is None


def test_not_mine_goes_back_to_the_lead_who_gives_it_to_somebody(office: Office) -> None:
    office.people.slash("ana", "dev", "/countersign leads @dana")
    office.told(ANA, "decided by")
    office.people.post("ben", "dev", SENDS)
    card = office.ask("/followups 7d")
    office.people.click("dana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: in_dm(o, BEN))
    one = todos(office)["send"]
    choose(office, "ben", in_dm(office, BEN)[0], "refuse", one)
    asked = office.message_with(office.world.dm(DANA).id, "@Ben says that this is not theirs")
    office.settled(lambda o: "owner?" in shown(summary(o)))
    office.people.click("dana", asked.channel, asked.ts, "todo_give", ANA)
    office.message_with(office.world.dm(ANA).id, "A to-do was given to you")
    office.settled(lambda o: "todo_give" not in shown(o.world.messages[asked.channel][asked.ts]))
    assert todos(office)["send"].owner == ANA
    assert actions(office, one) == ["to-do made", "to-do refused", "to-do given"]


def test_what_is_dropped_is_struck_in_the_thread(approved: Office) -> None:
    one = todos(approved)["send"]
    choose(approved, "ben", in_dm(approved, BEN)[0], "refuse", one)
    asked = approved.message_with(approved.world.dm(ANA).id, "@Ben says that this is not theirs")
    approved.people.click("ana", asked.channel, asked.ts, "todo_drop")
    approved.settled(lambda o: "dropped by @Ana" in shown(summary(o)))
    assert '"strike": true' in shown(summary(approved))


def test_only_its_owner_can_say_that_it_is_not_theirs(approved: Office) -> None:
    one = todos(approved)["send"]
    before = approved.world.snapshot(in_dm(approved, BEN)[0].channel, in_dm(approved, BEN)[0].ts)
    value = f"refuse|todo|{one.id}"
    payload = approved.payload_of_click("ana", in_dm(approved, BEN)[0].channel, before, "todo_more", value)
    assert approved.people.stale_click("ana", payload).ok
    approved.told(ANA, "It is @Ben's.")
    assert todos(approved)["send"].owner == BEN


def test_what_is_for_one_person_alone_is_told_to_nobody_else(folder: Path) -> None:
    with open_office(folder) as office:
        office.people.post("ana", "dev", "Good morning!")
        office.people.post("ben", "dev", SENDS)
        office.people.post("ben", "dev", BOOK)
        office.people.slash("ana", "dev", "/followups 7d for me")
        card = office.card(office.world.dm(ANA).id)
        assert "eeps 2 to-dos, for you alone" in shown(card)
        office.people.click("ana", card.channel, card.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        office.settled(lambda o: not o.unfinished())
        assert in_dm(office, BEN) == []
        assert [m for m in office.world.bot_messages(DEV) if "To-do" in shown(m)] == []
        summary(office, card.channel)
        mine = next(m for m in in_dm(office, ANA) if "Your to-dos" in shown(m))
        choose(office, "ana", mine, "give", todos(office)["book"])
        office.people.submit("ana", form(office, ANA), {"todo": {"pick": BEN}})
        view = office.world.top_view(ANA)
        assert view is not None
        assert "for you alone" in str(view.errors)


def test_an_owner_who_is_a_guest_is_sent_nothing_and_who_approved_is_told(office: Office) -> None:
    office.people.post("gus", "general", "I will send the notes to the customers.")
    office.people.post("ana", "general", "Thanks!")
    card = office.ask("/followups 7d", channel="general")
    office.people.click("ana", card.channel, card.ts, "draft_approve")
    office.told(ANA, "@Gus cannot be sent to-dos")
    office.settled(lambda o: not o.unfinished())
    assert in_dm(office, "U0GUS") == []
    assert todos(office)["send"].owner == "U0GUS"


def test_owner_and_day_can_be_picked_in_the_edit_form(office: Office) -> None:
    office.people.post("ben", "dev", SENDS)
    card = office.ask("/followups 7d")
    office.people.click("ana", DEV, card.ts, "draft_edit")
    view = office.world.top_view(ANA)
    assert view is not None
    owner = next(b for b in view.blocks if b["type"] == "input" and b["label"]["text"].endswith("owner"))
    assert (owner["element"]["type"], owner["element"]["initial_user"]) == ("users_select", BEN)
    due = next(b for b in view.blocks if b["type"] == "input" and b["label"]["text"].endswith("due"))
    office.people.submit("ana", view.id, {owner["block_id"]: {"pick": DANA}, due["block_id"]: {"text": "2031-01-02"}})
    office.settled(lambda o: in_dm(o, DANA))
    assert (todos(office)["send"].owner, todos(office)["send"].due) == (DANA, date(2031, 1, 2))
    assert in_dm(office, BEN) == []
    decided = office.settled(lambda o: m if "Edits" in shown(m := o.world.messages[DEV][card.ts]) else None)
    assert "U0DANA" not in shown(decided)


def test_a_form_that_nobody_touched_changes_nothing(office: Office) -> None:
    office.people.post("ben", "dev", SENDS)
    card = office.ask("/followups 7d")
    office.people.click("ana", DEV, card.ts, "draft_edit")
    office.people.submit("ana", form(office, ANA), {})
    office.settled(lambda o: o.drafts()[0].status == "applied")
    assert office.audit(office.drafts()[0].id) == ["proposed", "approved", "item approved", "applied"]


def test_the_form_refuses_an_owner_who_can_be_given_nothing(office: Office) -> None:
    office.people.post("ben", "dev", SENDS)
    card = office.ask("/followups 7d")
    office.people.click("ana", DEV, card.ts, "draft_edit")
    view = office.world.top_view(ANA)
    assert view is not None
    owner = next(b for b in view.blocks if b["type"] == "input" and b["label"]["text"].endswith("owner"))
    office.people.submit("ana", view.id, {owner["block_id"]: {"pick": "U0GUS"}})
    view = office.world.top_view(ANA)
    assert view is not None
    assert "@Gus cannot be picked" in str(view.errors)
    assert office.drafts()[0].status == "proposed"


def test_who_was_mentioned_is_the_owner_by_account_though_they_said_nothing(office: Office) -> None:
    office.people.post("ben", "dev", "@dana can you check the invoice?")
    office.ask("/followups 7d")
    assert office.drafts()[0].payload["follow_ups"][0]["owner"] == "Dana (U0DANA)"


def test_two_people_of_one_name_are_nobody(office: Office) -> None:
    office.world.user_named("dana").real_name = "Ana"
    office.people.post("ben", "dev", "@dana can you check the invoice?")
    office.people.post("ana", "dev", "Hello everybody.")
    office.ask("/followups 7d")
    assert office.drafts()[0].payload["follow_ups"][0]["owner"] == ""


def test_the_audit_log_keeps_the_words_of_a_to_do_beside_it(approved: Office) -> None:
    one = todos(approved)["send"]
    query = select(AuditRow.facts).where(AuditRow.subject == f"todo {one.id}")
    (facts,) = approved.program.database.read(lambda session: list(session.scalars(query)))
    assert facts["owner"] == BEN
    assert facts["draft"] == one.draft_id
    assert "words_sha256" in facts
