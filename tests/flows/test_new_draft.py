from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import update

from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import Message
from storage.models import DraftRow
from tests.databases import EACH
from tests.flows.office import Office, button, open_office, shown
from tests.flows.scripted import Scripted
from tests.flows.test_moved import copy_of, edited, posts, sent_back

WRITING = "is being written"


@pytest.fixture
def drafter() -> Scripted:
    return Scripted(("Ben writes the notes.", "Ben writes the notes"))


@pytest.fixture
def talk(folder: Path, drafter: Scripted, database_url: str) -> Iterator[Office]:
    with open_office(folder, drafter, database_url) as office:
        office.talk()
        yield office


def asked_anew(office: Office, drafter: Scripted, meanwhile: Callable[[], object]) -> Message:
    """The card of a draft whose source has changed; a new one was asked for, and this happened while it was written."""
    card = office.ask()
    edited(office)
    office.people.click("ana", DEV, card.ts, "draft_approve")
    sent_back(office, card)
    drafter.meanwhile = meanwhile
    office.people.click("ana", DEV, card.ts, "draft_renew")
    office.settled(lambda o: len(o.requests()) == 2 and not o.unfinished())
    drafter.meanwhile = lambda: None
    return card


def statuses(office: Office) -> list[str]:
    return [draft.status for draft in office.drafts()]


def outcome(office: Office) -> str:
    """What became of the request for the new draft."""
    return next(row.status for row in office.requests() if " instead of " in row.once)


def placeholder(office: Office) -> Message:
    """What stands where the new draft was to be."""
    return [m for m in office.world.bot_messages(DEV) if "✅ Approved by" not in shown(m)][-1]


def cancelled_by(office: Office, who: str) -> None:
    office.people.click(who, DEV, placeholder(office).ts, "request_cancel")


def test_until_the_new_draft_is_there_the_old_one_waits_with_its_buttons_and_says_so(
    talk: Office, drafter: Scripted
) -> None:
    seen: list[Message] = []

    def look() -> None:
        old = talk.drafts()[0]
        assert old.status == "proposed"
        copy = next(m for m in talk.world.bot_messages(DEV) if button(m, "draft_approve"))
        seen.append(talk.settled(lambda o: m if WRITING in shown(m := copy_of(o, copy)) else None))
        assert button(seen[0], "draft_approve") is not None
        assert button(seen[0], "draft_renew") is None

    card = asked_anew(talk, drafter, look)
    assert len(seen) == 1
    assert statuses(talk) == ["superseded", "proposed"]
    assert "Superseded by <@U0ANA>" in shown(copy_of(talk, card))
    assert WRITING not in shown(copy_of(talk, card))


@pytest.mark.parametrize(
    ("action", "status", "said"),
    [
        ("draft_approve", "applied", "The earlier draft was approved by @Ana meanwhile"),
        ("withdraw", "withdrawn", "The earlier draft was withdrawn by @Ana meanwhile"),
    ],
)
def test_who_decides_on_the_old_draft_first_wins_and_who_wanted_a_new_one_is_told(
    talk: Office, drafter: Scripted, action: str, status: str, said: str
) -> None:
    def decide() -> None:
        old = talk.drafts()[0]
        copy = next(m for m in talk.world.bot_messages(DEV) if button(m, "draft_approve"))
        if action == "withdraw":
            talk.people.click("ana", DEV, copy.ts, "draft_more", f"withdraw|{old.id}|{old.version}")
        else:
            talk.people.click("ana", DEV, copy.ts, action)

    card = asked_anew(talk, drafter, decide)
    assert statuses(talk) == [status]
    assert outcome(talk) == "refused"
    assert said in talk.told(ANA, "so no new one takes its place")
    assert said in shown(placeholder(talk))
    assert "waits as before" not in shown(placeholder(talk))
    assert WRITING not in shown(copy_of(talk, card))
    assert len(posts(talk)) == (1 if status == "applied" else 0)


def test_a_draft_that_was_edited_meanwhile_is_not_lost_to_a_new_one(talk: Office, drafter: Scripted) -> None:
    def edit() -> None:
        copy = next(m for m in talk.world.bot_messages(DEV) if button(m, "draft_approve"))
        talk.people.click("ana", DEV, copy.ts, "draft_edit")
        form = talk.world.top_view(ANA)
        assert form is not None
        field = next(block["block_id"] for block in form.blocks if "points.0" in block.get("block_id", ""))
        talk.people.click_view("ana", form.id, "draft_save", values={field: {"text": "We ship on Monday."}})

    card = asked_anew(talk, drafter, edit)
    assert [(draft.status, draft.version) for draft in talk.drafts()] == [("proposed", 3)]
    assert "was changed meanwhile" in talk.told(ANA, "The earlier draft waits as before.")
    back = copy_of(talk, card)
    assert WRITING not in shown(back)
    assert "We ship on Monday." in shown(back)
    assert button(back, "draft_renew") is not None


def test_a_new_draft_that_is_refused_leaves_the_old_one_as_it_was_and_can_be_asked_for_again(
    talk: Office, drafter: Scripted
) -> None:
    def fail() -> None:
        raise CountersignError("The model is on strike.")

    card = asked_anew(talk, drafter, fail)
    assert statuses(talk) == ["proposed"]
    assert "The model is on strike. The earlier draft waits as before." in talk.told(ANA, "on strike")
    assert "The earlier draft waits as before." in shown(placeholder(talk))
    back = copy_of(talk, card)
    assert WRITING not in shown(back)
    assert button(back, "draft_approve") is not None
    talk.people.click("ana", DEV, card.ts, "draft_renew")
    talk.settled(lambda o: statuses(o) == ["superseded", "proposed"])


