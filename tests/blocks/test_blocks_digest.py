from __future__ import annotations

from dataclasses import asdict, replace

from hypothesis import given
from hypothesis import strategies as st

from blocks.digest_form import DigestFields, digest_error, digest_form, read_digest_form
from blocks.digest_list import DigestLine, digest_list
from blocks.home import home
from bot.desk.plan import Plan
from sandbox.blockkit import check_message, check_view
from sandbox.elements import state_values

ids = st.lists(st.sampled_from(["C0DEV", "C0GENERAL", "C0SECRET"]), unique=True, max_size=3).map(tuple)
users = st.lists(st.sampled_from(["U0ANA", "U0BEN"]), unique=True, max_size=2).map(tuple)
fields = st.builds(
    DigestFields,
    channels=ids,
    weekdays=st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days))),
    month_day=st.integers(0, 31),
    hour=st.sampled_from(["00:00", "09:00", "23:59"]),
    zone=st.sampled_from(["Europe/Berlin", "UTC"]),
    to_channel=st.sampled_from(["", "C0DEV"]),
    to_users=users,
    period=st.sampled_from(["day", "week", "month"]),
    reviewer=st.sampled_from(["lead", "U0DANA"]),
    lead_minutes=st.sampled_from([15, 30, 60, 120, 240, 1440]),
    quiet=st.sampled_from(["nothing", "line"]),
)
lines = st.builds(
    DigestLine,
    st.just("d" * 32),
    ids,
    st.sampled_from(["", "C0DEV"]),
    users,
    st.just("Mon, Thu 09:00 Europe/Berlin"),
    st.just("Mon 09:00 Europe/Berlin"),
    st.booleans(),
    content=st.sampled_from(["news", "decisions", "actions"]),
    period=st.sampled_from(["day", "week", "month"]),
    why=st.text(max_size=400),
    mine=st.booleans(),
    may_allow=st.booleans(),
    allowed_by=st.sampled_from(["", "U0DANA"]),
)


@given(fields)
def test_the_form_says_what_it_was_given_and_is_valid(given_fields: DigestFields) -> None:
    view = digest_form(given_fields)
    assert check_view(view) == []
    assert read_digest_form(state_values(view["blocks"], {})) == given_fields


def test_the_form_and_a_plan_have_the_same_fields() -> None:
    fields_of_plan = set(Plan(("C0DEV",), "09:00", "UTC").to_json())
    assert set(asdict(DigestFields())) == fields_of_plan


def test_an_error_is_shown_at_its_field() -> None:
    (block,) = digest_error("zone", "I do not know it.")
    assert block in {one.get("block_id") for one in digest_form(DigestFields())["blocks"]}


@given(st.lists(lines, max_size=12))
def test_the_list_is_valid_and_a_reason_in_it_is_not_live(given_lines: list[DigestLine]) -> None:
    message = digest_list(given_lines)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert check_view(home([], digests=given_lines)) == []
    assert "<!" not in str(message.blocks)


def test_only_who_set_it_up_can_change_it_and_only_a_running_one_is_paused() -> None:
    mine = DigestLine("d", ("C0DEV",), "C0DEV", (), "Mon 09:00 UTC", "Mon 09:00 UTC", running=True)
    theirs = DigestLine(
        "d", ("C0DEV",), "C0DEV", (), "Mon 09:00 UTC", "Mon 09:00 UTC", running=False, mine=False, may_allow=True
    )
    assert _labels(mine) == ["Pause", "Run now", "Edit", "Delete"]
    assert _labels(theirs) == ["Resume", "Allow without review"]


def _labels(one: DigestLine) -> list[str]:
    (row, _) = [block for block in digest_list([one]).blocks if block["type"] == "actions"]
    return [element["text"]["text"] for element in row["elements"]]


def test_a_line_says_what_it_is_about_when_it_runs_for_whom_and_what_it_covers() -> None:
    one = DigestLine(
        "d", ("C0DEV",), "C0GENERAL", (), "Mon, Thu 09:00 UTC", "Thu 09:00 UTC", running=True, content="decisions"
    )
    said = digest_list([replace(one, period="week")]).blocks[0]["text"]["text"]
    for words in (
        "*Decisions only* in <#C0DEV>, to <#C0GENERAL>",
        "Mon, Thu 09:00 UTC",
        "whole weeks, Monday to Sunday",
        "reviewed first",
    ):
        assert words in said
    assert "next run: Thu 09:00 UTC" in said
    assert "to you alone" in digest_list([replace(one, to_channel="")]).blocks[0]["text"]["text"]
    theirs = replace(one, to_channel="", mine=False)
    assert "to who set it up alone" in digest_list([theirs]).blocks[0]["text"]["text"]


@given(st.integers(1, 45))
def test_every_digest_is_on_one_page_which_the_page_before_names(count: int) -> None:
    one = DigestLine("", ("C0DEV",), "C0DEV", (), "Mon 09:00 UTC", "Mon 09:00 UTC", running=True)
    given_lines = [replace(one, id=f"d{number}") for number in range(count)]
    seen: list[str] = []
    page: int | None = 1
    while page is not None:
        blocks = digest_list(given_lines, page).blocks
        seen += [block["elements"][0].get("value", "") for block in blocks if block["type"] == "actions"]
        following = f"/digest list {page + 1}"
        page = page + 1 if following in str(blocks) else None
    assert [each for each in seen if each.startswith("d")] == [each.id for each in given_lines]
