"""The markdown block as HTML: the everyday part of Markdown, line by line."""

import re
from typing import Final

from markupsafe import Markup

from sandbox.page.emoji import with_emoji
from sandbox.page.mrkdwn import anchor

_FENCE: Final = re.compile(r"^```.*\n((?:.*\n)*?)```[ \t]*$", re.MULTILINE)
_HEADING: Final = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_RULE: Final = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_LINE: Final = (
    ("ul", re.compile(r"^\s*[-*+]\s+(.*)$")),
    ("ol", re.compile(r"^\s*\d{1,9}[.)]\s+(.*)$")),
    ("blockquote", re.compile(r"^>\s?(.*)$")),
)
_INLINE: Final = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>[^()\s]+)\)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|(?<!\w)[*_](?P<em>[^*_\n]+)[*_](?!\w)"
    r"|~~(?P<s>[^~\n]+)~~"
)


def markdown_to_html(text: str) -> Markup:
    """Headings, lists, quotes, fenced code, bold, italic, strike, code and links; all else is text."""
    out = Markup()
    for index, part in enumerate(_FENCE.split(text)):
        out += Markup("<pre>{}</pre>").format(part.removesuffix("\n")) if index % 2 else _lines(part)
    return out


def _lines(text: str) -> Markup:
    out, kind, group = Markup(), "", list[Markup]()
    for line in [*text.split("\n"), ""]:
        now, content = _kind(line)
        if group and now != kind:
            out += _group(kind, group)
            group = []
        kind = now
        if now == "h":
            out += Markup('<p class="heading">{}</p>').format(_inline(content))
        elif now == "hr":
            out += Markup("<hr>")
        elif now:
            group.append(_inline(content))
    return out


def _kind(line: str) -> tuple[str, str]:
    if heading := _HEADING.match(line):
        return "h", heading[2]
    if _RULE.match(line):
        return "hr", ""
    for kind, pattern in _LINE:
        if found := pattern.match(line):
            return kind, found[1]
    return ("p", line) if line.strip() else ("", "")


def _group(kind: str, group: list[Markup]) -> Markup:
    if kind in ("ul", "ol"):
        return Markup(f"<{kind}>{{}}</{kind}>").format(Markup().join(Markup("<li>{}</li>").format(g) for g in group))
    return Markup(f"<{kind}>{{}}</{kind}>").format(Markup("<br>").join(group))


def _inline(text: str) -> Markup:
    out, at = Markup(), 0
    for found in _INLINE.finditer(text):
        out += with_emoji(text[at : found.start()])
        at = found.end()
        kind = str(found.lastgroup)
        if kind == "code":
            out += Markup("<code>{}</code>").format(found["code"])
        elif kind == "url":
            out += anchor(found["url"], _inline(found["label"]))
        else:
            out += Markup(f"<{kind}>{{}}</{kind}>").format(_inline(found[kind]))
    return out + with_emoji(text[at:])
