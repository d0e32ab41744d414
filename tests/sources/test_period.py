from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CountersignError
from bot.sources.period import Ago, Between, ConversationAsk, MessageRef, Since, Window, parse_request, resolve

NOW = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # a Monday
LINK = "https://team.slack.com/archives/C0DEV/p1700000000000100"


def window(text: str, zone: str = "Europe/Berlin", now: datetime = NOW) -> Window:
    return resolve(parse_request(text).period, now, zone)


def refusal(text: str, zone: str = "Europe/Berlin") -> str:
    with pytest.raises(CountersignError) as caught:
        window(text, zone)
    return str(caught.value)


def test_nothing_typed_means_the_last_seven_days_of_this_place() -> None:
    assert parse_request("  ") == ConversationAsk(period=Ago(7, "day"))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("7d", Ago(7, "day")),
        ("24h", Ago(24, "hour")),
        ("2 weeks", Ago(2, "week")),
        ("3 days", Ago(3, "day")),
        ("a month", Ago(1, "month")),
        ("for the last two weeks", Ago(2, "week")),
        ("past 3 days", Ago(3, "day")),
        ("a year", Ago(12, "month")),
        ("Today", "today"),
        ("yesterday", "yesterday"),
        ("this week", "this week"),
        ("in the last week", "last week"),
        ("since Monday", Since("monday")),
        ("since last friday", Since("friday")),
        ("since 2026-11-01", Since(date(2026, 11, 1))),
        ("2026-11-01..2026-11-14", Between(date(2026, 11, 1), date(2026, 11, 14))),
        ("from 2026-11-01 to 2026-11-14", Between(date(2026, 11, 1), date(2026, 11, 14))),
        ("2026-11-01 – 2026-11-14", Between(date(2026, 11, 1), date(2026, 11, 14))),
        ("on 2026-11-05", Between(date(2026, 11, 5), date(2026, 11, 5))),
    ],
)
def test_periods_are_understood_as_people_type_them(text: str, period: object) -> None:
    assert parse_request(text).period == period


@pytest.mark.parametrize(
    "text",
    [
        "<#C0DEV|dev> 2 weeks for me",
        "2 weeks <#C0DEV> privately",
        "privately, in <#C0DEV|> for the last 2 weeks please",
    ],
)
def test_channel_period_and_privacy_come_in_any_order(text: str) -> None:
    assert parse_request(text) == ConversationAsk(channel_id="C0DEV", period=Ago(2, "week"), privately=True)


@pytest.mark.parametrize(
    "text",
    [
        "<#C0DEV|dev> 6 weeks for <@U0LI|li>",
        "for <@U0LI> 6 weeks <#C0DEV>",
        "please, to <@U0LI|li>, in <#C0DEV|> for the last six weeks",
    ],
)
def test_for_whom_it_is_comes_in_any_order_too(text: str) -> None:
    assert parse_request(text) == ConversationAsk(channel_id="C0DEV", period=Ago(6, "week"), reader="U0LI")


@pytest.mark.parametrize("text", ["for <@U0LI> for <@U0BEN>", "for <@U0LI> for me", "<#C0DEV> here for <@U0LI>"])
def test_it_goes_to_one_place(text: str) -> None:
    with pytest.raises(CountersignError, match="It goes to one place"):
        parse_request(text)


def test_a_bare_channel_name_is_kept_as_typed_since_it_has_no_id() -> None:
    ask = parse_request("#dev-ops 3d")
    with pytest.raises(CountersignError, match="which channel #dev-ops is"):
        ask.where("C0HERE")
    assert ask == ConversationAsk(channel_name="dev-ops", period=Ago(3, "day"))


def test_what_is_read_is_the_channel_named_or_linked_or_the_one_typed_in() -> None:
    assert parse_request("<#C0DEV|dev> 7d").where("C0HERE") == "C0DEV"
    assert parse_request(LINK).where("C0HERE") == "C0DEV"
    assert parse_request("7d").where("C0HERE") == "C0HERE"


def test_this_thread_is_understood_for_those_who_write_in_one() -> None:
    assert parse_request("this thread please, for me") == ConversationAsk(privately=True, this_thread=True)
    assert parse_request("this channel").this_thread is False


@pytest.mark.parametrize("text", [LINK, f"<{LINK}>", f"<{LINK}|here>", f"{LINK}?cid=C0DEV", f"please <{LINK}>"])
def test_a_link_to_a_message_asks_for_that_message(text: str) -> None:
    assert parse_request(text) == ConversationAsk(message=MessageRef("C0DEV", "1700000000.000100"))


