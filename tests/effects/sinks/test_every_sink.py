"""What must hold of every sink, those to come included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.effects import MaybeDone, Unanswerable
from bot.effects.sinks.sink import DONE, OPEN, Task
from bot.errors import CountersignError, TryAgain
from tests.effects.sinks.receivers import RECEIVERS, Receiver

TASK = Task("t1", "Send the notes", "Ben", "U0BEN", "2026-11-26", "https://small.slack.com/archives/C0DEV/p1")
KEY, OTHER = "effect:d1:1:2", "effect:d1:1:3"
AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(params=RECEIVERS)
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    with RECEIVERS[request.param]() as opened:
        yield opened


def test_what_is_made_says_what_was_approved_and_its_link_leads_to_the_host_that_was_set_up(receiver: Receiver) -> None:
    sink = receiver.sink()
    sink.check()
    made = sink.make(TASK, KEY)
    (said,) = receiver.made()
    for words in (TASK.text, TASK.due, TASK.evidence):
        assert words in said
    assert TASK.owner in said or TASK.owner_id in said
    assert made.link == "" or made.link.startswith(f"{receiver.host}/")
    assert bool(made.ref) == (receiver.done is not None)


def test_it_is_found_by_its_key_and_nothing_else_is(receiver: Receiver) -> None:
    sink = receiver.sink()
    made, other = sink.make(TASK, KEY), sink.make(TASK, OTHER)
    try:
        found = [sink.find(KEY), sink.find(OTHER), sink.find("effect:d2:1:2")]
    except Unanswerable:
        found = [None] * 3
    assert found == ([made, other, None] if receiver.done else [None] * 3)


@pytest.mark.parametrize("fault", ["before", "after", 503])
def test_after_a_lost_answer_it_is_asked_for_or_a_person_is(receiver: Receiver, fault: str | int) -> None:
    sink = receiver.sink()
    receiver.faults(fault)
    with pytest.raises((MaybeDone, Unanswerable)) as lost:
        sink.make(TASK, KEY)
    if lost.type is Unanswerable:
        with pytest.raises(Unanswerable):
            sink.find(KEY)
        return
    if sink.find(KEY) is None:
        sink.make(TASK, KEY)
    assert len(receiver.made()) == 1


def test_a_refusal_is_for_good_and_tells_no_secret(receiver: Receiver) -> None:
    receiver.faults(422)
    with pytest.raises(CountersignError) as refused:
        receiver.sink().make(TASK, KEY)
    assert not isinstance(refused.value, TryAgain)
    assert receiver.secret not in str(refused.value)


def test_who_asks_to_be_called_later_has_made_nothing(receiver: Receiver) -> None:
    receiver.faults(429)
    with pytest.raises(TryAgain) as later:
        receiver.sink().make(TASK, KEY)
    assert not isinstance(later.value, MaybeDone)


def test_what_could_not_be_reached_was_not_sent(receiver: Receiver, free_port: int) -> None:
    for name, value in receiver.place.items():
        if isinstance(value, str) and value.startswith("http://127.0.0.1"):
            receiver.place[name] = f"http://127.0.0.1:{free_port}/"
    receiver.outside = replace(receiver.outside, slack_api=f"http://127.0.0.1:{free_port}/api/")
    with pytest.raises(TryAgain) as nowhere:
        receiver.sink().make(TASK, KEY)
    assert not isinstance(nowhere.value, MaybeDone)


def test_what_was_finished_there_is_told_once_it_is(receiver: Receiver) -> None:
    sink = receiver.sink()
    made = sink.make(TASK, KEY)
    if receiver.done is None:
        assert sink.changes(AN_HOUR_AGO) == {}
        return
    assert sink.changes(AN_HOUR_AGO).get(made.ref, OPEN) == OPEN
    receiver.done(0)
    assert sink.changes(AN_HOUR_AGO)[made.ref] == DONE


def test_words_of_any_length_and_sort_are_made_of(receiver: Receiver) -> None:
    long = Task("t1", "first line\n" + "word " * 400 + "```\n@ana {noformat} <!channel>", "B`en\n# x")
    receiver.sink().make(long, KEY)
    (said,) = receiver.made()
    assert said.count("word") >= 400


def test_other_credentials_are_refused_in_words(receiver: Receiver) -> None:
    sink = receiver.sink("wrong")
    with pytest.raises(CountersignError):
        sink.check()
