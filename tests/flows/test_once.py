from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from sandbox.fixtures import BEN, DEV
from sandbox.records import Message
from storage.models import DraftRow, MessageRow
from tests.flows.office import Office, fields, open_office, shown
from tests.flows.scripted import Scripted


def shows(office: Office, card: Message, words: str) -> bool:
    """Whether the card says this."""
    return words in shown(office.world.messages[DEV][card.ts])


def summaries(office: Office) -> list[Message]:
    """The approved summaries that stand in #dev."""
    return [
        m for m in office.world.bot_messages(DEV) if "✅ Approved by" in shown(m) and "draft_evidence" not in shown(m)
    ]


@pytest.mark.parametrize(
    "fault", [{"reset": True}, {"status": 500}, {"status": 502, "after": True}, {"reset": True, "after": True}]
)
def test_a_post_whose_answer_is_lost_stands_once(talk: Office, fault: dict[str, bool | int]) -> None:
    card = talk.ask()
    talk.box.faults.add("chat.postMessage", **fault)  # type: ignore[arg-type]
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert len(summaries(talk)) == 1


@pytest.mark.parametrize("fault", [{"reset": True, "after": True}, {"status": 503, "after": True}])
def test_a_card_whose_answer_is_lost_stands_once(talk: Office, fault: dict[str, bool | int]) -> None:
    talk.box.faults.add("chat.postMessage", **fault)  # type: ignore[arg-type]
    talk.ask()
    talk.settled(lambda office: not office.unfinished())
    assert len(talk.world.bot_messages(DEV)) == 1


def test_no_model_is_asked_again_where_slack_fails_between_its_answer_and_the_card(tmp_path: Path) -> None:
    drafter, faults = Scripted(("We ship on Friday.", "ship on Friday")), []
    with open_office(tmp_path, drafter) as office:
        office.talk()
        drafter.meanwhile = lambda: faults.append(office.box.faults.add("users.info", 4, status=500))
        assert "We ship on Friday." in shown(office.ask())
        assert [fault.times for fault in faults] == [0]  # one draft, after two attempts at least
        assert [request.written for request in office.requests()] == [None]


def test_too_many_calls_are_waited_out(talk: Office) -> None:
    talk.box.faults.rate_limit("conversations.replies")
    talk.box.faults.rate_limit("chat.update")
    assert "Read 3 messages" in shown(talk.ask())


def test_a_refused_post_fails_the_draft_in_words_and_can_be_tried_again(talk: Office) -> None:
    card = talk.ask()
    talk.box.faults.add("chat.postMessage", error="restricted_action")
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    failed = talk.settled(
        lambda o: next((m for m in [o.world.messages[DEV][card.ts]] if "draft_retry" in shown(m)), None)
    )
    assert "do not let me post there" in shown(failed)
    assert summaries(talk) == []
    talk.people.click("ana", DEV, card.ts, "draft_retry")
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert len(summaries(talk)) == 1
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "failed", "tried again", "applied"]


def test_a_draft_too_long_for_one_message_is_posted_whole_in_parts(office: Office) -> None:
    for number in range(7):
        words = " ".join(f"reason{number}x{index}" for index in range(500))
        office.people.post("ana", "dev", f"We decided to do step {number} because of these: {words}.")
    card = office.ask()
    statements = [point["text"] for point in office.drafts()[0].payload["points"]]
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    everything = " ".join(shown(m) for m in office.world.bot_messages(DEV) if m.ts != card.ts)
    assert all(text[-60:] in everything for text in statements)


def test_what_was_changed_behind_the_approval_is_not_posted(talk: Office) -> None:
    card = talk.ask()
    talk.box.faults.add("users.info", delay=0.4)
    talk.people.click("ana", DEV, card.ts, "draft_approve")

    def tamper(row: dict[str, object]) -> dict[str, object]:
        return {**row, "points": [{"text": "Pay them twice.", "evidence": []}]}

    draft = talk.drafts()[0]
    changed = update(DraftRow).where(DraftRow.id == draft.id).values(payload=tamper(draft.payload))
    talk.program.database.write(lambda session: session.execute(changed))
    talk.settled(lambda office: office.drafts()[0].status == "failed")
    assert "not what was approved" in talk.drafts()[0].problem
    assert summaries(talk) == []


def test_a_card_that_somebody_deleted_is_noted_and_the_draft_goes_on(talk: Office) -> None:
    card = talk.ask()
    snapshot = talk.world.snapshot(DEV, card.ts)
    with talk.world.changing():
        del talk.world.messages[DEV][card.ts]
    payload = talk.payload_of_click("ana", DEV, snapshot, "draft_approve")
    assert talk.dispatch("interactive", payload).ok
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert len(summaries(talk)) == 1
    lost = select(MessageRow.lost).where(MessageRow.ts == card.ts)
    assert "gone" in talk.program.database.read(lambda session: session.scalars(lost).one())


