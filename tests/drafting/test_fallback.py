from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import BaseModel

from bot.drafting.drafter import DrafterError, DraftRequest, DraftResult, OutOfTime, PayloadT, Spent
from bot.drafting.model.fallback import FallbackDrafter
from bot.drafting.offline.drafter import OfflineDrafter


class Note(BaseModel):
    text: str


REQUEST = DraftRequest("note", "", Note, (), lambda _: Note(text="offline"))


class Scripted:
    """A primary that answers, or raises what stands next in its script."""

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.asked = 0

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.asked += 1
        fault = self.script.pop(0) if self.script else None
        if fault:
            raise fault
        return DraftResult(payload=request.offline(request.items), drafter="model", model="m", mode="prompt")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def down() -> DrafterError:
    return DrafterError("The model server is busy (status 503).", permanent=False)


def test_an_answer_of_the_model_passes_through_without_a_notice() -> None:
    result = FallbackDrafter(Scripted(), OfflineDrafter()).draft(REQUEST)
    assert (result.drafter, result.notices) == ("model", ())


def test_a_model_that_is_down_gives_key_messages_and_the_card_says_why() -> None:
    result = FallbackDrafter(Scripted(down()), OfflineDrafter()).draft(REQUEST)
    assert (result.drafter, result.payload.text) == ("offline", "offline")
    assert result.notices == (
        "The model did not answer (The model server is busy (status 503)); "
        "these are key messages picked without a model.",
    )


def test_after_three_failures_in_a_row_the_model_is_left_alone_for_a_minute() -> None:
    clock, primary = Clock(), Scripted(down(), down(), down())
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=clock)
    for _ in range(5):
        assert "503" in drafter.draft(REQUEST).notices[0]
    assert primary.asked == 3
    clock.now = 60.0
    assert drafter.draft(REQUEST).drafter == "model"


def test_one_failure_after_the_rest_is_enough_to_rest_again() -> None:
    clock, primary = Clock(), Scripted(down(), down(), down(), down())
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=clock)
    for _ in range(3):
        drafter.draft(REQUEST)
    clock.now = 61.0
    drafter.draft(REQUEST)
    drafter.draft(REQUEST)
    assert primary.asked == 4


class Waiting(Scripted):
    """A primary that lets another draft be asked for while it is at work on one."""

    def __init__(self, *script: Exception | None) -> None:
        super().__init__(*script)
        self.meanwhile: Callable[[], object] = lambda: None

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return super().draft(request)


def test_one_draft_at_a_time_finds_out_whether_the_model_is_back() -> None:
    clock, primary = Clock(), Waiting(down(), down(), down())
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=clock)
    for _ in range(3):
        drafter.draft(REQUEST)
    clock.now = 61.0
    others: list[str] = []
    primary.meanwhile = lambda: others.append(drafter.draft(REQUEST).drafter)
    assert drafter.draft(REQUEST).drafter == "model"
    assert others == ["offline"]
    assert [drafter.draft(REQUEST).drafter for _ in range(2)] == ["model", "model"]


class Answering(Scripted):
    """A primary that has one answer before it does the rest, and lets others draft after it."""

    def __init__(self, *script: Exception | None) -> None:
        super().__init__(*script)
        self.after: Callable[[], object] = lambda: None

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        if not self.script:
            request.answered()
            after, self.after = self.after, lambda: None
            after()
        return super().draft(request)


def test_the_first_part_s_answer_lets_everybody_go_back_to_the_model_not_the_end_of_a_long_draft() -> None:
    clock, primary = Clock(), Answering(down(), down(), down())
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=clock)
    for _ in range(3):
        drafter.draft(REQUEST)
    clock.now = 61.0
    others: list[str] = []
    primary.after = lambda: others.append(drafter.draft(REQUEST).drafter)
    assert drafter.draft(REQUEST).drafter == "model"
    assert others == ["model"]


