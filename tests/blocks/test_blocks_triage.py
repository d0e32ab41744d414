from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from blocks.card import card
from blocks.edit_form import edit_form, read_edit_form, read_edit_people, read_edit_ticks
from blocks.triage import as_chosen
from blocks.view import Card, Detail, Item, Mark, Moved, Person, Section
from sandbox.blockkit import check_message, check_view
from sandbox.elements import state_values

ANA = Person("U0ANA", "Ana")
LONG = "Send the notes to every customer whom we told of the price list. " * 30


def todo(number: int, text: str = "Send the notes.", **more: Any) -> Item:
    details = (
        Detail(f"todos.{number}.owner", "Owner", "@Ben", person=True, id="U0BEN" if number else ""),
        Detail(f"todos.{number}.due", "Due", "2026-11-26" if number else "", day=True),
    )
    return Item(f"todos.{number}.task", text, details=details, **more)


def view(*items: Item, status: str = "proposed") -> Card:
    sections = (Section("To do", items, "todos", ticked=True),)
    return Card("d1", 2, status, "Follow-ups of #dev", ANA, sections, "Read 2 messages", "Posts this", (ANA,))


def controls(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for block in blocks if block.get("block_id", "").startswith("row|")]


OFF = todo(2, mark=Mark.UNSUPPORTED, off=True)
THREE = view(todo(0), todo(1), OFF)


def test_each_item_has_its_box_its_owner_and_its_day_and_what_is_off_is_not_ticked() -> None:
    message = card(THREE)
    assert check_message({"channel": "C1", "text": message.text, "blocks": message.blocks}) == []
    found = controls(message.blocks)
    assert [[each["type"] for each in row["elements"]] for row in found] == [
        ["checkboxes", "users_select", "datepicker"]
    ] * 3
    assert ["initial_options" in row["elements"][0] for row in found] == [True, True, False]
    assert [row["elements"][1].get("initial_user") for row in found] == [None, "U0BEN", "U0BEN"]
    assert [row["elements"][2].get("initial_date") for row in found] == [None, "2026-11-26", "2026-11-26"]
    assert "Approve ticked" in str(message.blocks)
    assert "Put 1 back" not in str(message.blocks)


def test_what_was_ticked_and_picked_is_read_from_the_card_as_from_the_form() -> None:
    found = controls(card(THREE).blocks)
    touched: dict[str, dict[str, Any]] = {
        found[0]["block_id"]: {"pick|todos.0.owner": "U0LI", "text|todos.0.due": "2026-12-01"},
        found[1]["block_id"]: {"tick": []},
    }
    blocks = [{**block, "block_id": block.get("block_id", str(n))} for n, block in enumerate(card(THREE).blocks)]
    state = state_values(blocks, touched)
    assert read_edit_ticks(state) == {"todos.0.task": True, "todos.1.task": False, "todos.2.task": False}
    assert read_edit_people(state) == {"todos.0.owner": "U0LI", "todos.1.owner": "U0BEN", "todos.2.owner": "U0BEN"}
    assert read_edit_form(state) == {
        "todos.0.due": "2026-12-01",
        "todos.1.due": "2026-11-26",
        "todos.2.due": "2026-11-26",
    }
    form = edit_form(as_chosen(THREE, state))
    assert check_view(form) == []
    assert state_values(form["blocks"], {}).keys() >= {"tick|2|todos.1.task", "edit|2|todos.0.owner|0|"}
    again = state_values([block for block in form["blocks"] if "block_id" in block], {})
    assert read_edit_ticks(again) == read_edit_ticks(state)
    assert read_edit_people(again) == read_edit_people(state)


def test_a_new_version_has_new_rows_so_that_slack_keeps_no_tick_of_the_old_ones() -> None:
    old, new = ({row["block_id"] for row in controls(card(each).blocks)} for each in (THREE, replace(THREE, version=3)))
    assert not old & new


@pytest.mark.parametrize("text", ["Send the notes.", LONG, "👩" * 5000], ids=["short", "long", "wide"])
def test_more_than_a_message_holds_is_counted_and_never_hides_the_buttons(text: str) -> None:
    items = [todo(n, text, why="why " * 100, mark=Mark.DOUBTFUL if n % 2 else Mark.CITED) for n in range(60)]
    message = card(view(*items, OFF))
    assert check_message({"channel": "C1", "text": message.text, "blocks": message.blocks}) == []
    shown = len(controls(message.blocks))
    assert 1 <= shown < 20
    assert f"and {61 - shown} more, {60 - shown} of them ticked and" in str(message.blocks)
    assert "draft_approve" in str(message.blocks)


def test_a_decided_card_has_no_boxes_and_says_how_many_were_ticked() -> None:
    message = card(view(todo(0), todo(1), OFF, status="applied"))
    assert controls(message.blocks) == []
    assert "2 of 3 were ticked" in str(message.blocks)
    assert "were ticked" not in str(card(view(todo(0), status="applied")).blocks)


def approve(view: Card) -> dict[str, Any]:
    """The button that approves."""
    elements: list[dict[str, Any]] = [one for block in card(view).blocks for one in block.get("elements", ())]
    return next(one for one in elements if one.get("action_id") == "draft_approve")


def test_where_ticked_items_are_not_shown_the_button_says_how_many_and_asks_before_it_takes_them() -> None:
    many = view(*(todo(n, f"Send note {n} to the customers. " * 4) for n in range(20)))
    unseen = 20 - len(controls(card(many).blocks))
    button = approve(many)
    assert unseen > 5
    assert button["text"]["text"] == f"Approve ticked + {unseen} not shown"
    assert f"{unseen} ticked items of this draft are not shown" in button["confirm"]["text"]["text"]
    assert "press Edit" in button["confirm"]["text"]["text"]
    anyway = approve(replace(many, moved=(Moved("@ana edited a message"),)))
    assert anyway["text"]["text"].startswith("Approve anyway + ")
    assert "confirm" in anyway


def test_where_what_is_not_shown_is_not_ticked_or_all_is_shown_the_button_asks_nothing() -> None:
    for each in (THREE, view(todo(0), *(todo(n, LONG, off=True) for n in range(1, 40)))):
        assert approve(each)["text"]["text"] == "Approve ticked"
        assert "confirm" not in approve(each)


@pytest.mark.parametrize("status", ["rejected", "expired", "withdrawn", "superseded"])
def test_what_was_not_approved_says_nothing_of_what_was_ticked(status: str) -> None:
    assert "were ticked" not in str(card(view(todo(0), todo(1), OFF, status=status)).blocks)
