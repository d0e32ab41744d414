from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.followups.due import due

BERLIN = "Europe/Berlin"
WEDNESDAY = datetime(2026, 11, 18, 14, tzinfo=ZoneInfo(BERLIN))
CASES = json.loads((Path(__file__).parents[1] / "data" / "due_dates.json").read_text())


def said(text: str, written: datetime = WEDNESDAY, zone: str = BERLIN) -> str:
    """The due date as ISO text with the hour where there is one; "none"."""
    found = due(text, written, zone)
    if found is None:
        return "none"
    return f"{found.at:%Y-%m-%d %H:%M}" if found.at else found.day.isoformat()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I'll send it by Friday.", "2026-11-20"),
        ("by Friday noon", "2026-11-20 12:00"),
        ("by noon on Friday", "2026-11-20 12:00"),
        ("please send it by Thursday 5pm", "2026-11-19 17:00"),
        ("this Friday", "2026-11-20"),
        ("I can't before, but by Monday I will", "2026-11-23"),
        ("EOD", "2026-11-18"),
        ("I'll do it by EOD", "2026-11-18"),
        ("please reply by COB Thursday", "2026-11-19"),
        ("by end of day tomorrow", "2026-11-19"),
        ("I'll send it tomorrow morning", "2026-11-19"),
        ("Ok I'll add the content later today.", "2026-11-18"),
        ("tonight", "2026-11-18"),
        ("day after tomorrow", "2026-11-20"),
        ("before Friday", "2026-11-19"),
        ("before noon tomorrow", "2026-11-19 12:00"),
        ("due 2026-11-30", "2026-11-30"),
        ("by Nov 30", "2026-11-30"),
        ("by 30 November 2026", "2026-11-30"),
        ("the deadline is December 1st", "2026-12-01"),
        ("by Dec 1, 2026 at 18:00", "2026-12-01 18:00"),
        ("by 25.11.2026", "2026-11-25"),
        ("in 3 days", "2026-11-21"),
        ("in two weeks", "2026-12-02"),
        ("in 2-3 days", "2026-11-21"),
        ("within 3 working days", "2026-11-23"),
        ("within 48 hours", "2026-11-20 14:00"),
        ("in half an hour", "2026-11-18 14:30"),
        ("a week from tomorrow", "2026-11-26"),
        ("by the 25th", "2026-11-25"),
        ("by the 15th", "2026-12-15"),
        ("by 17:00", "2026-11-18 17:00"),
        ("by tomorrow 17:00 UTC", "2026-11-19 18:00"),
        ("next Monday", "2026-11-23"),
        ("on Monday next week", "2026-11-23"),
        ("by Thursday the 26th", "2026-11-26"),
        ("by Friday 27 Nov", "2026-11-27"),
    ],
)
def test_a_deadline_that_was_said_is_resolved_against_when_it_was_written(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by next week", "2026-11-27"),
        ("can you do it next week?", "2026-11-27"),
        ("by the end of next week", "2026-11-27"),
        ("this week", "2026-11-20"),
        ("by EOW", "2026-11-20"),
        ("by the end of the month", "2026-11-30"),
        ("next month", "2026-12-31"),
        ("in December", "2026-12-31"),
        ("by end of Q4", "2026-12-31"),
        ("by end of year", "2026-12-31"),
        ("before the end of this week", "2026-11-20"),
    ],
)
def test_a_stretch_of_time_ends_on_its_last_day_and_a_week_on_its_friday(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asap",
        "soon",
        "in a few days",
        "when you have time",
        "early next week",
        "mid December",
        "by December",  # before it or in it
        "by 3:30",  # in the night or in the afternoon, of one day or the next
        "by Wednesday",  # said on a Wednesday
        "by Monday or Tuesday",
        "by Friday 28 Nov",  # a Saturday
        "by 30 February",
        "by 2026-11-31",
        "before next week",
    ],
)
def test_what_is_vague_ambiguous_or_impossible_is_no_due_date(text: str) -> None:
    assert said(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "since Friday we wait for the invoice",
        "I'm out until Monday",
        "I can look at it after Friday",
        "from Monday to Friday",
        "every Monday we meet",
        "two days ago",
        "last week",
        "Friday's call needs an agenda",
        "please prepare the agenda for Friday",
        "the Friday meeting",
        "We met on Monday, I'll send the notes.",
        "We shipped on Friday",
        "on Nov 3",  # fifteen days ago
        "please see our 24/7 support",
        "please use version 11.25",
        "the second option please",
        "by the 2nd team",
        "it takes two weeks",
        "we need 5 days for it",
        "the sun is out",
        "I sat down",
        "may I ask",
        "at the end of the day, it does not matter",
        "2 days before Friday",
    ],
)
def test_a_time_that_is_about_something_else_is_no_due_date(text: str) -> None:
    assert said(text) == "none"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 11/12", "none"),  # 11 December, or 12 November and late
        ("by 3/2", "none"),
        ("by 25/11", "2026-11-25"),
        ("by 11/25", "2026-11-25"),
        ("by 12/12", "2026-12-12"),
        ("by Tuesday 1/12", "none"),  # 1 December and 12 January are both
        ("by Friday 4/12", "2026-12-04"),  # 12 April is no Friday
        ("by 5/6/2027", "none"),
    ],
)
def test_a_date_in_figures_counts_only_where_both_orders_agree_or_one_is_impossible(text: str, day: str) -> None:
    assert said(text) == day


