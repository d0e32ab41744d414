from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from blocks.asked import AskLine, asked
from blocks.ids import pack_asked, unpack_asked
from sandbox.blockkit import check_message
from tests.blocks.test_blocks_any_text import PERMALINK, TEXT

WORDS = "0" * 64
LINES = st.builds(AskLine, st.just(WORDS), TEXT, TEXT, PERMALINK, st.sampled_from(["", "yes", "no"]))


@given(TEXT, TEXT, st.lists(LINES, max_size=4), st.sampled_from(["", "approved", "expired"]))
def test_whatever_a_draft_says_slack_takes_the_question_and_nothing_in_it_is_live(
    who: str, about: str, lines: list[AskLine], over: str
) -> None:
    message = asked("d1", who, about, lines, gone=1, over=over)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert "<!" not in str([block for block in message.blocks if block["type"] != "rich_text"])


def test_of_very_many_things_as_many_are_asked_as_slack_takes() -> None:
    message = asked("d1", "Ana", "", [AskLine(WORDS, f"{n} {'x' * 590}") for n in range(60)], gone=0)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert "more, which do not fit here" in str(message.blocks)


def test_a_button_says_which_words_of_which_draft() -> None:
    assert unpack_asked(pack_asked(WORDS, "d1")) == (WORDS, "d1")