class Late(Scripted):
    """A primary that answers part after part, and is never done in time."""

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.asked += 1
        request.answered()
        raise OutOfTime("3 of 9 parts were read.")


def test_a_draft_that_tries_the_model_is_told_so_and_no_other_is() -> None:
    clock, told = Clock(), list[bool]()

    class Told(Scripted):
        def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
            told.append(request.trial)
            return super().draft(request)

    drafter = FallbackDrafter(Told(down(), down(), down()), OfflineDrafter(), clock=clock)
    for _ in range(3):
        drafter.draft(REQUEST)
    clock.now = 60.0
    drafter.draft(REQUEST)
    drafter.draft(REQUEST)
    assert told == [False, False, False, True, False]


def test_a_filter_that_stops_an_answer_is_no_failure_of_the_model() -> None:
    stopped = [DrafterError("filtered", permanent=True, filtered=True) for _ in range(4)]
    primary = Scripted(*stopped)
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=Clock())
    assert [drafter.draft(REQUEST).drafter for _ in range(5)] == ["offline"] * 4 + ["model"]
    assert primary.asked == 5


def test_long_drafts_that_are_not_done_in_time_do_not_keep_others_from_a_model_that_answers() -> None:
    primary = Late()
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=Clock())
    for _ in range(5):
        assert drafter.draft(REQUEST).notices == (
            "The model was not done in time (3 of 9 parts were read); these are key messages picked without a model.",
        )
    assert primary.asked == 5


class Watched(Scripted):
    """A primary that keeps the deadlines it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.deadlines: list[float | None] = []

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.deadlines.append(request.deadline)
        return super().draft(request)


def test_a_draft_has_one_deadline_from_when_it_is_begun() -> None:
    clock, primary = Clock(), Watched()
    clock.now = 1000.0
    drafter = FallbackDrafter(primary, OfflineDrafter(), draft_s=300.0, clock=clock)
    drafter.draft(REQUEST)
    drafter.draft(replace(REQUEST, deadline=1100.0))
    assert primary.deadlines == [1300.0, 1100.0]


def test_what_the_model_used_in_vain_is_told_by_the_draft_that_stands_in() -> None:
    useless = down()
    useless.spent = Spent("small", 1200, 80)
    result = FallbackDrafter(Scripted(useless), OfflineDrafter()).draft(REQUEST)
    assert (result.drafter, result.model, result.tokens_in, result.tokens_out) == ("offline", "small", 1200, 80)


def test_a_bug_while_it_is_found_out_leaves_the_way_back_open() -> None:
    clock, primary = Clock(), Scripted(down(), down(), down(), ZeroDivisionError())
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=clock)
    for _ in range(3):
        drafter.draft(REQUEST)
    clock.now = 61.0
    with pytest.raises(ZeroDivisionError):
        drafter.draft(REQUEST)
    assert drafter.draft(REQUEST).drafter == "model"


def test_failures_that_are_not_in_a_row_do_not_count() -> None:
    primary = Scripted(down(), down(), None, down(), down(), None)
    drafter = FallbackDrafter(primary, OfflineDrafter(), clock=Clock())
    assert [drafter.draft(REQUEST).drafter for _ in range(7)].count("model") == 3
    assert primary.asked == 7


def test_a_wrong_setting_is_reported_every_time_and_noticed_at_once_when_mended() -> None:
    wrong = [DrafterError("check OPENAI_API_KEY.", permanent=True) for _ in range(4)]
    drafter = FallbackDrafter(Scripted(*wrong), OfflineDrafter(), clock=Clock())
    assert all("OPENAI_API_KEY" in drafter.draft(REQUEST).notices[0] for _ in range(4))
    assert drafter.draft(REQUEST).drafter == "model"


def test_a_bug_is_not_hidden_behind_the_fallback() -> None:
    with pytest.raises(ZeroDivisionError):
        FallbackDrafter(Scripted(ZeroDivisionError()), OfflineDrafter()).draft(REQUEST)