@pytest.mark.parametrize(
    ("weekday", "day"),
    [
        (16, "none"),
        (17, "none"),
        (18, "none"),
        (19, "none"),
        (20, "2026-11-27"),
        (21, "2026-11-27"),
        (22, "2026-11-27"),
    ],
)
def test_next_friday_is_a_day_only_where_it_cannot_be_two(weekday: int, day: str) -> None:
    assert said("next Friday", datetime(2026, 11, weekday, 10, tzinfo=UTC)) == day


@pytest.mark.parametrize(
    ("text", "written", "day"),
    [
        ("by Jan 3", datetime(2026, 12, 28, 9, tzinfo=UTC), "2027-01-03"),
        ("tomorrow", datetime(2026, 12, 31, 9, tzinfo=UTC), "2027-01-01"),
        ("by Friday", datetime(2026, 12, 30, 9, tzinfo=UTC), "2027-01-01"),
        ("next month", datetime(2026, 12, 15, 9, tzinfo=UTC), "2027-01-31"),
        ("in a month", datetime(2027, 1, 31, 9, tzinfo=UTC), "2027-02-28"),
        ("by end of next quarter", datetime(2026, 12, 15, 9, tzinfo=UTC), "2027-03-31"),
        ("by the end of the year", datetime(2026, 12, 31, 9, tzinfo=UTC), "2026-12-31"),
        ("by Feb 29", datetime(2028, 1, 10, 9, tzinfo=UTC), "2028-02-29"),
        ("by Feb 29", datetime(2027, 1, 10, 9, tzinfo=UTC), "none"),
    ],
)
def test_a_date_over_the_end_of_a_year_is_the_next_one(text: str, written: datetime, day: str) -> None:
    assert said(text, written, "UTC") == day


def test_the_day_is_that_of_the_authors_zone() -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    assert [said("tomorrow", late, zone) for zone in ("UTC", BERLIN, "America/New_York", "Pacific/Auckland")] == [
        "2026-11-19",
        "2026-11-20",
        "2026-11-19",
        "2026-11-20",
    ]


def test_an_hour_that_clocks_skip_is_the_one_after_it() -> None:
    found = due("by tomorrow 02:30", datetime(2026, 3, 28, 12, tzinfo=UTC), BERLIN)
    assert found
    assert found.at
    assert found.at.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert f"{found.at:%H:%M}" == "03:30"


