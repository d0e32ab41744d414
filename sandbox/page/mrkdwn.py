"""Slack's mrkdwn as HTML. Whatever the text says, only the tags written in this file come out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

from markupsafe import Markup, escape

from sandbox.page.emoji import glyph, with_emoji


@dataclass(frozen=True)
class Names:
    """What ids are called, and for whom: the reader's own mentions stand out, dates are in the reader's zone."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    reader: str = ""


_FENCE: Final = re.compile(r"```(.*?)```", re.DOTALL)
_QUOTE: Final = re.compile(r"^(?:&gt;|>) ?(.*)$")
_BULLET: Final = re.compile(r"^\s*(?:•|◦|▪|-) +(.*)$")
_CONTROL: Final = re.compile(r"<([^<>\n]+)>")
_BROADCASTS: Final = ("here", "channel", "everyone")
_SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:)\S+\Z", re.IGNORECASE)


def _styled(name: str, mark: str) -> str:
    """A pattern for text between two marks that touch it and do not touch a word outside."""
    return rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])(?P<{name}>(?:<[^<>\n]*>|[^{mark}\n<])+)(?<!\s){mark}(?![\w{mark}])"


_INLINE: Final = re.compile(
    "|".join(
        (
            r"`(?P<code>[^`\n]+)`",
            r"<(?P<control>[^<>\n]+)>",
            r"(?P<url>https?://[^\s<>`|]*[^\s<>`|.,;:!?)'\"*_~])",
            _styled("b", r"\*"),
            _styled("i", "_"),
            _styled("s", "~"),
            r":(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-\d)?):",
            r"(?<!\w)@(?P<all>here|channel|everyone)\b",
            r"(?<![\w&])\#(?P<channel>[a-z0-9][a-z0-9_-]*)",
        )
    )
)
_TAGS: Final = {"b": "strong", "i": "em", "s": "s"}


def to_html(text: str, names: Names, *, verbatim: bool = False) -> Markup:
    """A message or mrkdwn text object as HTML; `verbatim` leaves bare URLs, @here and #names as plain text."""
    out = Markup()
    for index, part in enumerate(_FENCE.split(text)):
        if index % 2:
            out += Markup("<pre>{}</pre>").format(_flat(part.removeprefix("\n").removesuffix("\n")))
        elif part:
            body = part.removeprefix("\n") if index else part
            out += _lines(body.removesuffix("\n") if "```" in text else body, names, verbatim)
    return out


def plain_to_html(text: str) -> Markup:
    """A plain_text object as HTML: line breaks and emoji names only."""
    pieces = re.split(r":([a-z0-9_+'-]+):", text)
    shown = "".join(glyph(piece) if i % 2 else piece for i, piece in enumerate(pieces))
    return Markup("<br>").join(with_emoji(line) for line in shown.split("\n"))


def safe_link(url: str) -> str | None:
    """The URL if it is one that the page may link to (http, https, mailto), else None."""
    return url if _SAFE_LINK.match(url) else None


def anchor(url: str, label: Markup) -> Markup:
    """A link that opens elsewhere; a URL of any other scheme is shown as text, never linked."""
    if safe_link(url) is None:
        return label if str(label) == str(escape(url)) else Markup("{} ({})").format(label, url)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)


def user_html(user: str, names: Names, label: str = "") -> Markup:
    """A mention of a person, by the name they have now."""
    kind = "mention me" if user == names.reader else "mention"
    return Markup('<span class="{}">@{}</span>').format(kind, names.users.get(user) or label or user)


def channel_html(channel: str, names: Names, label: str = "") -> Markup:
    """A mention of a channel; one that the reader cannot see and that has no label is a private channel."""
    return Markup('<span class="mention">#{}</span>').format(names.channels.get(channel) or label or "private-channel")


def broadcast_html(who: str) -> Markup:
    """A mention that alerts everybody, drawn so that it cannot be overlooked."""
    return Markup('<span class="mention all">@{}</span>').format(who)


