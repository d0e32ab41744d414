"""The form of /digest: which channels, when, for whom, who reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.body import clip, line
from blocks.parts import Block, context, modal, option, plain

DIGEST_FORM = "digest_submit"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST_DAY = 31
PERIODS = (
    ("day", "All days since the last digest"),
    ("week", "Whole weeks, Monday to Sunday"),
    ("month", "Whole calendar months"),
)
_LEADS = ((15, "15 minutes"), (30, "30 minutes"), (60, "1 hour"), (120, "2 hours"), (240, "4 hours"), (1440, "1 day"))
_QUIET = (("nothing", "Post nothing"), ("line", "Post one line that says so"))
CONTENTS = (
    ("news", "What is new"),
    ("decisions", "Decisions only"),
    ("actions", "Promises and requests only"),
)
_LEADERS = "lead"

State = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class DigestFields:
    """What stands in the form; `reviewer` is "lead" or the id of a person."""

    channels: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = (0,)
    month_day: int = 0
    hour: str = "09:00"
    zone: str = "UTC"
    to_channel: str = ""
    to_users: tuple[str, ...] = ()
    period: str = "week"
    reviewer: str = _LEADERS
    lead_minutes: int = 60
    quiet: str = "nothing"
    content: str = "news"


def digest_form(fields: DigestFields, digest_id: str = "") -> Block:
    """The modal that sets up a digest, or changes the one with this id."""
    days = [option(name, str(number)) for number, name in enumerate(WEEKDAYS)]
    month_days = [(str(day), f"Day {day}") for day in range(1, LAST_DAY)] + [(str(LAST_DAY), "The last day")]
    reviewer = "" if fields.reviewer == _LEADERS else fields.reviewer
    ticked = [days[number] for number in fields.weekdays]
    chats = {"type": "multi_conversations_select", "filter": {"include": ["public", "private"]}}
    channel = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    blocks = [
        _input("channels", "Channels to read", {**chats, **_initial("initial_conversations", list(fields.channels))}),
        _input(
            "weekdays", "Days", {"type": "checkboxes", "options": days, **_initial("initial_options", ticked)}, True
        ),
        _input(
            "month_day", "Or once a month (then tick no days above)", _menu(month_days, str(fields.month_day)), True
        ),
        _input("hour", "Hour", {"type": "timepicker", "initial_time": fields.hour}),
        _input("zone", "Time zone", {"type": "plain_text_input", "max_length": 60, "initial_value": fields.zone}),
        _input("content", "What it is about", _menu(CONTENTS, fields.content)),
        _input("period", "What it covers", _menu(PERIODS, fields.period)),
        _input("to_channel", "Post it in", {**channel, **_initial("initial_conversation", fields.to_channel)}, True),
        _input(
            "to_users",
            "Or send it to",
            {"type": "multi_users_select", **_initial("initial_users", list(fields.to_users))},
            True,
        ),
        context("With neither it comes to you alone. Everybody it goes to must be able to read what it was made from."),
        _input("reviewer", "Who reviews it", {"type": "users_select", **_initial("initial_user", reviewer)}, True),
        context(
            "With nobody chosen: the channel's leads, or you where it has none. They approve it, or nothing is posted."
        ),
        _input(
            "lead_minutes",
            "How long before the hour they get the draft",
            _menu([(str(minutes), words) for minutes, words in _LEADS], str(fields.lead_minutes)),
        ),
        _input("quiet", "When there is nothing to report", _menu(_QUIET, fields.quiet)),
    ]
    return modal(
        "Change digest" if digest_id else "New digest",
        blocks,
        callback_id=DIGEST_FORM,
        private_metadata=digest_id,
        submit=plain("Save", 24),
        close=plain("Cancel", 24),
    )


def read_digest_form(values: State) -> DigestFields:
    """What stands in a submitted form."""
    month_day = _option(values, "month_day")
    ticked = _held(values, "weekdays").get("selected_options") or ()
    return DigestFields(
        channels=tuple(_held(values, "channels").get("selected_conversations") or ()),
        weekdays=tuple(sorted(int(tick["value"]) for tick in ticked)),
        month_day=int(month_day) if month_day else 0,
        hour=_held(values, "hour").get("selected_time") or "",
        zone=line(_held(values, "zone").get("value") or ""),
        to_channel=_held(values, "to_channel").get("selected_conversation") or "",
        to_users=tuple(_held(values, "to_users").get("selected_users") or ()),
        period=_option(values, "period"),
        reviewer=_held(values, "reviewer").get("selected_user") or _LEADERS,
        lead_minutes=int(_option(values, "lead_minutes")),
        quiet=_option(values, "quiet"),
        content=_option(values, "content"),
    )


def digest_error(field: str, text: str) -> dict[str, str]:
    """The `errors` of an ack that show `text` at a field."""
    return {_block(field): clip(line(text), 300)}


def _block(field: str) -> str:
    return f"digest_{field}"


def _input(field: str, label: str, element: Block, optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": _block(field),
        "label": plain(label, 200),
        "element": {**element, "action_id": "value"},
    }
    return {**block, "optional": True} if optional else block


def _menu(choices: Any, chosen: str) -> Block:
    options = [option(words, value) for value, words in choices]
    picked = next((one for one in options if one["value"] == chosen), None)
    return {"type": "static_select", "options": options, **_initial("initial_option", picked)}


def _initial(key: str, value: Any) -> Block:
    return {key: value} if value else {}


def _held(values: State, field: str) -> Mapping[str, Any]:
    return values.get(_block(field), {}).get("value", {})


def _option(values: State, field: str) -> str:
    return str((_held(values, field).get("selected_option") or {}).get("value", ""))
