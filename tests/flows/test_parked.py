from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from blocks.view import Item, Section
from bot.kinds import KINDS
from sandbox.fixtures import ANA, BEN, DANA, DEV
from storage.models import EffectRow
from tests.effects.hook import Hook, open_hook
from tests.flows.errands import errands, webhook
from tests.flows.office import Office, button, open_office, shown
from tests.flows.test_once import summaries

LOST_ANSWER = {"reset": True, "after": True}
LOST_CALL = {"reset": True}


def effects(office: Office) -> list[EffectRow]:
    """Every effect, in order."""
    query = select(EffectRow).order_by(EffectRow.number)
    return office.program.database.read(lambda session: list(session.scalars(query)))


def states(office: Office) -> list[str]:
    return [effect.state for effect in effects(office)]


def park(office: Office, ts: str, fault: dict[str, Any]) -> None:
    """Approve the draft while the answer to its post is lost and Slack does not let us look."""
    office.box.faults.add("conversations.history", error="missing_scope")
    office.box.faults.add("chat.postMessage", **fault)
    office.people.click("ana", DEV, ts, "draft_approve")
    asked(office, ts)


def asked(office: Office, ts: str, attempt: int = 0) -> None:
    """The question stands on the card."""

    def there(o: Office) -> bool:
        found = button(o.world.messages[DEV][ts], "effect_again")
        return found is not None and f".{attempt}|" in found["value"]

    office.settled(there)


def applied(office: Office) -> None:
    office.settled(lambda o: o.drafts()[0].status == "applied")


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found", "token_revoked"])
def test_a_post_that_cannot_be_looked_for_waits_for_a_person(talk: Office, error: str) -> None:
    card = talk.ask()
    talk.box.faults.add("conversations.history", error=error)
    talk.box.faults.add("chat.postMessage", **LOST_ANSWER)  # type: ignore[arg-type]
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    asked(talk, card.ts)
    assert "may or may not have been sent" in talk.told(ANA, "may or may not have been sent")
    talk.settled(lambda o: not o.unfinished())
    assert (talk.drafts()[0].status, states(talk)) == ("approved", ["parked"])
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "parked"]
    assert len(summaries(talk)) == 1
    assert "but not all is known to be done" in shown(talk.world.messages[DEV][card.ts])


def test_a_restart_does_not_repeat_what_is_parked(folder: Path) -> None:
    with open_office(folder) as office:
        office.talk()
        card = office.ask()
        park(office, card.ts, LOST_ANSWER)
        office.restart()
        assert states(office) == ["parked"]
        assert len(summaries(office)) == 1


def test_what_somebody_has_seen_standing_is_marked_and_not_sent_again(talk: Office) -> None:
    card = talk.ask()
    park(talk, card.ts, LOST_ANSWER)
    talk.people.click("ana", DEV, card.ts, "effect_sent")
    applied(talk)
    talk.settled(lambda o: "marked as sent by @Ana" in shown(o.world.messages[DEV][card.ts]))
    assert button(talk.world.messages[DEV][card.ts], "effect_sent") is None
    assert len(summaries(talk)) == 1
    assert effects(talk)[0].receipt == {"marked_by": ANA}
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "parked", "marked as sent", "applied"]


def test_what_did_not_arrive_is_sent_again_without_looking(talk: Office) -> None:
    card = talk.ask()
    park(talk, card.ts, LOST_CALL)
    assert summaries(talk) == []
    talk.box.faults.add("conversations.history", error="missing_scope")
    talk.people.click("ana", DEV, card.ts, "effect_again")
    applied(talk)
    assert len(summaries(talk)) == 1
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "parked", "sent again", "applied"]


def test_only_who_decides_settles_it(talk: Office) -> None:
    card = talk.ask()
    park(talk, card.ts, LOST_ANSWER)
    for action in ("effect_again", "effect_sent"):
        talk.people.click("ben", DEV, card.ts, action)
    assert "Only @Ana can decide" in talk.told(BEN, "can decide")
    talk.settled(lambda o: not o.unfinished())
    assert states(talk) == ["parked"]
    assert len(summaries(talk)) == 1


