"""What counts as a link in a text, and what is left of one that no source has."""

from __future__ import annotations

import pytest

from bot.drafting.guards.links import links_in, without_strange_links


@pytest.mark.parametrize("cut", ["data:…", "See javascript:.", "https://…", "www.…"])
def test_a_scheme_with_nothing_behind_it_is_no_link(cut: str) -> None:
    assert links_in(cut) == []
    assert without_strange_links(cut, []) == (cut, False)


@pytest.mark.parametrize("link", ["data:text/html,x", "https://evil.example", "www.evil.example", "evil.com/a_(b)"])
def test_a_link_ends_before_the_mark_of_its_sentence(link: str) -> None:
    assert links_in(f"See {link}.") == [link]
    assert without_strange_links(f"See {link}…", []) == ("See [link removed]…", True)
    assert without_strange_links(f"See {link}…", [link]) == (f"See {link}…", False)
