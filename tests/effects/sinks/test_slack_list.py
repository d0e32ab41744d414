from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.effects.sinks.places import SlackListPlace
from bot.effects.sinks.sink import Outside, Task
from bot.effects.sinks.slack_list import SlackListSink
from bot.errors import CountersignError
from tests.effects.sinks.lists_api import LIST, ListsApi

KEY = "effect:d1:1:2"
TASK = Task("t1", "Send the notes", "Ben", "U0BEN", "2026-11-26", "https://small.slack.com/archives/C0DEV/p1")


@pytest.fixture
def api() -> Iterator[ListsApi]:
    opened = ListsApi("xoxb-lists")
    with opened.serving():
        yield opened


def sink(api: ListsApi, which: str = LIST) -> SlackListSink:
    place = SlackListPlace(url=f"https://acme.slack.example/lists/T0/{which}")
    return SlackListSink(place, api.secret, Outside(slack_api=f"{api.url}/api/", timeout_s=3))


def test_owner_and_day_stand_in_the_columns_that_slack_has_for_them(api: ListsApi) -> None:
    sink(api).make(TASK, KEY)
    cells = {one["column_id"]: one for one in api.rows[0]["fields"]}
    assert (cells["Col3"]["user"], cells["Col4"]["date"]) == (["U0BEN"], ["2026-11-26"])
    del api.schema[2:4]
    sink(api).make(TASK, KEY)
    assert {one["column_id"] for one in api.rows[1]["fields"]} == {"Col1", "Col5"}


@pytest.mark.parametrize(("column", "said"), [(1, "no column for what is done"), (4, "text column named Countersign")])
def test_a_list_that_lacks_a_column_is_not_taken(api: ListsApi, column: int, said: str) -> None:
    del api.schema[column]
    with pytest.raises(CountersignError, match=said):
        sink(api).check()


def test_a_list_that_lost_its_column_for_what_is_done_does_not_tell_that_all_is_open(api: ListsApi) -> None:
    sink(api).make(TASK, KEY)
    api.tick(0)
    del api.schema[1]
    with pytest.raises(CountersignError, match="no column for what is done"):
        sink(api).changes(datetime.now(UTC))


def test_a_row_is_found_on_any_page(api: ListsApi) -> None:
    made = [sink(api).make(TASK, f"{KEY}{number}") for number in range(5)]
    assert [sink(api).find(f"{KEY}{number}") for number in range(5)] == made


def test_a_list_that_is_not_there_is_said_to_be_so(api: ListsApi) -> None:
    with pytest.raises(CountersignError, match="list_not_found"):
        sink(api, "F0OTHER").check()
