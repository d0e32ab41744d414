"""The rich_text block as HTML."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from markupsafe import Markup, escape

from sandbox.page.context import CannotDrawError, Context, Json
from sandbox.page.emoji import glyph, with_emoji
from sandbox.page.mrkdwn import Names, anchor, broadcast_html, channel_html, date_html, user_html

_STYLES: Final = (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s"))


def render_rich_text(block: Json, ctx: Context) -> Markup:
    """All parts of one rich_text block; an unknown part raises CannotDrawError."""
    return Markup('<div class="rich">{}</div>').format(Markup().join(_part(p, ctx.names) for p in block["elements"]))


def _part(part: Json, names: Names) -> Markup:
    draw = _PARTS.get(part["type"])
    if draw is None:
        raise CannotDrawError(f"Cannot draw block type {part['type']}")
    return draw(part, names)


def _inline(elements: Iterable[Json], names: Names) -> Markup:
    return Markup().join(_word(element, names) for element in elements)


def _word(element: Json, names: Names) -> Markup:
    draw = _WORDS.get(element["type"])
    if draw is None:
        raise CannotDrawError(f"Cannot draw element type {element['type']}")
    shown = draw(element, names)
    style = element.get("style") or {}
    for name, tag in _STYLES:
        if style.get(name):
            shown = Markup(f"<{tag}>{{}}</{tag}>").format(shown)
    return shown


def _text(element: Json, names: Names) -> Markup:
    del names
    return Markup("<br>").join(with_emoji(line) for line in str(element["text"]).split("\n"))


def _link(element: Json, names: Names) -> Markup:
    del names
    return anchor(str(element["url"]), escape(element.get("text") or element["url"]))


def _section(part: Json, names: Names) -> Markup:
    return Markup("<p>{}</p>").format(_inline(part["elements"], names))


def _list(part: Json, names: Names) -> Markup:
    tag = "ol" if part.get("style") == "ordered" else "ul"
    start = Markup(' start="{}"').format(int(part["offset"]) + 1) if tag == "ol" and part.get("offset") else ""
    items = Markup().join(Markup("<li>{}</li>").format(_inline(i["elements"], names)) for i in part["elements"])
    return Markup(f'<{tag} class="indent-{{}}"{{}}>{{}}</{tag}>').format(int(part.get("indent", 0)), start, items)


def _quote(part: Json, names: Names) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(_inline(part["elements"], names))


def _preformatted(part: Json, names: Names) -> Markup:
    del names
    return Markup("<pre>{}</pre>").format("".join(str(e.get("text") or e.get("url", "")) for e in part["elements"]))


_PARTS: Final[Mapping[str, Callable[[Json, Names], Markup]]] = {
    "rich_text_section": _section,
    "rich_text_list": _list,
    "rich_text_quote": _quote,
    "rich_text_preformatted": _preformatted,
}
_WORDS: Final[Mapping[str, Callable[[Json, Names], Markup]]] = {
    "text": _text,
    "link": _link,
    "user": lambda e, names: user_html(str(e["user_id"]), names),
    "channel": lambda e, names: channel_html(str(e["channel_id"]), names),
    "usergroup": lambda e, _: Markup('<span class="mention">@{}</span>').format(e["usergroup_id"]),
    "broadcast": lambda e, _: broadcast_html(str(e["range"])),
    "emoji": lambda e, _: with_emoji(glyph(str(e["name"]))),
    "date": lambda e, names: date_html(int(e["timestamp"]), str(e["format"]), names, str(e.get("fallback", ""))),
}