def test_the_second_to_settle_it_changes_nothing_and_is_told(talk: Office) -> None:
    card = talk.ask()
    park(talk, card.ts, LOST_CALL)
    before = talk.world.snapshot(DEV, card.ts)
    talk.people.click("ana", DEV, card.ts, "effect_again")
    talk.people.click("ana", DEV, card.ts, "effect_sent", message=before)
    talk.people.click("ana", DEV, card.ts, "effect_again", message=before)
    assert "settled this already" in talk.told(ANA, "settled this already")
    applied(talk)
    talk.settled(lambda o: not o.unfinished())
    assert len(summaries(talk)) == 1
    assert talk.audit(talk.drafts()[0].id).count("sent again") == 1
    assert "marked as sent" not in talk.audit(talk.drafts()[0].id)


def test_an_answer_to_an_earlier_question_is_no_answer_to_the_next(talk: Office) -> None:
    card = talk.ask()
    park(talk, card.ts, LOST_CALL)
    before = talk.world.snapshot(DEV, card.ts)
    talk.box.faults.add("conversations.history", error="missing_scope")
    talk.box.faults.add("chat.postMessage", **LOST_ANSWER)  # type: ignore[arg-type]
    talk.people.click("ana", DEV, card.ts, "effect_again")
    asked(talk, card.ts, attempt=1)
    talk.people.click("ana", DEV, card.ts, "effect_again", message=before)
    assert talk.told(ANA, "settled this already")
    talk.settled(lambda o: not o.unfinished())
    assert (states(talk), len(summaries(talk))) == (["parked"], 1)
    talk.people.click("ana", DEV, card.ts, "effect_sent")
    applied(talk)
    assert len(summaries(talk)) == 1


def test_a_click_on_what_was_never_parked_does_nothing(talk: Office) -> None:
    card = talk.ask()
    park(talk, card.ts, LOST_ANSWER)
    forged = talk.payload_of_click("ana", DEV, talk.world.snapshot(DEV, card.ts), "effect_again")
    forged["actions"][0]["value"] = forged["actions"][0]["value"].replace("0.0|", "7.0|")
    assert talk.dispatch("interactive", forged).ok
    assert talk.told(ANA, "settled this already")
    assert states(talk) == ["parked"]


def test_the_parts_after_a_parked_one_wait_for_it(folder: Path) -> None:
    words = [Section("", tuple(Item(f"points.{number}", f"{number} " + "word " * 100) for number in range(60)))]
    long = replace(KINDS["summary"], show=lambda _payload: words)
    with open_office(folder, kinds={"summary": long}) as office:
        office.talk()
        card = office.ask()
        park(office, card.ts, LOST_CALL)
        assert states(office) == ["parked"] + ["waiting"] * (len(states(office)) - 1)
        assert len(states(office)) > 2
        office.people.click("ana", DEV, card.ts, "effect_again")
        applied(office)
        posted = [m.ts for m in office.world.bot_messages(DEV) if m.ts != card.ts]
        assert [effect.receipt["ts"] for effect in effects(office)] == posted == sorted(posted)


def test_what_goes_elsewhere_does_not_wait_and_the_draft_is_applied_when_all_is_settled(folder: Path) -> None:
    with open_hook() as hook, office_with_errands(folder, hook, idempotent=False) as office:
        hook.answers = [0]
        card = ask_errand(office)
        office.people.click("ana", DEV, card, "draft_approve")
        asked(office, card)
        office.settled(lambda o: not o.unfinished())
        assert states(office) == ["done", "parked", "done"]
        assert effects(office)[2].receipt == {"dry_run": "Errand 2"}
        assert office.drafts()[0].status == "approved"
        office.people.click("ana", DEV, card, "effect_sent")
        applied(office)
        assert (states(office), len(hook.calls), len(summaries(office))) == (["done"] * 3, 1, 1)


