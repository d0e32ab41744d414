from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from blocks.card import card
from blocks.edit_form import edit_form
from blocks.evidence import evidence_view
from blocks.left_out import left_out
from blocks.posted import posted
from blocks.view import Card, Mark, Person, Posted, Section
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest
from bot.drafting.edits import changes, rewrite
from bot.drafting.model.wire import parse, schema_for
from bot.drafting.offline.drafter import OfflineDrafter, key_messages
from bot.drafting.offline.shorter import shorter
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement, standing, switched, walk
from bot.drafting.statement import texts as statement_texts
from bot.errors import CountersignError
from bot.kinds import KINDS, Kind
from bot.manifest import load
from handlers import requests
from handlers.requests import help_text
from sandbox.blockkit import check_message, check_view
from tests.blockkit import mrkdwn

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
SAID = "I will send the notes to the customers, as we decided on Friday."
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
hostile = st.sampled_from(
    ["<!channel>", "<@U0ANA>", "<https://evil.example|x>", "@here", "\u202e", "*_~`", "&lt;", "\x00"]
)
texts = st.lists(st.one_of(st.text(max_size=200), hostile), min_size=1, max_size=5).map(" ".join)
claims = st.sampled_from(["", "Ana", "2026-11-20", "owner"]) | texts
statements = st.builds(
    Statement,
    text=texts,
    evidence=st.lists(st.builds(Evidence, id=st.sampled_from(["m1", "m2", "m99"]), quote=texts), max_size=3),
)


def items(*words: str) -> list[SourceItem]:
    """Messages with these texts, a minute apart."""
    return [
        SourceItem(f"m{number}", "Ana", "U0ANA", START + timedelta(minutes=number), text, "https://small.slack.com/p1")
        for number, text in enumerate(words, 1)
    ]


def payloads(kind: Kind) -> st.SearchStrategy[BaseModel]:
    """Answers of this kind's shape: statements, texts, lists and models of them."""
    return _of(kind.schema)


def _of(shape: Any) -> st.SearchStrategy[Any]:
    if shape is Statement:
        return statements
    if shape is str:
        return claims
    if get_origin(shape) is list:
        return st.lists(_of(get_args(shape)[0]), max_size=6)
    asked = set(schema_for(shape)["properties"])
    return st.builds(shape, **{name: _of(shape.model_fields[name].annotation) for name in asked})


def checked(kind: Kind, payload: BaseModel, source: list[SourceItem]) -> BaseModel:
    """An answer as it is stored."""
    settled: BaseModel = kind.settle(payload, source)
    return verify(settled, source)


def view(kind: Kind, payload: BaseModel, status: str = "proposed") -> Card:
    """A card that shows this payload."""
    ana = Person("U0ANA", "Ana")
    shown = tuple(kind.show(payload))
    return Card("0" * 32, 1, status, kind.title, ana, shown, "Read 2 messages", "Posts this in #dev", (ana,))


@every_kind
@given(data=st.data())
def test_whatever_a_model_says_the_blocks_are_valid_and_nothing_in_them_is_live(
    kind: Kind, data: st.DataObject
) -> None:
    source = items("We decided to ship on Friday.", data.draw(texts))
    payload = checked(kind, data.draw(payloads(kind)), source)
    for status in ("proposed", "applied", "rejected"):
        message = card(view(kind, payload, status))
        assert check_message({"text": message.text, "blocks": message.blocks}) == []
        assert all(
            text.count("<@") == text.count("<@U0ANA>") and "<!channel" not in text for text in mrkdwn(message.blocks)
        )
    for part in posted(Posted(kind.title, tuple(kind.show(payload)), Person("U0ANA", "Ana"))):
        assert check_message({"text": part.text, "blocks": part.blocks}) == []
        assert "evil.example" not in str(part.blocks) or any("evil.example" in item.text for item in source)
    assert check_view(edit_form(view(kind, payload))) == []
    assert check_view(evidence_view(view(kind, payload))) == []


@every_kind
@given(data=st.data())
def test_what_is_off_is_shown_to_who_decides_and_is_in_nothing_that_approval_does(
    kind: Kind, data: st.DataObject
) -> None:
    payload = checked(kind, data.draw(payloads(kind)), items("We decided to ship on Friday.", "Who writes the notes?"))
    off = {path: statement for path, statement in walk(payload) if statement.off}
    assert all(statement.mark is Mark.UNSUPPORTED for statement in off.values())
    left = tuple(kind.show(standing(payload)))
    texts = [item.text for section in left for item in section.items if item.text]
    assert sorted(texts) == sorted(said.text for _, said in walk(payload) if said.text and not said.off)
    whole, parted = (
        posted(Posted(kind.title, sections, Person("U0ANA", "Ana"))) for sections in (tuple(kind.show(payload)), left)
    )
    assert [part.blocks for part in whole] == [part.blocks for part in parted]
    assert len(left_out(view(kind, payload))) == (0 if not off else 2)


@every_kind
def test_a_statement_that_is_off_can_be_put_back_and_is_then_posted(kind: Kind) -> None:
    said = kind.offline(items(SAID))
    path, statement = next(walk(said))
    payload = checked(kind, said, items("Something else was said."))
    assert dict(walk(payload))[path].off
    back = switched(payload, path, on=True, by="Ana")
    (part,) = posted(Posted(kind.title, tuple(kind.show(standing(back))), Person("U0ANA", "Ana")))
    assert statement.text in str(part.blocks)
    shown = view(kind, back)
    assert "Take 1 out again" in str(left_out(shown))
    assert check_view(edit_form(shown)) == []