@pytest.mark.parametrize("amp", ["&", "&amp;"])
def test_a_link_to_a_reply_names_its_thread(amp: str) -> None:
    ask = parse_request(f"<{LINK}?thread_ts=1699999999.000200{amp}cid=C0DEV> for me")
    assert ask.message == MessageRef("C0DEV", "1700000000.000100", "1699999999.000200")
    assert ask.message.root_ts == "1699999999.000200"
    assert ask.privately


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("banana", "“banana”"),
        ("7d 3d", "“7d 3d”"),
        ("h", "“h”"),
        ("<#C1|a> <#C2|b>", "one channel or one thread"),
        (f"#dev {LINK}", "one channel or one thread"),
        (f"{LINK} 7d", "whole"),
        ("https://example.com/", "Copy link"),
        ("2026-02-30", "no such day"),
        ("2026-12-01", "still to come"),
        ("2026-11-20..2026-11-24", "still to come"),
        ("since 2026-11-24", "still to come"),
        ("2026-11-14..2026-11-01", "2026-11-01..2026-11-14"),
        ("0h", "Nothing lies"),
        ("367d", "366 days"),
        ("13 months", "366 days"),
        ("999999999h", "366 days"),
        ("0001-01-01", "366 days"),
        ("since 2025-01-01", "366 days"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(text: str, words: str) -> None:
    said = refusal(text)
    assert words in said
    assert "\n" not in said
    assert len(said) < 200


def test_a_refusal_repeats_nothing_that_slack_would_bring_to_life() -> None:
    assert not set("<>@&*") & set(refusal("<!channel> <@U1> *x* &"))


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("7d", "2026-11-16T22:30+01:00", "2026-11-23T22:30+01:00", "16 to 23 November 2026"),
        ("a month", "2026-10-23T22:30+02:00", "2026-11-23T22:30+01:00", "23 October to 23 November 2026"),
        ("a year", "2025-11-23T22:30+01:00", "2026-11-23T22:30+01:00", "23 November 2025 to 23 November 2026"),
        ("today", "2026-11-23T00:00+01:00", "2026-11-23T22:30+01:00", "23 November 2026"),
        ("yesterday", "2026-11-22T00:00+01:00", "2026-11-23T00:00+01:00", "22 November 2026"),
        ("last week", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00", "16 to 22 November 2026"),
        ("last month", "2026-10-01T00:00+02:00", "2026-11-01T00:00+01:00", "1 to 31 October 2026"),
        ("since monday", "2026-11-16T00:00+01:00", "2026-11-23T22:30+01:00", "since Monday 16 November"),
        ("since 2025-12-01", "2025-12-01T00:00+01:00", "2026-11-23T22:30+01:00", "since Monday 1 December 2025"),
        ("2026-11-01..2026-11-14", "2026-11-01T00:00+01:00", "2026-11-15T00:00+01:00", "1 to 14 November 2026"),
        ("2026-11-20..2026-11-23", "2026-11-20T00:00+01:00", "2026-11-23T22:30+01:00", "20 to 23 November 2026"),
    ],
)
def test_a_period_is_resolved_where_the_asker_lives(text: str, start: str, end: str, label: str) -> None:
    found = window(text)
    assert (found.start, found.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert found.label == label


def test_the_same_words_mean_another_day_on_the_other_side_of_the_world() -> None:
    assert window("today", "Asia/Tokyo").label == "24 November 2026"
    assert window("today", "America/New_York").label == "23 November 2026"


def test_a_day_across_a_change_of_clocks_has_its_true_length() -> None:
    assert _length("2026-10-25") == timedelta(hours=25)
    assert _length("2026-03-29") == timedelta(hours=23)


def test_days_count_by_the_calendar_and_hours_by_the_clock_across_a_change_of_clocks() -> None:
    after = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    assert _length("1d", after) == timedelta(hours=25)
    assert _length("24h", after) == timedelta(hours=24)


def test_a_day_whose_midnight_is_skipped_begins_at_its_first_moment() -> None:
    found = window("2026-04-24", "Africa/Cairo", datetime(2026, 5, 1, tzinfo=UTC))
    assert found.start == datetime.fromisoformat("2026-04-24T01:00+03:00")


def test_an_unknown_zone_is_read_as_utc() -> None:
    for zone in ("", "Mars/Base", "../etc", "Europe"):
        assert window("yesterday", zone) == window("yesterday", "UTC")


def test_moments_are_said_by_the_askers_clock() -> None:
    assert window("7d").local(NOW) == "23 November 2026, 22:30"


def _length(text: str, now: datetime = NOW) -> timedelta:
    found = window(text, now=now)
    return found.end - found.start


PIECES = st.sampled_from(
    ["<#C1|dev>", "#dev", LINK, f"<{LINK}>", "for me", "privately", "since", "last", "monday", "7d", "weeks", "a", "12"]
)
ODD_PIECES = st.sampled_from(["2026-11-01", "..", "0000-00-00", "9999-12-31", "hours", "999999999", "month", "<|", "²"])
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Africa/Cairo", "Pacific/Apia", "America/Sao_Paulo"])


AMOUNTS = st.builds(Ago, st.integers(0, 10**9), st.sampled_from(["hour", "day", "week", "month"]))
WEEKDAYS = st.builds(Since, st.sampled_from(["monday", "sunday", "yesterday", "today"]))
PERIODS = st.one_of(AMOUNTS, WEEKDAYS, st.builds(Since, st.dates()), st.builds(Between, st.dates(), st.dates()))


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, ODD_PIECES), max_size=6).map(" ".join)), MOMENTS, ZONES)
def test_any_text_gives_an_ordered_window_of_at_most_a_year_or_a_sentence(text: str, now: datetime, zone: str) -> None:
    _check(lambda: resolve(parse_request(text).period, now, zone), now)


@given(PERIODS, MOMENTS, ZONES)
def test_any_period_gives_an_ordered_window_of_at_most_a_year_or_a_sentence(
    period: Ago | Since | Between, now: datetime, zone: str
) -> None:
    _check(lambda: resolve(period, now, zone), now)


def _check(resolved: Callable[[], Window], now: datetime) -> None:
    found: Window | str
    try:
        found = resolved()
    except CountersignError as e:
        found = str(e)
    if isinstance(found, Window):
        assert found.start < found.end <= now
        assert found.end - found.start <= timedelta(days=366)
        assert found.label
    else:
        assert found
