"""A channel that a lead lets us listen to: what leads to a draft that nobody typed, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.desk.heard import emoji_of
from bot.desk.listening import USAGE, Wish, read
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, DEV
from storage import policies
from storage.models import HeardRow, ListeningRow
from tests.flows.office import Office, shown
from tests.flows.rules import settle
from tests.sources.files import made


@pytest.fixture
def listened(office: Office) -> Office:
    """An office whose lead lets us listen to #dev."""
    team, now = office.program.desk.parts.team, datetime.now(UTC)
    office.program.database.write(
        lambda session: policies.set_settings(session, team, DEV, {"leads": [DANA]}, by=DANA, at=now)
    )
    listen(office, "on 2")
    return office


def listen(office: Office, how: str, user: str = "dana") -> None:
    office.people.slash(user, "dev", f"/countersign listen {how}")
    office.settled(lambda o: not o.unfinished())


def heard(office: Office) -> list[tuple[str, str]]:
    """What is kept of what was heard."""
    rows = office.program.database.read(lambda session: list(session.scalars(select(HeardRow))))
    return [(row.ts, row.why) for row in rows]


def lets(office: Office) -> list[ListeningRow]:
    """Who lets us listen, and where."""
    return office.program.database.read(lambda session: list(session.scalars(select(ListeningRow))))


def three_hours_later(office: Office) -> None:
    """Everything that is kept is due; looked at twice, as by two processes."""
    change = update(HeardRow).values(due=datetime.now(UTC) - timedelta(minutes=1))
    office.program.database.write(lambda session: session.execute(change))
    for _ in range(2):
        office.program.desk.overheard.tick()
    office.settled(lambda o: not o.unfinished())


def looked_at(office: Office) -> None:
    """What is due now is looked at."""
    office.program.desk.overheard.tick()
    office.settled(lambda o: not o.unfinished())


def in_dm(office: Office, user: str) -> list[str]:
    return [shown(message) for message in office.world.bot_messages(office.world.dm(user).id)]


def test_a_thread_that_went_quiet_is_drafted_for_the_lead_alone_and_posted_in_it_once_approved(
    listened: Office,
) -> None:
    root = listened.talk()
    assert heard(listened) == [(root, "quiet")]
    three_hours_later(listened)
    card = listened.card(listened.world.dm(DANA).id)
    assert "send the notes to the customers by Thursday." in shown(card)
    assert "since the thread went quiet" in shown(card)
    assert len(listened.drafts()) == 1
    assert not [m for m in listened.world.bot_messages(DEV) if m.thread_ts == root]
    listened.people.click("dana", card.channel, card.ts, "draft_approve")
    posted = listened.message_with(DEV, "Approved by <@U0DANA>")
    assert posted.thread_ts == root
    assert heard(listened) == [], "the words of our own are not listened to"


def test_a_thread_is_drafted_by_itself_once_however_often_its_events_come(listened: Office) -> None:
    listened.box.faults.duplicate_next("events_api", times=9)
    root = listened.talk()
    three_hours_later(listened)
    listened.people.post("ben", "dev", "I will call the printer, too.", thread_ts=root)
    three_hours_later(listened)
    assert len(listened.requests()) == 1
    assert heard(listened) == []


def test_a_thread_in_which_nobody_took_anything_on_asks_for_nothing(listened: Office) -> None:
    root = listened.people.post("ana", "dev", "Lovely weather.")
    listened.people.post("ben", "dev", "Yes, lovely.", thread_ts=root)
    three_hours_later(listened)
    assert listened.requests() == []
    assert heard(listened) == []


def test_a_message_without_replies_is_not_kept(listened: Office) -> None:
    listened.people.post("ana", "dev", "I will send the notes by Thursday.")
    assert heard(listened) == []


def test_a_channel_that_did_not_opt_in_leaves_no_trace(office: Office) -> None:
    root = office.talk()
    office.people.react("ana", DEV, root, "memo")
    office.people.upload("ana", "dev", "call.vtt", made.VTT.encode())
    assert heard(office) == []


def test_a_shared_transcript_is_drafted_at_once(listened: Office) -> None:
    ts = listened.people.upload(
        "ana", "dev", "call.vtt", b"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ben>I will call them."
    )
    looked_at(listened)
    card = listened.card(listened.world.dm(DANA).id)
    assert "I will call them" in shown(card)
    assert listened.requests()[0].thread_ts == ts


def test_a_reaction_to_a_reply_asks_for_its_thread_as_often_as_it_comes_once(listened: Office) -> None:
    root = listened.talk()
    reply = next(m.ts for m in listened.world.thread(DEV, root) if m.ts != root)
    for _ in range(3):  # added, taken back, added
        listened.people.react("ana", DEV, reply, "memo")
        looked_at(listened)
    assert [(one.thread_ts, one.by) for one in listened.requests()] == [(root, DANA)]
    three_hours_later(listened)
    assert len(listened.requests()) == 1, "what was asked for by a reaction is not drafted again once it is quiet"


