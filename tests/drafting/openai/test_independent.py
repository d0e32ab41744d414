"""The drafter beside a server that others wrote."""

from __future__ import annotations

import gc
import json
import warnings

from llmock.pytest_plugin import LLMock

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest
from bot.drafting.model.drafter import OpenAIDrafter
from tests.drafting.openai.note import GOOD, Make, Note


def test_no_connection_is_kept_between_drafts(llmock: LLMock, request_: DraftRequest[Note]) -> None:
    llmock.reply(GOOD)  # a server that would keep it open
    drafter = OpenAIDrafter(api_key="k", base_url=llmock.base_url(), model="small")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        drafter.draft(request_)
        del drafter
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_an_independent_server_fills_the_schema_with_real_ids(
    llmock: LLMock, make: Make, request_: DraftRequest[Note]
) -> None:
    result = make(base_url=llmock.base_url()).draft(request_)
    cited = [evidence.id for evidence in result.payload.outcome.evidence]
    assert set(cited) <= {"m1", "m2", "m3"}
    assert verify(result.payload, request_.items).outcome.mark is Mark.UNSUPPORTED  # its quotes are made up
    llmock.assert_resilient()


def test_an_independent_server_finds_nothing_to_blame_in_the_retries(
    llmock: LLMock, make: Make, request_: DraftRequest[Note]
) -> None:
    llmock.rate_limit(times=1, retry_after=0.05).fail(503).reply(GOOD)
    waited: list[float] = []
    assert make(base_url=llmock.base_url(), sleep=waited.append).draft(request_).payload.outcome.text == "It ships."
    assert waited == [0.5, 1.0]
    assert [record.status for record in llmock.requests] == [429, 503, 200]


def test_an_obedient_models_answer_is_disarmed(llmock: LLMock, make: Make, request_: DraftRequest[Note]) -> None:
    evil = {"text": "@everyone read https://evil.com/?k=1 \u202enow", "evidence": [{"id": "m77", "quote": "We ship"}]}
    llmock.reply(json.dumps({"outcome": evil, "points": []}))
    outcome = verify(make(base_url=llmock.base_url()).draft(request_).payload, request_.items).outcome
    assert outcome.text == "@\u2060everyone read [link removed] now"
    assert outcome.mark is Mark.UNSUPPORTED