def test_two_processes_at_the_same_call_make_it_once_and_ask_a_person(folder: Path) -> None:
    with open_hook() as hook, office_with_errands(folder, hook, idempotent=False) as office:
        hook.go_on = threading.Event()
        card = ask_errand(office)
        office.people.click("ana", DEV, card, "draft_approve")
        assert hook.arrived.wait(10)
        draft = office.drafts()[0]
        assert office.program.desk.apply.perform(draft.id, draft.version, 1) == "parked"
        hook.go_on.set()
        office.settled(lambda o: not o.unfinished())
        assert (states(office), len(hook.calls)) == (["done", "parked", "done"], 1)
        asked(office, card)
        office.people.click("ana", DEV, card, "effect_sent")
        applied(office)
        assert len(hook.calls) == 1


def test_a_failure_beside_a_parked_effect_waits_for_the_answer_and_can_then_be_tried_again(folder: Path) -> None:
    with open_hook() as hook, office_with_errands(folder, hook, idempotent=True) as office:
        hook.answers = [400]
        card = ask_errand(office)
        park(office, card, LOST_ANSWER)
        office.settled(lambda o: not o.unfinished())
        assert (states(office), office.drafts()[0].status) == (["parked", "failed", "waiting"], "approved")
        office.people.click("ana", DEV, card, "effect_sent")
        office.settled(lambda o: o.drafts()[0].status == "failed")
        office.settled(lambda o: button(o.world.messages[DEV][card], "draft_retry"))
        assert len(hook.calls) == 1
        office.people.click("ana", DEV, card, "draft_retry")
        applied(office)
        assert (states(office), len(hook.calls), len(summaries(office))) == (["done"] * 3, 2, 1)


def test_after_the_first_act_an_approver_who_left_fails_the_draft_and_does_not_put_it_up_again(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @ana @dana")
    talk.told(ANA, "decided by")
    card = talk.ask()
    park(talk, card.ts, LOST_ANSWER)
    talk.settled(lambda o: not o.unfinished())  # else the job that parked it may find all done, and close the draft
    talk.people.leave("ana", "dev")
    talk.people.click("dana", DEV, card.ts, "effect_sent")
    talk.settled(lambda o: o.drafts()[0].status == "failed")
    assert "no longer in #dev" in talk.drafts()[0].problem
    assert (states(talk), len(summaries(talk))) == (["done"], 1)
    assert DANA in [*effects(talk)[0].receipt.values()]


def test_after_the_first_act_a_change_of_the_source_does_not_put_it_up_again(talk: Office) -> None:
    card = talk.ask()
    park(talk, card.ts, LOST_CALL)
    talk.settled(lambda o: not o.unfinished())
    friday = next(ts for ts, m in talk.world.messages[DEV].items() if m.user == DANA and "Friday" in m.text)
    talk.people.edit("dana", "dev", friday, "We decided to ship on Monday.")
    talk.people.click("ana", DEV, card.ts, "effect_again")
    applied(talk)
    assert (talk.drafts()[0].version, len(summaries(talk))) == (1, 1)
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "approved", "parked", "sent again", "applied"]


def test_what_an_effect_does_cannot_be_changed_behind_the_approval(folder: Path) -> None:
    with open_hook() as hook, open_hook() as other, office_with_errands(folder, hook, idempotent=True) as office:
        card = ask_errand(office)
        office.box.faults.add("users.info", delay=0.5)
        office.people.click("ana", DEV, card, "draft_approve")
        office.settled(lambda o: effects(o))
        change = update(EffectRow).where(EffectRow.number == 1).values(target=webhook(other.url))
        office.program.database.write(lambda session: session.execute(change))
        office.settled(lambda o: o.drafts()[0].status == "failed")
        assert "not what was approved" in office.drafts()[0].problem
        assert (hook.calls, other.calls, summaries(office)) == ([], [], [])


def office_with_errands(folder: Path, hook: Hook, *, idempotent: bool) -> Any:
    """An office that knows /countersign errand: a summary, a call of the hook, and something that is only tried out."""
    kinds = errands(webhook(hook.url, idempotent=idempotent), {"sort": "dry_run"})
    return open_office(folder, more={"webhook_private": True}, kinds=kinds)


def ask_errand(office: Office) -> str:
    """Have the errand asked for; the ts of its card."""
    office.talk()
    return office.ask("/countersign errand").ts