def test_work_that_was_cut_off_by_a_stop_is_finished_after_the_start(folder: Path) -> None:
    with open_office(folder) as office:
        office.talk()
        card = office.ask()
        office.box.faults.add("users.info", delay=1.5)
        office.people.click("ana", DEV, card.ts, "draft_approve")
        office.program.stop()
        office.start()
        office.settled(lambda o: o.drafts()[0].status == "applied", seconds=20)
        assert len(summaries(office)) == 1


def test_the_answer_to_a_click_goes_where_it_can_be_read_when_slack_refuses_the_first_way(talk: Office) -> None:
    card = talk.ask()
    talk.box.faults.add("response_url", status=404)
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    assert "Only @Ana can decide" in talk.told(BEN, "can decide")
    talk.settled(lambda o: o.world.calls_of("chat.postEphemeral"))


def test_a_post_that_went_through_is_not_posted_again_after_try_again_by_somebody_else(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @ben @dana")
    talk.told("U0ANA", "decided by")
    card = talk.ask()
    talk.box.faults.add("chat.postMessage", reset=True, after=True)
    talk.box.faults.rate_limit("conversations.history", times=40, retry_after=300)
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "failed", seconds=15)
    talk.box.faults.clear()
    talk.settled(lambda o: "draft_retry" in shown(o.world.messages[DEV][card.ts]))
    talk.people.leave("ben", "dev")
    talk.people.click("dana", DEV, card.ts, "draft_retry")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert len(summaries(talk)) == 1


def test_a_card_that_slack_would_not_update_for_a_while_is_brought_up_to_date(talk: Office) -> None:
    card = talk.ask()
    talk.box.faults.add("chat.update", times=2, status=503)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]))
    assert len(summaries(talk)) == 1


def test_of_many_changes_at_once_the_last_is_what_the_card_shows(talk: Office) -> None:
    card = talk.ask()
    talk.box.faults.add("chat.update", delay=0.3)
    for number in range(4):
        talk.people.click("ana", DEV, card.ts, "draft_edit", message=talk.world.snapshot(DEV, card.ts))
        form = talk.world.top_view("U0ANA")
        assert form is not None
        field = next(block for block in fields(form) if "points.0" in block)
        talk.people.click_view("ana", form.id, "draft_save", values={field: {"text": f"Version {number}."}})
        talk.people.close("ana")
        talk.world.wait_for(partial(shows, talk, card, f"Version {number}."))
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]))
    talk.settled(lambda o: not o.unfinished())
    assert "Applied" in shown(talk.world.messages[DEV][card.ts])


@pytest.mark.slow
def test_a_post_that_was_given_up_on_is_looked_for_before_it_is_tried_again(talk: Office) -> None:
    card = talk.ask()
    talk.box.faults.add("chat.postMessage", reset=True, after=True)
    silent = talk.box.faults.add("conversations.history", times=1000, status=503)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda office: "draft_retry" in shown(office.world.messages[DEV][card.ts]), seconds=30)
    with talk.world.lock:
        silent.times = 1  # the next look is the last that fails
    talk.people.click("ana", DEV, card.ts, "draft_retry")
    talk.settled(lambda office: office.drafts()[0].status == "applied", seconds=30)
    assert len(summaries(talk)) == 1


def test_an_update_that_lands_after_newer_ones_is_shown_anew(folder: Path) -> None:
    with open_office(folder, second_look_s=2) as office:
        office.talk()
        card = office.ask()
        old = office.world.snapshot(DEV, card.ts)
        office.box.faults.add("chat.update", status=503, after=True)
        office.people.click("ana", DEV, card.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        office.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]) and not o.unfinished())
        with office.world.changing():  # the one that was not answered arrives only now
            office.world.messages[DEV][card.ts].blocks = old["blocks"]
        office.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]))


def test_an_update_that_a_killed_process_had_begun_is_shown_anew_if_it_lands_after_newer_ones(folder: Path) -> None:
    with open_office(folder, second_look_s=2) as office:
        office.talk()
        card = office.ask()
        old = office.world.snapshot(DEV, card.ts)
        # What a kill -9 leaves behind while Slack has not answered: the update is begun, and nobody waits for it.
        begun = update(MessageRow).where(MessageRow.ts == card.ts).values(update_unclear=True)
        office.program.database.write(lambda session: session.execute(begun))
        office.people.click("ana", DEV, card.ts, "draft_approve")
        office.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]) and not o.unfinished())
        with office.world.changing():
            office.world.messages[DEV][card.ts].blocks = old["blocks"]
        office.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]))


def test_a_click_on_a_card_that_is_out_of_date_brings_it_up_to_date(talk: Office) -> None:
    card = talk.ask()
    old = talk.world.snapshot(DEV, card.ts)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]))
    with talk.world.changing():
        talk.world.messages[DEV][card.ts].blocks = old["blocks"]
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "Applied" in shown(o.world.messages[DEV][card.ts]))