def test_of_an_hour_that_clocks_repeat_it_is_the_first() -> None:
    found = due("by tomorrow 02:30", datetime(2026, 10, 24, 12, tzinfo=UTC), BERLIN)
    assert found
    assert found.at
    assert found.at.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_hours_from_now_are_hours_that_pass() -> None:
    found = due("within 24 hours", datetime(2026, 3, 28, 12, tzinfo=ZoneInfo(BERLIN)), BERLIN)
    assert found
    assert f"{found.at:%d %H:%M}" == "29 13:00"


def test_an_hour_of_a_zone_that_letters_do_not_settle_leaves_the_day() -> None:
    assert said("by tomorrow 5pm PST") == "2026-11-19"


def test_of_two_deadlines_none_is_chosen_but_a_deadline_beats_a_mention() -> None:
    assert said("the draft by Friday, the final by Monday") == "none"
    assert said("I'm back Monday, can you send it by Friday?") == "2026-11-20"
    assert said("by Friday (Nov 20)") == "2026-11-20"


def test_a_mention_counts_only_in_the_clause_of_the_task() -> None:
    text = "I'm travelling this week, so I'll put out a call"
    assert due(text, WEDNESDAY, BERLIN, text.index("I'll")) is None
    tomorrow = "I'll fix it, tomorrow morning"
    assert due(tomorrow, WEDNESDAY, BERLIN, 0) == due("tomorrow morning", WEDNESDAY, BERLIN)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "..", "/etc/passwd", "Europe", "\0"])
def test_a_zone_that_does_not_exist_gives_no_date(zone: str) -> None:
    assert due("by Friday", WEDNESDAY, zone) is None


WORDS = st.sampled_from(
    [
        "by",
        "on",
        "before",
        "due",
        "the",
        "next",
        "this",
        "end of",
        "friday",
        "monday",
        "sat",
        "5pm",
        "17:00",
        "02:30",
        "noon",
        "eod",
        "11/12",
        "25.11.2026",
        "nov",
        "30",
        "may",
        "2nd",
        "week",
        "month",
        "year",
        "tomorrow",
        "in",
        "3",
        "9999",
        "days",
        "hours",
        "from now",
        "Q4",
        "2026-02-30",
        "9999-12-31",
        ",",
        ".",
        "(",
        "or",
        "and",
        "until",
    ]
)
TEXTS = st.text() | st.lists(WORDS, max_size=12).map(" ".join)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))]))


@given(TEXTS, MOMENTS, st.sampled_from(sorted(available_timezones())) | st.text(max_size=5))
def test_any_text_at_any_moment_in_any_zone_gives_a_day_to_come_whose_words_stand_in_it(
    text: str, written: datetime, zone: str
) -> None:
    found = due(text, written, zone)
    if found:
        local = written.astimezone(ZoneInfo(zone))
        assert found.words in text
        assert found.day >= local.date()
        assert found.at is None or (found.at >= local and found.at.date() == found.day)


def test_long_texts_take_no_long_time() -> None:
    assert due("by friday 5pm or monday, " * 4000, WEDNESDAY, BERLIN) is None
    assert due("the end of " * 10_000, WEDNESDAY, BERLIN) is None


@pytest.mark.parametrize("key", ["text", "input"])
def test_on_the_cases_of_recognizers_text_few_answers_are_wrong(key: str) -> None:
    counted = Counter(_judged(case, key) for case in CASES if case["type"] != "daterange")
    assert counted["right"] >= 45
    assert counted["wrong"] <= 12


def _judged(case: dict[str, Any], key: str) -> str:
    found = due(case[key], datetime.fromisoformat(case["reference"]).replace(tzinfo=UTC), "UTC")
    if found is None:
        return "none"
    return "right" if any(accepted["value"][:10] == str(found.day) for accepted in case["accept"]) else "wrong"
