"""The form of /countersign delegate: who decides in somebody's place, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.body import clip, line
from blocks.parts import Block, context, modal, option, plain

STAND_IN_FORM = "stand_in_submit"
_AWAY = "away"

State = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class StandInFields:
    """What stands in the form: ids of people, ISO days, "" for what is empty."""

    to: str = ""  # who decides; nobody ends it
    since: str = ""
    until: str = ""
    when_away: bool = False
    whose: str = ""  # in whose place; "" for who submits it


def stand_in_form(fields: StandInFields, *, for_others: bool) -> Block:
    """The modal; `for_others` where its reader may say so for somebody else, too."""
    away = [option("Whenever their status in Slack says that they are away", _AWAY)]
    ticked = {"initial_options": away} if fields.when_away else {}
    other = _input("whose", "In whose place, if not yours", {"type": "users_select", **_initial("user", fields.whose)})
    blocks = [
        _input("to", "Who decides", {"type": "users_select", **_initial("user", fields.to)}),
        context("Choose nobody to end it. They have to be in the channels whose drafts they decide on."),
        _input("since", "From", {"type": "datepicker", **_initial("date", fields.since)}),
        _input("until", "Until, that day included", {"type": "datepicker", **_initial("date", fields.until)}),
        _input("away", "And, or instead of days", {"type": "checkboxes", "options": away, **ticked}),
        *([other] if for_others else []),
        context("What already waits is shown to who decides now, at once and again when it begins and ends."),
    ]
    return modal(
        "Who decides for me",
        blocks,
        callback_id=STAND_IN_FORM,
        submit=plain("Save", 24),
        close=plain("Cancel", 24),
    )


def read_stand_in_form(values: State) -> StandInFields:
    """What stands in a submitted form."""
    return StandInFields(
        to=_held(values, "to").get("selected_user") or "",
        since=_held(values, "since").get("selected_date") or "",
        until=_held(values, "until").get("selected_date") or "",
        when_away=bool(_held(values, "away").get("selected_options")),
        whose=_held(values, "whose").get("selected_user") or "",
    )


def stand_in_error(field: str, text: str) -> dict[str, str]:
    """The `errors` of an ack that show `text` at a field."""
    return {_block(field): clip(line(text), 300)}


def _block(field: str) -> str:
    return f"stand_in_{field}"


def _input(field: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": _block(field),
        "optional": True,
        "label": plain(label, 200),
        "element": {**element, "action_id": "value"},
    }


def _initial(what: str, value: str) -> Block:
    return {f"initial_{what}": value} if value else {}


def _held(values: State, field: str) -> Mapping[str, Any]:
    return values.get(_block(field), {}).get("value", {})
