from __future__ import annotations

import copy
from typing import Any

import pytest

from sandbox.delivery import Answer
from tests.flows.digests.test_form import FILLED, form
from tests.flows.digests.week import all_of
from tests.flows.office import Office


@pytest.mark.parametrize("hour", ["", "11:30"])
def test_a_form_that_is_sent_again_since_slack_heard_no_answer_sets_up_one_digest_as_it_was_sent_last(
    talk: Office, monkeypatch: pytest.MonkeyPatch, hour: str
) -> None:
    talk.people.slash("dana", "general", "/digest")
    deliver = talk.dispatch

    def twice(kind: str, payload: dict[str, Any]) -> Answer:
        again = copy.deepcopy(payload)
        if hour:
            (field,) = again["view"]["state"]["values"]["digest_hour"].values()
            field["selected_time"] = hour
        deliver(kind, payload)
        return deliver(kind, again)

    view = form(talk, "dana")
    monkeypatch.setattr(talk, "dispatch", twice)
    talk.people.submit("dana", view.id, FILLED)
    monkeypatch.undo()
    talk.settled(lambda o: not o.unfinished())
    (row,) = all_of(talk)
    assert row.plan["hour"] == (hour or "09:00")
    changed = ["changed"] if hour else []
    assert talk.audit(f"digest {row.id}") == ["set up", *changed]
