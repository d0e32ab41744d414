"""Text for people made safe: the only place that escapes.

Text from models and people goes into rich_text and plain_text, which Slack never parses. Our own short lines are
mrkdwn, with every foreign part through `short`; live mentions, links and dates come from `mention`, `link` and `date`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, datetime
from itertools import accumulate

from blocks.view import Person

FALLBACK_LIMIT = 4000  # chat.update refuses a longer `text`
URL_LIMIT = 3000  # of a button's url; longer ones are not links that anybody made on purpose

# NUL and other control characters, lone surrogates and noncharacters: Slack refuses them or shows nothing.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Overrides of the reading direction would reach over into our own words on the same line.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BROADCAST = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)
_WORD_JOINER = "\u2060"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# In a name these would make what stands around it bold, struck out or code; an underscore inside a word does nothing.
_FORMATTING = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_EDGE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_USER = re.compile(r"[UW][A-Z0-9]{1,20}")
_URL = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")  # printable ASCII without " < > \\ ^ ` { | }


def clean(text: str) -> str:
    """The text without what Slack refuses; line ends become "\\n". Everything else stays as it was written."""
    return _REFUSED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """The text as one clean line, for titles, names and labels."""
    return " ".join(_DIRECTIONS.sub("", clean(text)).split())


def escape(text: str) -> str:
    """The text as mrkdwn that shows it and does nothing: & < > as entities, no @channel, @here or @everyone."""
    return "".join(_escaped(clean(text)))


def short(text: str, limit: int = 300) -> str:
    """One escaped line of at most `limit` characters as sent (entities counted in full)."""
    return _escape_within(line(text), limit)


def fallback(*lines: str) -> str:
    """The `text` of a message: the lines escaped, at most 4,000 characters."""
    return _escape_within("\n".join(clean(text) for text in lines).strip(), FALLBACK_LIMIT)


def _escaped(text: str) -> list[str]:
    """What each character becomes."""
    return [_ENTITIES.get(char, char) for char in _BROADCAST.sub("@" + _WORD_JOINER, text)]


def _escape_within(text: str, limit: int) -> str:
    # A character never becomes shorter: what lies beyond the limit cannot matter.
    parts = _escaped(text[: limit + 1])
    lengths = list(accumulate(map(len, parts)))
    if not parts or lengths[-1] <= limit:
        return "".join(parts)
    return "".join(parts[: bisect_right(lengths, limit - 1)]).rstrip() + "…"


def name(person: Person) -> str:
    """The person as plain text, never live and never formatting what is around it: "@dana"."""
    plain = _EDGE.sub(lambda found: "＿" * len(found[0]), line(person.name).translate(_FORMATTING))
    return "@" + (clip(plain.lstrip("@"), 80) or "somebody")


def mention(person: Person) -> str:
    """The person in mrkdwn: a live mention where the id is one of Slack's, else the plain name."""
    return f"<@{person.id}>" if _USER.fullmatch(person.id) else short(name(person))


def is_link(url: str) -> bool:
    """Whether the address may become a link: http or https, and nothing in it that ends a link early."""
    return len(url) <= URL_LIMIT and _URL.fullmatch(url) is not None


def link(url: str, label: str) -> str:
    """A live link in mrkdwn; only the label where `url` is no address."""
    words = short(label, 150) or "link"
    return f"<{url.replace('&', '&amp;')}|{words.replace('|', '¦')}>" if is_link(url) else words


def date(at: datetime) -> str:
    """A moment in mrkdwn, shown in each reader's own time zone. `at` is aware."""
    plain = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{plain}>"


def duration(seconds: int) -> str:
    """ "3 hours": how long something took or has waited, in the largest unit of which it is at least two."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def clip(text: str, limit: int) -> str:
    """The text, cut at a word if it is longer than `limit` characters, with an ellipsis that counts too."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip() + "…"


_BOUNDARIES = tuple(map(re.compile, (r"\n\s*\n\s*", r"\n\s*", r"[.!?…。！？][\"')\]”’]*\s+", r"\s+")))  # best first


def split_text(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters that joined give the same text.

    Cut after a paragraph, line, sentence or word where there is one. Raises ValueError for a limit below 1.
    """
    if limit < 1:
        raise ValueError("a piece holds at least one character")
    pieces: list[str] = []
    start = 0
    while len(text) - start > limit:
        end = start + _cut(text[start : start + limit])
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]] if start < len(text) else pieces


def _cut(window: str) -> int:
    """Where to end a piece: the best boundary in the second half of the window, else its end."""
    for boundary in _BOUNDARIES:
        ends = [match.end() for match in boundary.finditer(window, len(window) // 2)]
        if ends:
            return ends[-1]
    return len(window)
