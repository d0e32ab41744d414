from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from llmock.pytest_plugin import LLMock

from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.model.fallback import FallbackDrafter
from bot.drafting.offline.drafter import OfflineDrafter
from bot.drafting.privacy.redactor import RedactingDrafter
from sandbox.fixtures import DEV
from tests.blockkit import mrkdwn
from tests.flows.office import Office, open_office, shown

Open = Callable[[str], Office]


@pytest.fixture
def with_model(folder: Path) -> Iterator[Open]:
    """Opens an office whose model is at this address, where something was said in #dev."""
    with ExitStack() as stack:

        def opened(base_url: str) -> Office:
            model = OpenAIDrafter(api_key="sk-test", base_url=base_url, model="small", max_retries=0)
            drafter = FallbackDrafter(RedactingDrafter(model), OfflineDrafter())
            office = stack.enter_context(open_office(folder, drafter))
            office.talk()
            return office

        yield opened


def answer(*points: tuple[str, str, str]) -> str:
    """A model's answer with these (text, item, quote) as points."""
    statements = [{"text": text, "evidence": [{"id": item, "quote": quote}]} for text, item, quote in points]
    return json.dumps({"outcome": [], "points": statements, "open_questions": []})


def test_a_model_s_draft_says_which_model_and_marks_what_it_cannot_support(with_model: Open, llmock: LLMock) -> None:
    llmock.reply(
        answer(
            ("Shipping is on Friday.", "m2", "We decided to ship on Friday"),
            ("The budget was doubled.", "m2", "we doubled the budget"),
        )
    )
    office = with_model(llmock.base_url())
    card = shown(office.ask())
    assert "Model small" in card
    payload = office.drafts()[0].payload
    assert [point["mark"] for point in payload["points"]] == ["cited", "unsupported"]
    assert "The budget was doubled." in card
    assert "1 statement is left out as not supported" in card


def test_what_a_compromised_model_writes_is_neither_live_nor_linked(with_model: Open, llmock: LLMock) -> None:
    evil = "<!channel> <@U0BEN> see <https://evil.example/?q=secret|the notes> and https://evil.example/x @here"
    llmock.reply(answer((evil, "m2", "We decided to ship on Friday")))
    office = with_model(llmock.base_url())
    card = office.ask()
    office.people.click("ana", DEV, card.ts, "draft_approve")
    posted = office.message_with(DEV, "✅ Approved by")
    for message in (card, posted):
        assert "evil.example" not in shown(message)
        for text in (message.text, *mrkdwn(message.blocks)):
            assert "<!channel>" not in text
            assert "<@U0BEN>" not in text
        assert '"type": "user"' not in shown(message)
        assert '"type": "broadcast"' not in shown(message)
    office.settled(lambda o: not o.unfinished())
    assert office.world.calls_of("chat.postMessage")[-1].args["unfurl_links"] in (False, "false", "False", "0")


def test_a_model_that_is_down_gives_key_messages_and_the_card_says_so(with_model: Open, llmock: LLMock) -> None:
    llmock.outage()
    office = with_model(llmock.base_url())
    card = shown(office.ask())
    assert "picked without a model" in card
    assert "ship on Friday" in card


def test_nobody_at_the_model_s_address_gives_key_messages_too(with_model: Open) -> None:
    card = shown(with_model("http://127.0.0.1:9/v1").ask())
    assert "picked without a model" in card


def test_an_edited_sentence_of_a_model_s_is_verified_again(with_model: Open, llmock: LLMock) -> None:
    llmock.reply(answer(("Shipping is on Friday.", "m2", "We decided to ship on Friday")))
    office = with_model(llmock.base_url())
    card = office.ask()
    office.people.click("ana", DEV, card.ts, "draft_edit")
    form = office.world.top_view("U0ANA")
    assert form is not None
    field = next(block["block_id"] for block in form.blocks if "points.0" in block.get("block_id", ""))
    office.people.click_view("ana", form.id, "draft_save", values={field: {"text": "We ship 12 pallets on Friday."}})
    point = office.drafts()[0].payload["points"][0]
    assert point["mark"] == "doubtful"
    assert "12" in point["why"]


def test_a_model_that_finds_nothing_to_say_gives_key_messages(with_model: Open, llmock: LLMock) -> None:
    llmock.reply(answer())
    card = shown(with_model(llmock.base_url()).ask())
    assert "found nothing to say" in card
    assert "ship on Friday" in card
