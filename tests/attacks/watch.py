"""What must hold of everything that is shown, whatever a model or a message says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from hypothesis.provisional import get_top_level_domains

from bot.drafting.guards.cleaner import visible
from bot.drafting.guards.links import links_in
from sandbox.blockkit import check_message, check_view
from tests.blockkit import nodes

# What our own builders make live: a person, a moment, a link with a label.
_OURS = re.compile(
    r"<@[UW][A-Z0-9]{1,20}>"
    r"|<!date\^-?\d+\^\{date_short_pretty\} at \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>"
    r"|<(?P<url>https?://[^\s<>|]+)\|[^<>|]+>"
)
_ENDINGS = frozenset(map(str.lower, get_top_level_domains()))
_FILES = frozenset({"md", "py", "sh"})  # endings of sites, but "setup.py" is read as a file's name
_PERSON = re.compile(r"<@([UW][A-Z0-9]{1,20})>")


def faults(shown: Iterable[dict[str, Any]], *, people: set[str], links: set[str], words: Iterable[str]) -> list[str]:
    """What is wrong with messages and views: refused by Slack, live, or a link that is in none of `words`.

    `people` may be mentioned by our own lines, `links` are the permalinks that code made.
    """
    words = list(words)
    said = {link for text in words for link in links_in(text)}
    sites = {site for text in [*words, *links] for site in sites_in(text)}
    found: list[str] = []
    for one in shown:
        view = "type" in one
        found += check_view(one) if view else check_message(one)
        if not view:
            found += [f"live: {one['text']}"] if re.search(r"[<>]|@(channel|here|everyone)", one["text"]) else []
        for node in nodes(one.get("blocks")):
            found += _live(node, people, links)
            found += [f"link in the text: {link}" for link in _links(node) if not _known(link, said | links, node)]
            found += [f"site in the text: {site}" for site in sites_in(_words(node)) if site not in sites]
    return found


def _live(node: dict[str, Any], people: set[str], links: set[str]) -> Iterator[str]:
    kind = str(node.get("type", ""))
    if kind == "mrkdwn":
        text = node["text"]
        rest = _OURS.sub("", text)
        if re.search(r"[<>]|@(channel|here|everyone)", rest) or not node.get("verbatim"):
            yield f"live: {text}"
        yield from (f"mention: {user}" for user in _PERSON.findall(text) if user not in people)
        urls = (match["url"].replace("&amp;", "&") for match in _OURS.finditer(text) if match["url"])
        yield from (f"link: {url}" for url in urls if url not in links)
    if kind == "plain_text" and node.get("emoji"):
        yield f"emoji: {node['text']}"
    if kind in ("user", "usergroup", "broadcast", "channel", "image", "video", "markdown"):
        yield f"a live {kind}"
    for key in ("url", "image_url"):
        if key in node and node[key] not in links:
            yield f"link: {node[key]}"


def _known(link: str, known: set[str], node: dict[str, Any]) -> bool:
    """Whether a link is one of these, or the beginning of one where our own cut is shown."""
    cut = re.search(re.escape(link) + r"[.,;:!?'’)\]}*_~]*…", str(node))
    return link in known or (bool(cut) and any(one.startswith(link) for one in known))


def _links(node: dict[str, Any]) -> list[str]:
    return links_in(_words(node))


def _words(node: dict[str, Any]) -> str:
    text = node.get("text") if node.get("type") in ("text", "mrkdwn", "plain_text") else node.get("initial_value")
    return _OURS.sub(" ", text) if isinstance(text, str) else ""


def sites_in(text: str) -> list[str]:
    """What stands around each dot that a site's name may end with: "evil.com". Knows nothing of how the guard looks."""
    plain = re.sub(r"(?<=[A-Za-z0-9])。(?=[A-Za-z0-9])", ".", unicodedata.normalize("NFKC", visible(text)))
    found = []
    for before, after in pairwise(plain.split(".")):
        name = re.search(r"[^\W_]+\Z", before)
        ending = re.match(r"([A-Za-z]+|xn--[\w-]+)(?![-_]*[A-Za-z0-9\u0080-\u0dff])", after)
        if not name or not ending:
            continue
        forgotten_space = name[0].isalpha() and ending[1].istitle() and len(ending[1]) < 5  # "done.Next"
        site = f"{name[0]}.{ending[1]}".lower()
        known = ending[1].lower() in _ENDINGS or ending[1].startswith("xn--")
        if known and not forgotten_space and ending[1].lower() not in _FILES and not re.fullmatch(r"\d+.[ap]m", site):
            found.append(site)
    return found


def texts(shown: Iterable[dict[str, Any]]) -> str:
    """All words of messages and views, one line each, as people read them."""
    lines: list[str] = []
    for one in shown:
        lines.append(str(one.get("text", "")) if "type" not in one else "")
        for node in nodes(one.get("blocks")):
            lines += [value for key in ("text", "initial_value") if isinstance(value := node.get(key), str)]
    return "\n".join(line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for line in lines)
