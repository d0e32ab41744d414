from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.body import clean, clip, date, escape, fallback, link, mention, name, short, split_text
from blocks.ids import pack, pack_choice, pack_metadata, unpack, unpack_choice, unpack_metadata
from blocks.view import Person
from bot import wording

ANY = st.text(st.characters(exclude_categories=()), max_size=300)
PROSE = st.lists(st.sampled_from(["word", "longerword", ". ", "\n", "\n\n", " ", "  \n ", "é", "👩"]), max_size=200)


def test_control_sequences_become_text() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize("word", ["@channel", "@here", "@Everyone", "@group"])
def test_a_broadcast_by_name_is_broken(word: str) -> None:
    assert word not in escape(f"hey {word}!")
    assert escape(f"hey {word}!").replace("\u2060", "") == f"hey {word}!"


def test_an_address_of_mail_stays_as_it_is() -> None:
    assert escape("ana@example.org") == "ana@example.org"


def test_what_slack_refuses_is_dropped_and_the_rest_stays() -> None:
    assert clean("a\x00b\ud800c\ufffed\r\ne\tf\rg\x7f 👩‍👩‍👧 ‏") == "abcd\ne\tf\ng 👩‍👩‍👧 ‏"


def test_a_person_with_a_slack_id_is_mentioned_live_and_any_other_by_name() -> None:
    assert mention(Person("U0DANA", "dana")) == "<@U0DANA>"
    assert mention(Person("", "dana")) == "@dana"
    assert mention(Person("U1> <!channel", "<dana>")) == "@&lt;dana&gt;"
    assert mention(Person("U1\n", "dana")) == "@dana"
    assert name(Person("U0DANA", "@dana")) == "@dana"
    assert name(Person("", " ")) == "@somebody"


def test_a_name_formats_nothing_around_it() -> None:
    for sign in "*~`_":
        shown = mention(Person("", f"{sign}Dana{sign} {sign} x"))
        assert sign not in shown
        assert "Dana" in shown
    assert mention(Person("", "dana_k")) == "@dana_k"
    assert wording.fill("by {@U1}", lambda _: "*Dana*", "UTC") == "by @∗Dana∗"


def test_only_web_addresses_become_links() -> None:
    assert link("https://x.test/p?a=1&b=2", "see | <it>") == "<https://x.test/p?a=1&amp;b=2|see ¦ &lt;it&gt;>"
    assert link("javascript:alert(1)", "see") == "see"
    assert link("https://x.test/|evil> <!channel>", "see") == "see"
    assert link("https://x.test/\n", "see") == "see"


def test_a_date_is_shown_in_the_readers_time_zone_with_utc_to_fall_back_on() -> None:
    at = datetime(2026, 11, 23, 10, 2, tzinfo=timezone(timedelta(hours=2)))
    assert date(at) == "<!date^1795420920^{date_short_pretty} at {time}|2026-11-23 08:02 UTC>"
    assert int(datetime(2026, 11, 23, 8, 2, tzinfo=UTC).timestamp()) == 1795420920


def test_text_is_split_after_a_paragraph_before_a_line_a_sentence_or_a_word() -> None:
    assert split_text("One two. Three\nfour. Five six", 20) == ["One two. Three\n", "four. Five six"]
    assert split_text("Aaaa bbbb cccc.\n\nDd. E\nf ggg", 24) == ["Aaaa bbbb cccc.\n\n", "Dd. E\nf ggg"]
    assert split_text("Aaaa bbbb. Cccc dddd eeee", 18) == ["Aaaa bbbb. ", "Cccc dddd eeee"]
    assert split_text("Aaaa bbbb cccc", 12) == ["Aaaa bbbb ", "cccc"]
    assert split_text("Aaaabbbbcccc", 8) == ["Aaaabbbb", "cccc"]


@given(ANY | PROSE.map("".join), st.integers(1, 80))
def test_split_text_joined_again_is_the_same_text(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= limit for piece in pieces)


def test_a_piece_of_no_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        split_text("text", 0)


@given(ANY, st.integers(1, 80))
def test_clip_keeps_short_text_and_cuts_long_text_within_the_limit(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert cut == text if len(text) <= limit else cut.endswith("…") and text.startswith(cut[:-1])


@given(ANY, st.integers(20, 200))
def test_a_short_line_is_one_escaped_line_within_its_limit(text: str, limit: int) -> None:
    words = short(text * 3, limit)
    assert len(words) <= limit
    assert "\n" not in words
    assert escape(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) == words


def test_a_cut_never_leaves_half_an_entity() -> None:
    assert short("&" * 10, 12) == "&amp;&amp;…"
    assert len(fallback("<" * 5000)) <= 4000
    assert fallback("<" * 5000).endswith("&lt;…")


@given(st.text(min_size=1, max_size=8), st.integers(-3, 10**10), st.sampled_from(["evidence", "withdraw"]))
def test_what_is_packed_is_read_back_or_refused(draft_id: str, version: int, choice: str) -> None:
    try:
        value = pack(draft_id, version)
    except ValueError:
        return
    assert unpack(value) == (draft_id, version)
    assert unpack_choice(pack_choice(choice, draft_id, version)) == (choice, draft_id, version)
    assert unpack_metadata(pack_metadata(draft_id, version)) == (draft_id, version)


def test_an_id_and_version_make_a_small_value() -> None:
    assert pack("d7f3", 2) == "d7f3|2"
    assert pack_choice("evidence", "d7f3", 2) == "evidence|d7f3|2"


@pytest.mark.parametrize("value", ["", "d1", "d1|", "|1", "d1|x", "d1|0", "d1|-1", "d1|1|2", "d 1|1", "d1|١", "d1|1\n"])
def test_a_value_that_no_button_carries_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a draft"):
        unpack(value)
    with pytest.raises(ValueError, match="not a"):
        unpack_choice(value)


@pytest.mark.parametrize("value", ["", "[]", "{}", '{"draft": 1}', '{"draft": "d1"}', "d1|1"])
def test_metadata_that_no_form_carries_is_refused(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the JSON decoder words its own
        unpack_metadata(value)
