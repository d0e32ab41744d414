"""The emoji that the page draws itself, so that it needs no emoji font; any other short name stays as text."""

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

# Each has a symbol in static/emoji.svg, named for its first code point.
EMOJI: Final[Mapping[str, str]] = {
    "+1": "👍", "-1": "👎", "100": "💯", "alarm_clock": "⏰", "bar_chart": "📊", "bell": "🔔", "blush": "😊",
    "bulb": "💡", "calendar": "📅", "clap": "👏", "clipboard": "📋", "confused": "😕", "disappointed": "😞",
    "eyes": "👀", "fire": "🔥", "floppy_disk": "💾", "grin": "😁", "grinning": "😀", "heart": "❤️",
    "heavy_check_mark": "✔️", "hourglass": "⌛", "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ️", "joy": "😂", "large_green_circle": "🟢", "large_yellow_circle": "🟡",
    "link": "🔗", "lock": "🔒", "mag": "🔍", "memo": "📝", "no_entry": "⛔", "no_entry_sign": "🚫",
    "ok_hand": "👌", "outbox_tray": "📤", "page_facing_up": "📄", "pencil": "📝", "pencil2": "✏️",
    "pushpin": "📌", "question": "❓", "raised_hand": "✋", "red_circle": "🔴", "robot_face": "🤖",
    "simple_smile": "🙂", "slightly_smiling_face": "🙂", "smile": "😄", "smiley": "😃", "sparkles": "✨",
    "speech_balloon": "💬", "spiral_calendar_pad": "📅", "star": "⭐", "sunglasses": "😎", "tada": "🎉",
    "thinking_face": "🤔", "thumbsdown": "👎", "thumbsup": "👍", "warning": "⚠️", "wave": "👋",
    "white_check_mark": "✅", "white_circle": "⚪", "wink": "😉", "x": "❌", "zap": "⚡",
}  # fmt: skip


_DRAWN: Final = re.compile("([" + "".join(sorted({character[0] for character in EMOJI.values()})) + "])\ufe0f?")


def glyph(name: str) -> str:
    """The character for a short name (skin tones ignored), or `:name:` where the page knows none."""
    return EMOJI.get(name.split("::", 1)[0], f":{name}:")


def with_emoji(text: str) -> Markup:
    """Plain text, escaped, with a picture over each emoji that the page draws; the character stays in the text."""
    pieces = _DRAWN.split(text)
    return Markup().join(_picture(piece) if i % 2 else escape(piece) for i, piece in enumerate(pieces))


def _picture(character: str) -> Markup:
    return Markup(
        '<span class="emoji"><svg aria-hidden="true"><use href="/page/static/emoji.svg#e{}"></use></svg>'
        "<span>{}</span></span>"
    ).format(f"{ord(character):x}", character)