@every_kind
@given(data=st.data())
def test_everything_of_a_payload_is_shown_and_every_item_shown_can_be_edited(kind: Kind, data: st.DataObject) -> None:
    payload = checked(kind, data.draw(payloads(kind)), items("One thing was said.", "Then another."))
    by_path = dict(walk(payload))
    found = [item for section in kind.show(payload) for item in section.items]
    shown = {item.field: item.text for item in found}
    assert shown == {path: statement.text for path, statement in by_path.items()}
    shown |= {detail.field: detail.text for item in found for detail in item.details}
    assert shown == dict(statement_texts(payload))
    assert rewrite(payload, shown, by="Ana") == payload
    assert changes(payload, payload) == []


@every_kind
def test_the_offline_draft_is_words_of_the_source_only(kind: Kind) -> None:
    source = items(
        "Which day do we ship the new price list?",
        "We decided to ship on Friday, Ben writes the notes.",
        "I will send the notes to the customers by Thursday.",
    )
    payload = checked(kind, kind.offline(source), source)
    found = [statement for _, statement in walk(payload)]
    assert found
    assert {statement.mark for statement in found} == {Mark.QUOTED}
    assert all(any(statement.text in item.text for item in source) for statement in found)


@every_kind
@given(data=st.data())
def test_a_shorter_draft_has_half_of_its_entries_and_nothing_new(kind: Kind, data: st.DataObject) -> None:
    payload = data.draw(payloads(kind))
    half = shorter(payload, items("We decided to ship on Friday.", "Who writes the notes?"), key_messages)
    said, left = ([statement for _, statement in walk(each)] for each in (payload, half))
    assert all(statement in said for statement in left)
    assert len(left) == (len(said) + 1) // 2  # of the kinds there are, each entry holds one statement
    assert verify(half, items("We decided to ship on Friday."))


@every_kind
def test_without_a_model_a_wish_for_less_is_honoured_in_words_of_the_source(kind: Kind) -> None:
    source = items(SAID, "We decided to ship on Friday.", "I will write the price list by Thursday.")
    asked = DraftRequest(kind.name, kind.instructions, kind.schema, source, kind.offline)
    whole, half = (OfflineDrafter().draft(replace(asked, wish=wish)).payload for wish in ("", "Too long"))
    texts = [[said.text for _, said in walk(payload)] for payload in (whole, half)]
    assert 0 < len(texts[1]) < len(texts[0])
    assert set(texts[1]) < set(texts[0])


@every_kind
def test_what_the_schema_asks_for_can_be_parsed_and_holds_no_field_that_code_fills_in(kind: Kind) -> None:
    wire = str(schema_for(kind.schema, ["m1"]))
    assert not [name for name in ("'mark'", "'off'", "'put_back_by'", "'left_out_by'") if name in wire]
    assert "'permalink'" not in wire
    answer = kind.offline(items(SAID)).model_dump_json()
    assert isinstance(parse(answer, kind.schema), kind.schema)


@every_kind
@given(text=st.text(max_size=100))
def test_any_text_is_understood_or_refused_in_words(kind: Kind, text: str) -> None:
    with suppress(CountersignError):
        kind.check(text)


@every_kind
def test_each_command_and_shortcut_is_in_the_manifest(kind: Kind) -> None:
    features = load()["features"]
    commands = {command["command"] for command in features["slash_commands"]}
    assert {f"/{verb}" for verb in kind.verbs} <= commands
    if kind.shortcut:
        assert kind.shortcut in {shortcut["callback_id"] for shortcut in features["shortcuts"]}


def test_the_manifest_offers_nothing_that_no_kind_answers() -> None:
    features = load()["features"]
    verbs = {f"/{verb}" for kind in KINDS.values() for verb in kind.verbs} | {"/countersign", "/digest"}
    assert {command["command"] for command in features["slash_commands"]} == verbs
    shortcuts = {kind.shortcut for kind in KINDS.values() if kind.shortcut}
    assert {shortcut["callback_id"] for shortcut in features["shortcuts"]} == shortcuts


def test_the_help_names_every_command_and_shortcut_of_the_manifest_and_no_other() -> None:
    features = load()["features"]
    told = help_text(KINDS.values())
    commands = {command["command"] for command in features["slash_commands"]}
    verbs = {verb for kind in KINDS.values() for verb in kind.verbs}
    assert set(re.findall(r"(?<![\w<])/[a-z]+", told)) == commands - {f"/{verb}" for verb in verbs - _spelt_out()}
    assert all(f" {verb}" in told for verb in verbs)
    assert all(shortcut["name"] in told for shortcut in features["shortcuts"])
    by_id = {shortcut["callback_id"]: shortcut["name"] for shortcut in features["shortcuts"]}
    assert {kind.shortcut: kind.shortcut_name for kind in KINDS.values() if kind.shortcut} == by_id
    assert ("Home tab" in told) == features["app_home"]["home_tab_enabled"]


def _spelt_out() -> set[str]:
    """Of several spellings of a verb the one that is shown as a command."""
    return {kind.verbs[0] for kind in KINDS.values() if kind.verbs}


def test_the_help_says_every_setting_that_is_typed() -> None:
    typed = set(re.findall(r'verb\.lower\(\) == "(\w+)"', Path(requests.__file__).read_text()))
    assert typed == {"digest", "settings", "leads", "delegate", "external", "listen", "review"}
    assert all(f"/countersign {verb}" in help_text(KINDS.values()) for verb in typed)


def test_sections_name_the_list_that_a_new_sentence_joins() -> None:
    summary = KINDS["summary"]
    shown: list[Section] = summary.show(summary.schema.model_validate({"points": [{"text": "One."}]}))
    assert [section.path for section in shown] == ["points"]
