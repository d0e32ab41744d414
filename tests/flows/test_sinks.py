from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.desk.todo_sync import EVERY_S
from bot.effects import Effect, MaybeDone
from bot.work import Job
from sandbox.fixtures import ANA, BEN, DEV
from storage import sinks
from storage.models import EffectRow
from tests.effects.sinks.receivers import Receiver, github, webhook
from tests.flows.office import Office, button, shown
from tests.flows.sinking import receipts, sent_on, sinking, states
from tests.flows.test_todos import BOOK, SENDS, actions, approve, in_dm, summary, todos
from tests.postgres import postgres_database


@pytest.fixture
def repo() -> Iterator[Receiver]:
    with github() as opened:
        yield opened


def ask(office: Office, *said: str) -> str:
    """Have these things said by Ben, and the follow-ups in them drafted; the card's ts."""
    office.people.post("ana", "dev", "Good morning!")
    for text in said:
        office.people.post("ben", "dev", text)
    return office.ask("/followups 7d").ts


def card(office: Office, ts: str) -> str:
    return shown(office.world.messages[DEV][ts])


def test_the_card_says_where_to_dos_go_and_approval_makes_an_issue_of_each_which_the_thread_links(
    folder: Path, repo: Receiver
) -> None:
    with sinking(folder, web=repo) as office:
        ts = ask(office, SENDS, BOOK)
        assert "Sends 2 to-dos on to GitHub acme/web at git.example" in card(office, ts)
        assert repo.made() == []
        office.people.click("ana", DEV, ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        office.settled(lambda o: "acme/web#2" in shown(summary(o)))
        assert "https://git.example/acme/web/issues/1" in shown(summary(office))
        office.settled(lambda o: in_dm(o, BEN) and "acme/web#1" in shown(in_dm(o, BEN)[0]))
        assert ["end the notes" in made for made in repo.made()] == [True, False]
        office.settled(lambda o: "(acme/web#1)" in card(o, ts))
        assert "https://git.example/acme/web/issues/1" in card(office, ts)


@pytest.mark.slow
def test_on_postgresql_an_issue_is_made_and_closed_likewise(tmp_path: Path, repo: Receiver) -> None:
    with postgres_database() as url, sinking(tmp_path, url, web=repo) as office:
        approve(office, SENDS)
        assert repo.done is not None
        repo.done(0)
        look(office, 1)
        office.settled(lambda o: "done in acme/web#1" in shown(summary(o)))


def test_an_issue_whose_answer_was_lost_is_found_and_not_made_again(folder: Path, repo: Receiver) -> None:
    with sinking(folder, web=repo) as office:
        repo.faults("after")
        approve(office, SENDS)
        assert len(repo.made()) == 1
        assert [one["ref"] for one in receipts(office)] == ["1"]


def test_after_a_crash_between_the_issue_and_its_receipt_none_is_made_again(folder: Path, repo: Receiver) -> None:
    with sinking(folder, web=repo) as office:
        approve(office, SENDS)
        draft, (effect,) = office.drafts()[0], sent_on(office)

        def rewind(session: Any) -> None:
            session.get_one(type(draft), draft.id).status = "approved"
            begun = {"state": "sending", "unclear": True, "receipt": {}}
            session.execute(update(EffectRow).where(EffectRow.key == effect.key).values(**begun))
            office.program.work.enqueue(session, Job("apply", "apply-after-a-crash", (draft.id, str(draft.version))))

        office.program.database.write(rewind)
        office.settled(lambda o: o.drafts()[0].status == "applied")
        assert (len(repo.made()), receipts(office)[0]["ref"]) == (1, "1")


def test_what_was_begun_a_moment_ago_and_is_not_seen_yet_is_not_made_again_until_it_must_be_there(
    folder: Path, repo: Receiver
) -> None:
    with sinking(folder, web=repo) as office:
        approve(office, SENDS)
        (done,) = sent_on(office)
        performer = office.program.desk.parts.performers["sink"]

        def again(seconds: float) -> None:
            tried_at = datetime.now(UTC) - timedelta(seconds=seconds)
            performer.perform(Effect("effect:another:1:2", done.title, done.target, tried_at=tried_at), again=True)

        with pytest.raises(MaybeDone, match="does not show it yet"):
            again(20)
        assert len(repo.made()) == 1
        again(40)
        assert len(repo.made()) == 2


def test_a_sink_that_refuses_holds_up_neither_owners_nor_another_sink_and_can_be_tried_again(
    folder: Path, repo: Receiver
) -> None:
    with webhook(heeds_keys=True) as hook, sinking(folder, hook=hook, web=repo) as office:
        repo.faults(403)
        ts = ask(office, SENDS, BOOK)
        office.people.click("ana", DEV, ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "failed")
        office.settled(lambda o: button(o.world.messages[DEV][ts], "draft_retry"))
        office.settled(lambda o: not o.unfinished())
        assert (states(office), len(hook.made()), repo.made()) == (["done", "done", "failed", "waiting"], 2, [])
        assert in_dm(office, BEN)
        told = office.told(ANA, "GitHub acme/web at git.example refused it (HTTP 403: no).")
        assert "Not all of Follow-ups of #dev" in told
        assert "could be carried out: " in told
        assert "not all of it was carried out" in card(office, ts)
        office.people.click("ana", DEV, ts, "draft_retry")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        assert (len(repo.made()), len(hook.made()), len(in_dm(office, BEN))) == (2, 2, 1)


def test_what_may_have_been_sent_where_nobody_can_be_asked_waits_for_a_person(folder: Path) -> None:
    with webhook(heeds_keys=False) as hook, sinking(folder, hook=hook) as office:
        hook.faults("before")
        ts = ask(office, SENDS, BOOK)
        office.people.click("ana", DEV, ts, "draft_approve")
        office.settled(lambda o: button(o.world.messages[DEV][ts], "effect_again"))
        office.settled(lambda o: not o.unfinished())
        assert (states(office), len(hook.made())) == (["parked", "done"], 2)
        assert in_dm(office, BEN)
        office.people.click("ana", DEV, ts, "effect_again")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        assert (states(office), len(hook.made())) == (["done", "done"], 3)


def look(office: Office, number: int) -> None:
    """The nth look at what became of what was made."""
    job = Job("sink_look", f"look-{number}", ("web",))
    office.program.database.write(lambda session: office.program.work.enqueue(session, job))
    office.settled(lambda o: not o.unfinished())


def test_a_closed_issue_marks_the_to_do_done_in_the_thread_and_in_its_owner_s_list(
    folder: Path, repo: Receiver
) -> None:
    with sinking(folder, web=repo) as office:
        approve(office, SENDS, BOOK)
        one = todos(office)["send"]
        look(office, 1)
        assert todos(office)["send"].state == "open"
        assert repo.done is not None
        repo.done(0)
        look(office, 2)
        office.settled(lambda o: "☑" in shown(summary(o)))
        assert "1 of 2 still to do" in shown(summary(office))
        assert "done in acme/web#1" in shown(summary(office))
        bens = office.settled(lambda o: m if button(m := in_dm(o, BEN)[0], "todo_reopen") else None)
        assert actions(office, one) == ["to-do made", "to-do done"]
        office.people.click("ben", bens.channel, bens.ts, "todo_reopen")
        office.settled(lambda o: todos(o)["send"].state == "open")
        look(office, 3)
        assert todos(office)["send"].state == "open"  # the issue has not changed since


def test_an_issue_that_is_opened_again_opens_the_to_do_again_and_a_person_who_is_late_is_told(
    folder: Path, repo: Receiver
) -> None:
    with sinking(folder, web=repo) as office:
        approve(office, SENDS)
        (bens,) = in_dm(office, BEN)
        before = office.world.snapshot(bens.channel, bens.ts)
        assert repo.done is not None
        repo.done(0)
        look(office, 1)
        office.people.click("ben", bens.channel, bens.ts, "todo_done", message=before)
        office.told(BEN, "is done already: the place it was sent on to said so")
        repo.again(0)
        look(office, 2)
        assert todos(office)["send"].state == "open"
        assert actions(office, todos(office)["send"]) == ["to-do made", "to-do done", "to-do reopened"]


def test_by_the_clock_each_is_asked_once_in_five_minutes_whoever_looks_at_the_clock(
    folder: Path, repo: Receiver
) -> None:
    with webhook(heeds_keys=True) as hook, sinking(folder, hook=hook, web=repo) as office:
        approve(office, SENDS)
        made = repo.calls()
        assert repo.done is not None
        repo.done(0)
        now = office.program.desk.parts.clock()
        for _ in range(3):
            office.program.desk.todo_sync.tick()
        office.settled(lambda o: todos(o)["send"].state == "done")
        office.settled(lambda o: not o.unfinished())
        later = office.program.desk.parts.clock()
        slots = int(later.timestamp() // EVERY_S) - int(now.timestamp() // EVERY_S) + 1
        looks = (repo.calls() - made) / 2  # for the repository, and for its issues
        assert (1 <= looks <= slots, len(hook.made())) == (True, 1)


def test_a_sink_that_cannot_be_asked_keeps_why(folder: Path, repo: Receiver) -> None:
    with sinking(folder, web=repo) as office:
        approve(office, SENDS)
        repo.forbidden()
        look(office, 1)
        row = office.program.database.read(lambda session: sinks.get(session, office.world.team_id, "web"))
        assert row is not None
        assert "refused it (HTTP 403)" in row.problem


def test_a_place_that_was_removed_gets_nothing_and_the_card_says_so(folder: Path, repo: Receiver) -> None:
    with sinking(folder, web=repo) as office:
        team = office.world.team_id
        office.program.database.write(lambda session: sinks.change(session, team, "web", sealed=""))
        ts = ask(office, SENDS)
        assert "Nothing goes to web, which was removed" in card(office, ts)
        office.people.click("ana", DEV, ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        assert (states(office), repo.made()) == ([], [])


def test_what_is_for_one_person_alone_goes_nowhere(folder: Path, repo: Receiver) -> None:
    with sinking(folder, web=repo) as office:
        office.people.post("ana", "dev", "Good morning!")
        office.people.post("ben", "dev", SENDS)
        office.people.slash("ana", "dev", "/followups 7d for me")
        found = office.card(office.world.dm(ANA).id)
        assert "GitHub" not in shown(found)
        office.people.click("ana", found.channel, found.ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "applied")
        assert repo.made() == []


def test_what_was_a_to_do_before_is_not_sent_on_again(folder: Path, repo: Receiver) -> None:
    with sinking(folder, web=repo) as office:
        approve(office, SENDS)
        approve(office, "I will water the plants.")
        assert ["plants" in made for made in repo.made()] == [False, True]
        assert [one["note"] for one in receipts(office)].count("it was a to-do before, so nothing was made") == 1


def test_without_a_key_nothing_is_sent_and_the_card_says_what_to_do(folder: Path, repo: Receiver) -> None:
    with sinking(folder, web=repo) as office:
        ts = ask(office, SENDS)
        office.settled(lambda o: not o.unfinished())
        office.program.stop()
        office.settings.sink_keys = "NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU="
        office.start()
        office.people.click("ana", DEV, ts, "draft_approve")
        office.settled(lambda o: o.drafts()[0].status == "failed")
        assert "cannot be opened with SINK_KEYS" in office.drafts()[0].problem
        assert repo.made() == []