def test_who_reacts_is_told_that_there_is_nothing_and_that_a_day_s_drafts_are_made(listened: Office) -> None:
    root = listened.people.post("ana", "dev", "Lovely weather.")
    listened.people.react("ana", DEV, root, "memo")
    looked_at(listened)
    listened.told(ANA, "I found no follow-ups")
    for day in ("Monday", "Tuesday", "Wednesday"):
        last = listened.people.post("ben", "dev", f"I will send it by {day}.")
        listened.people.react("ana", DEV, last, "memo")
        looked_at(listened)
    assert len(listened.requests()) == 2
    listened.told(ANA, "2 drafts were made of this channel in the last 24 hours")
    assert heard(listened) == [(last, "reaction")], "it waits for tomorrow"


def test_a_bot_s_message_and_a_bot_s_reaction_order_nothing(listened: Office) -> None:
    root = listened.talk()
    desk = listened.program.desk
    desk.overheard.reacted(DEV, root, "memo", by=listened.world.app.bot_user_id)
    looked_at(listened)
    assert listened.requests() == []


def test_only_a_lead_lets_us_listen_and_the_channel_is_told_of_it_and_of_its_end(listened: Office) -> None:
    listen(listened, "on", user="ben")
    listened.told("U0BEN", "Only @Dana can change that")
    assert "lets me listen here" in shown(listened.message_with(DEV, "at most 2 a day"))
    listened.talk()
    listen(listened, "off")
    listened.message_with(DEV, "I listen here no more")
    assert heard(listened) == [], "what was heard is forgotten"
    listened.people.post("ana", "dev", "And now?", thread_ts=listened.talk())
    assert heard(listened) == []
    assert listened.audit(f"channel {DEV}") == ["listening allowed", "listening ended"]


def test_nobody_is_listened_to_on_the_word_of_somebody_who_left(listened: Office) -> None:
    listened.talk()
    listened.world.user_named("dana").deleted = True
    three_hours_later(listened)
    assert listened.requests() == []
    assert lets(listened) == []


def test_nobody_is_listened_to_who_was_not_told(office: Office) -> None:
    settle(office, leads=[DANA])
    office.box.faults.add("chat.postMessage", error="restricted_action")
    listen(office, "on")
    assert lets(office) == []
    office.box.faults.add("chat.postMessage", status=500)
    listen(office, "on")
    assert len(lets(office)) == 1
    assert "lets me listen here" in shown(office.message_with(DEV, "at most 5 a day"))


def test_a_day_s_drafts_are_no_more_however_many_threads_went_quiet_at_once(listened: Office) -> None:
    for day in ("Monday", "Tuesday", "Wednesday"):
        root = listened.people.post("ana", "dev", f"What about {day}?")
        listened.people.post("ben", "dev", f"I will send it by {day}.", thread_ts=root)
    three_hours_later(listened)
    assert len(listened.requests()) == 2
    assert len(heard(listened)) == 1


def test_a_thread_that_somebody_has_a_draft_of_is_not_drafted_again(listened: Office) -> None:
    root = listened.talk()
    listened.people.post("ana", "dev", "@countersign followups", thread_ts=root)
    listened.card(DEV)
    for user, message in (("ana", root), ("ben", root)):
        listened.people.react(user, DEV, message, "memo")
    three_hours_later(listened)
    assert len(listened.requests()) == 1
    listened.told(BEN, "waits to be decided on")


def test_who_lets_us_listen_may_approve_where_nobody_approves_what_they_asked_for(listened: Office) -> None:
    settle(listened, leads=[DANA], self_approval=False)
    listened.talk()
    three_hours_later(listened)
    assert "waits for @Dana" in shown(listened.card(listened.world.dm(DANA).id))


def test_nobody_is_listened_to_on_the_word_of_who_leads_no_more(listened: Office) -> None:
    settle(listened, leads=[BEN])
    listened.talk()
    three_hours_later(listened)
    assert lets(listened) == []
    assert listened.requests() == []
    assert any("I listen to #dev no more" in said for said in in_dm(listened, BEN))


def test_what_was_shared_and_is_gone_is_let_go(listened: Office) -> None:
    ts = listened.people.upload("ana", "dev", "call.vtt", made.VTT.encode())
    listened.people.delete("ana", DEV, ts)
    looked_at(listened)
    assert heard(listened) == []
    assert listened.requests() == []


@pytest.mark.parametrize(("reaction", "name"), [("memo", "memo"), ("raised_hands::skin-tone-3", "raised_hands")])
def test_a_reaction_counts_in_every_tone(reaction: str, name: str) -> None:
    assert emoji_of(reaction) == name


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("on", Wish(on=True)),
        ("ON 3", Wish(on=True, a_day=3)),
        ("on :pencil:", Wish(on=True, emoji="memo")),
        ("on 12 :Memo:", Wish(on=True, a_day=12)),
        ("off", Wish(on=False)),
    ],
)
def test_what_may_be_typed(typed: str, wish: Wish) -> None:
    assert read(typed) == wish


@pytest.mark.parametrize("typed", ["on 0", "on 51", "on three", "maybe", "off 3", "on :a b:"])
def test_what_cannot_be_understood_is_answered_with_what_can(typed: str) -> None:
    with pytest.raises(CountersignError, match="/countersign listen on 3 :pushpin:"):
        read(typed)
    assert "listen off" in USAGE
