"""Which names of sites are found in a text, by the endings that the world has, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.provisional import domains

from bot.drafting.guards.hosts import _FILES, _OPENING
from bot.drafting.guards.links import links_in, without_strange_links


@pytest.mark.parametrize(
    "host",
    [
        *("acme-login.support", "evil.security", "acme.zip", "a@evil.com", "evil.com/a", "evil.sh/login", "EVIL.COM"),
        *("ｅｖｉｌ．ｃｏｍ", "evil｡com", "evil。com", "ⓔⓥⓘⓛ.ⓒⓞⓜ", "evil․com", "ｈｔｔｐｓ：／／evil.example"),
        *("例え.com", "例え.みんな", "пример.рф", "xn--e1awd7f.com", "Evil.Com", "intranet.local/x"),
        ".".join([*"abcdefghijklmnopqrstuvwxyz"] * 2) + ".com",
    ],
)
def test_a_site_is_found_however_it_is_written(host: str) -> None:
    assert links_in(f"Log in at {host} now.") == [host]
    assert links_in(f"({host}), {host}…") == [host, host]
    assert without_strange_links(f"At {host}.", ()) == ("At [link removed].", True)
    assert without_strange_links(f"At {host}.", [host]) == (f"At {host}.", False)


@pytest.mark.parametrize(
    "text",
    [
        *("e.g. this", "main.py", "Node.js", "done.Next step", "It is done.So we go", "README.md.", "src/main.rs"),
        *(
            "at 5.pm",
            "main.py:12",
            "これでよい。みんな。AIは",
            "他去了香港。中国。",
            "the U.S. in 2.1",
            "x.to_dict",
            "what.ever?",
        ),
        *("J.P. Morgan", "etc...and", "1,500.50"),
    ],
)
def test_what_people_write_otherwise_is_no_site(text: str) -> None:
    assert links_in(text) == []


def test_a_word_right_behind_a_site_in_a_script_without_spaces_is_none_of_it() -> None:
    assert links_in("これはevil。comです。次はevil.org") == ["evil。com", "evil.org"]
    assert links_in("evil.com에서") == ["evil.com"]


@given(domains())
def test_every_domain_is_found(domain: str) -> None:
    if domain.rpartition(".")[2].lower() not in _FILES and not _OPENING.fullmatch(domain):
        assert links_in(f"See {domain} now") == [domain]
    assert links_in(f"See {domain}/ now") == [f"{domain}/"]