def date_html(seconds: int, pattern: str, names: Names, fallback: str) -> Markup:
    """A `<!date^…>` in the reader's zone; a time that does not exist shows the fallback."""
    try:
        when = datetime.fromtimestamp(seconds, names.zone)
    except (ValueError, OverflowError, OSError):
        return escape(fallback)
    day = f"{when:%B} {when.day}, {when.year}"
    shown = {
        "date_num": f"{when:%Y-%m-%d}",
        "date_short_pretty": f"{when:%b} {when.day}, {when.year}",
        "date_long_pretty": f"{when:%A}, {day}",
        "date_short": f"{when:%b} {when.day}, {when.year}",
        "date_long": f"{when:%A}, {day}",
        "date_pretty": day,
        "date": day,
        "time_secs": f"{when:%H:%M:%S}",
        "time": f"{when:%H:%M}",
    }
    return escape(re.sub(r"\{(\w+)\}", lambda m: shown.get(m[1], m[0]), pattern))


def _lines(text: str, names: Names, verbatim: bool) -> Markup:
    """Lines with quotes and bullets gathered into blocks."""
    out, group, kind = Markup(), list[Markup](), ""
    lines, rest_is_quote = text.split("\n"), False
    for line in lines:
        if line.startswith(("&gt;&gt;&gt;", ">>>")):
            rest_is_quote, line = True, line.removeprefix("&gt;&gt;&gt;").removeprefix(">>>").lstrip()
        quote, bullet = _QUOTE.match(line), _BULLET.match(line)
        now = "quote" if quote or rest_is_quote else "list" if bullet else "text"
        if now != kind and group:
            out += _block(kind, group)
            group = []
        kind = now
        content = line if rest_is_quote else quote[1] if quote else bullet[1] if bullet else line
        group.append(_inline(content, names, verbatim))
    return out + _block(kind, group)


def _block(kind: str, group: list[Markup]) -> Markup:
    if kind == "quote":
        return Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(group))
    if kind == "list":
        return Markup("<ul>{}</ul>").format(Markup().join(Markup("<li>{}</li>").format(item) for item in group))
    return Markup("<br>").join(group)


def _inline(text: str, names: Names, verbatim: bool) -> Markup:
    out, at = Markup(), 0
    for found in _INLINE.finditer(text):
        out += _words(text[at : found.start()])
        at = found.end()
        kind = str(found.lastgroup)
        value = found[kind]
        if kind == "code":
            out += Markup("<code>{}</code>").format(_flat(value))
        elif kind == "control":
            out += _control(value, names)
        elif kind == "emoji":
            out += with_emoji(glyph(value))
        elif kind in _TAGS:
            out += Markup(f"<{_TAGS[kind]}>{{}}</{_TAGS[kind]}>").format(_inline(value, names, verbatim))
        elif verbatim:
            out += _words(found[0])
        elif kind == "url":
            out += anchor(_unescape(value), _words(value))
        elif kind == "all":
            out += broadcast_html(value)
        else:
            known = value in names.channels.values()
            out += Markup('<span class="mention">#{}</span>').format(value) if known else _words(found[0])
    return out + _words(text[at:])


def _control(body: str, names: Names) -> Markup:
    """One `<…>` of Slack's: a mention, a date, a broadcast or a link."""
    head, _, label = body.partition("|")
    label = _unescape(label)
    if head.startswith("@"):
        return user_html(head[1:], names, label)
    if head.startswith("#"):
        return channel_html(head[1:], names, label)
    if head.startswith("!date^"):
        stamp, _, pattern = head.removeprefix("!date^").partition("^")
        pattern, _, link = pattern.partition("^")
        if not re.fullmatch(r"\d{1,12}", stamp, re.ASCII):
            return escape(label or head)
        shown = date_html(int(stamp), _unescape(pattern), names, label)
        return anchor(_unescape(link), shown) if link else shown
    if head.startswith("!subteam^"):
        return Markup('<span class="mention">{}</span>').format(label or "@" + head.removeprefix("!subteam^"))
    if head.startswith("!"):
        name = head[1:]
        return broadcast_html(name) if name in _BROADCASTS else escape(label or f"<{body}>")
    url = _unescape(head)
    if safe_link(url) is None and ":" not in url:
        return escape(f"<{_unescape(body)}>")
    return anchor(url, with_emoji(label or url))


def _flat(text: str) -> Markup:
    """Text inside code: control sequences become the words they stand for, nothing is styled."""
    return escape(_unescape(_CONTROL.sub(lambda m: m[1].partition("|")[2] or m[1], text)))


def _words(text: str) -> Markup:
    return with_emoji(_unescape(text))


def _unescape(text: str) -> str:
    """Slack escapes these three and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
