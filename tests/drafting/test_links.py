"""What counts as a link in a text, and what is left of one that no source has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.drafting.guards.links import LinksOf, links_in, without_strange_links


@pytest.mark.parametrize("cut", ["data:…", "See javascript:.", "https://…", "www.…"])
def test_a_scheme_with_nothing_behind_it_is_no_link(cut: str) -> None:
    assert links_in(cut) == []
    assert without_strange_links(cut, []) == (cut, False)


@pytest.mark.parametrize("link", ["data:text/html,x", "https://evil.example", "www.evil.example", "evil.com/a_(b)"])
def test_a_link_ends_before_the_mark_of_its_sentence(link: str) -> None:
    assert links_in(f"See {link}.") == [link]
    assert without_strange_links(f"See {link}…", []) == ("See [link removed]…", True)
    assert without_strange_links(f"See {link}…", [link]) == (f"See {link}…", False)


def test_a_scheme_is_seen_right_behind_a_word_of_a_script_without_spaces() -> None:
    assert links_in("これはhttps://evil.example と javascript:alert(1)") == [
        "https://evil.example",
        "javascript:alert(1)",
    ]


def test_sources_are_searched_only_for_a_text_that_has_a_link_and_only_once() -> None:
    read = []

    def texts() -> Iterator[str]:
        read.append("read")
        yield "The notes are at docs.example.org/ship."

    known = LinksOf(texts())
    assert without_strange_links("The notes are there.", known) == ("The notes are there.", False)
    assert read == []
    for text in ("At docs.example.org/ship.", "At docs.example.org/leak."):
        assert without_strange_links(text, known)[1] is ("leak" in text)
    assert read == ["read"]