def test_a_new_draft_that_fails_by_a_fault_of_ours_leaves_the_old_one_as_it_was(
    talk: Office, drafter: Scripted
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    card = asked_anew(talk, drafter, fail)
    assert statuses(talk) == ["proposed"]
    assert "Reference" in talk.told(ANA, "The earlier draft waits as before.")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: statuses(o) == ["applied"])


def test_a_new_draft_that_is_cancelled_leaves_the_old_one_as_it_was(talk: Office, drafter: Scripted) -> None:
    card = asked_anew(talk, drafter, partial(cancelled_by, talk, "ana"))
    assert statuses(talk) == ["proposed"]
    assert outcome(talk) == "cancelled"
    assert "Cancelled" in shown(placeholder(talk))
    back = copy_of(talk, card)
    assert WRITING not in shown(back)
    assert button(back, "draft_renew") is not None


def test_a_lead_who_wants_a_new_draft_can_cancel_it_and_is_told_when_the_asker_does(
    talk: Office, drafter: Scripted
) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @dana")
    talk.told(ANA, "decided by")
    card = talk.ask()
    edited(talk)
    talk.people.click("dana", DEV, card.ts, "draft_approve")
    sent_back(talk, card)
    for number, who in enumerate(("ana", "dana"), 2):
        drafter.meanwhile = partial(cancelled_by, talk, who)
        talk.people.click("dana", DEV, card.ts, "draft_renew")
        talk.settled(lambda o: not o.unfinished())
        assert len(talk.requests()) == number
    assert [row.status for row in talk.requests() if " instead of " in row.once] == ["cancelled", "cancelled"]
    assert "@Ana cancelled the new draft that you asked for. The earlier" in talk.told(DANA, "cancelled the new")
    assert statuses(talk) == ["proposed"]


def test_if_the_old_draft_expires_meanwhile_the_new_one_still_comes(talk: Office, drafter: Scripted) -> None:
    def expire() -> None:
        old = talk.drafts()[0]
        past = datetime.now(UTC) - timedelta(seconds=1)
        change = update(DraftRow).where(DraftRow.id == old.id).values(expires_at=past)
        talk.program.database.write(lambda session: session.execute(change))
        assert talk.program.desk.timers.expire(old.id, 7)

    card = asked_anew(talk, drafter, expire)
    assert statuses(talk) == ["expired", "proposed"]
    new = talk.card(DEV)
    assert f"p{new.ts.replace('.', '')}" in shown(copy_of(talk, card))


@pytest.mark.parametrize("sort", EACH)
def test_of_approve_and_the_store_of_the_new_draft_at_the_same_moment_exactly_one_wins(
    talk: Office, drafter: Scripted
) -> None:
    at_once = Barrier(2, timeout=20)
    with ThreadPoolExecutor(1) as pool:

        def approve() -> None:
            old = talk.drafts()[0]
            copy = next(m for m in talk.world.bot_messages(DEV) if button(m, "draft_approve"))
            payload = talk.payload_of_click("ana", DEV, talk.world.snapshot(DEV, copy.ts), "draft_approve")
            assert old.status == "proposed"

            def click() -> None:
                at_once.wait()
                talk.dispatch("interactive", payload)

            pool.submit(click)
            at_once.wait()

        asked_anew(talk, drafter, approve)
    talk.settled(lambda o: not o.unfinished())
    if len(talk.drafts()) == 1:
        assert statuses(talk) == ["applied"]
        talk.told(ANA, "The earlier draft was approved by @Ana meanwhile")
    else:
        assert statuses(talk) == ["superseded", "proposed"]
        talk.told(ANA, "already replaced with a new draft by you")
    assert len(posts(talk)) == statuses(talk).count("applied")


def test_the_new_draft_comes_over_a_restart_and_supersedes_the_old_one_then(talk: Office) -> None:
    card = talk.ask()
    edited(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    sent_back(talk, card)
    talk.settled(lambda o: not o.unfinished())
    talk.people.click("ana", DEV, card.ts, "draft_renew")
    talk.program.stop()
    talk.start()
    talk.settled(lambda o: statuses(o) == ["superseded", "proposed"])
    assert talk.audit(talk.drafts()[0].id)[-2:] == ["new draft asked for", "superseded"]


def test_a_second_wish_for_a_new_draft_is_answered_while_one_is_written(talk: Office, drafter: Scripted) -> None:
    def again() -> None:
        copy = next(m for m in talk.world.bot_messages(DEV) if button(m, "draft_approve"))
        payload = talk.payload_of_click("ana", DEV, talk.world.snapshot(DEV, copy.ts), "draft_approve")
        payload["actions"][0] |= {"action_id": "draft_renew"}
        talk.dispatch("interactive", payload)

    asked_anew(talk, drafter, again)
    assert len(talk.requests()) == 2
    talk.told(ANA, "A new draft is being written already.")


def test_where_a_new_draft_finds_nothing_the_old_one_waits_and_who_wanted_it_is_told(office: Office) -> None:
    office.talk()
    card = office.ask("/followups")
    for ts, said in list(office.world.messages[DEV].items()):
        if said.user in (BEN, DANA):
            office.people.edit("ben" if said.user == BEN else "dana", "dev", ts, "Good morning.")
    office.people.click("ana", DEV, card.ts, "draft_approve")
    sent_back(office, card)
    office.people.click("ana", DEV, card.ts, "draft_renew")
    office.settled(lambda o: len(o.requests()) == 2 and not o.unfinished())
    assert outcome(office) == "empty"
    assert statuses(office) == ["proposed"]
    office.told(ANA, "The earlier draft waits as before.")
    assert button(copy_of(office, card), "draft_renew") is not None
