"""What somebody takes on or agrees to by a yes, and what is none."""

from __future__ import annotations

import pytest

from blocks.view import Mark
from tests.drafting.checks.judged import answered

PAY = "Somebody has to pay the budget for Berlin."
BUDGET = "The budget for Berlin is what we need by Friday."
SELL = "We should sell the old printer to the school."


@pytest.mark.parametrize(
    ("asked", "reply", "text"),
    [
        (PAY, "I'm leaving the company today, bye", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, I'm leaving the company today, bye", "Ben will pay the budget for Berlin."),
        (PAY, "Ok but not me, ask Cem please", "Ben will pay the budget for Berlin."),
        (PAY, "Sure, but ask Cem first", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, ask Cem please", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, nein", "Ben will pay the budget for Berlin."),
        (PAY, "Done with this company", "Ben will pay the budget for Berlin."),
        (PAY, "Klar, aber erst im Mai", "Ben will pay the budget for Berlin."),
        (PAY, "Oui, mais en mai", "Ben will pay the budget for Berlin."),
        (PAY, "Claro, pero en mayo", "Ben will pay the budget for Berlin."),
        (PAY, "I'll be away all week", "Ben will pay the budget for Berlin."),
        (PAY, "I'll think about it", "Ben will pay the budget for Berlin."),
        (PAY, "I will ask Cem about the budget", "Ben will pay the budget for Berlin."),
        (PAY, "I can see why", "Ben will pay the budget for Berlin."),
        (PAY, "I do hate meetings", "Ben will pay the budget for Berlin."),
        (PAY, "Me, I hate meetings", "Ben will pay the budget for Berlin."),
        (PAY, "Let me be clear: Cem does that", "Ben will pay the budget for Berlin."),
        (PAY, "Sure?", "Ben will pay the budget for Berlin."),
        (PAY, "Maybe, yes, I'll see", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, maybe", "Ben will pay the budget for Berlin."),
        (BUDGET, "Right, but I will never sign that off", "Ben approved the budget for Berlin."),
        (BUDGET, "Ja, das kommt auf keinen Fall in Frage", "Ben approved the budget for Berlin."),
        (BUDGET, "Right now I am in a call", "Ben approved the budget for Berlin."),
        (BUDGET, "Good morning everybody", "Ben approved the budget for Berlin."),
        (BUDGET, "Great, another week lost to this talk", "Ben approved the budget for Berlin."),
        (BUDGET, "Ok, I am against it", "Ben approved the budget for Berlin."),
        (SELL, "I can not agree with this at all", "Ben agreed to sell the old printer to the school."),
        (SELL, "Me neither, I am against it", "Ben agreed to sell the old printer to the school."),
        (PAY, "Ok bye", "Ben will pay the budget for Berlin."),
        (PAY, "Sure, see you", "Ben will pay the budget for Berlin."),
        (PAY, "Yes, the weather is fine", "Ben will pay the budget for Berlin."),
        (PAY, "Ja, die Sonne ist heute schön", "Ben will pay the budget for Berlin."),
        (BUDGET, "Ok, my holiday was great", "Ben approved the budget for Berlin."),
    ],
)
def test_an_opening_that_may_mean_no_or_anything_is_no_yes(asked: str, reply: str, text: str) -> None:
    outcome = answered(asked, reply, text)
    assert outcome.mark is Mark.DOUBTFUL
    assert "of Ben or about Ben do not say this" in outcome.why


@pytest.mark.parametrize(
    "reply",
    [
        *("Mach ich", "Ich mache das.", "Ich übernehme das", "Gerne", "Klar", "Klar, mache ich heute", "Passt"),
        *("Einverstanden", "Je m'en occupe", "Yo me encargo", "Leave it with me", "No problem", "Kein Problem"),
        *("Got it", "Works for me", "Of course", "np", "Ok", "Sure thing", "Fine with me", "Me", "I can.", "I will"),
        *(
            "I'll do it, give me an hour",
            "I can do that tomorrow",
            "I'd be happy to",
            "I'm on it",
            "I’ll pay",
            "Alles klar",
            "Let me do that",
        ),
        *(
            "Ana, yes",
            "@Ana sure, I'll take care of it",
            "Great, thanks",
            "Yes, I'll pay by card",
            "👍 fine",
            "Will do",
            "Yes, the budget is in my plan",
            "Sure, my pleasure",
            "Yes, that is fine",
        ),
    ],
)
def test_a_plain_yes_says_what_was_asked(reply: str) -> None:
    outcome = answered(PAY, reply, "Ben will pay the budget for Berlin.")
    assert (outcome.mark, outcome.why) == (Mark.CITED, "")


@pytest.mark.parametrize(
    ("reply", "text", "doubted"),
    [
        ("I never sign off budgets for Berlin.", "Ben approved the budget for Berlin.", True),
        ("There is no budget for Berlin.", "Ben approved the budget for Berlin.", True),
        ("Für Berlin gebe ich kein Budget frei.", "Ben approved the budget for Berlin.", True),
        ("I never sign off budgets for Berlin.", "Ben refused the budget for Berlin.", False),
        ("I never sign off budgets for Berlin.", "Ben does not approve the budget for Berlin.", False),
        ("No problem, the budget for Berlin is approved.", "Ben approved the budget for Berlin.", False),
        ("I don't mind. The budget for Berlin is approved.", "Ben approved the budget for Berlin.", False),
        ("The budget for Berlin is approved, why not.", "Ben approved the budget for Berlin.", False),
    ],
)
def test_who_says_not_has_not_done_what_was_asked_of_them(reply: str, text: str, doubted: bool) -> None:
    outcome = answered("Please approve the budget for Berlin by Friday.", reply, text)
    assert outcome.why == ("what Ben says of it says “not” and the sentence does not" if doubted else "")
    assert (outcome.mark is Mark.DOUBTFUL) == doubted


def test_a_word_against_that_was_asked_for_takes_nothing_from_a_yes() -> None:
    asked = "Somebody has to cancel the hotel booking in Berlin."
    assert answered(asked, "Sure, I'll cancel it", "Ben will cancel the hotel booking in Berlin.").why == ""
    assert answered(asked, "Sure, I'll stop it", "Ben will cancel the hotel booking in Berlin.").mark is Mark.DOUBTFUL
