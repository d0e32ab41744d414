"""The emoji that the page knows by short name, and those it draws itself, so that no emoji font is needed."""

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

EMOJI: Final[Mapping[str, str]] = {
    "simple_smile": "🙂", "blush": "😊", "disappointed": "😞", "confused": "😕", "raised_hand": "✋", "pushpin": "📌",
    "outbox_tray": "📤", "floppy_disk": "💾",
    "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "100": "💯", "alarm_clock": "⏰", "bell": "🔔",
    "bar_chart": "📊", "bulb": "💡", "calendar": "📅", "spiral_calendar_pad": "🗓️", "clap": "👏", "clipboard": "📋",
    "construction": "🚧", "eyes": "👀", "fire": "🔥", "grin": "😁", "grinning": "😀", "heart": "❤️",
    "heavy_check_mark": "✔️", "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "information_source": "ℹ️",
    "joy": "😂", "key": "🔑", "large_green_circle": "🟢", "large_yellow_circle": "🟡", "link": "🔗", "lock": "🔒",
    "mag": "🔍", "memo": "📝", "no_entry": "⛔", "no_entry_sign": "🚫", "ok_hand": "👌", "page_facing_up": "📄",
    "paperclip": "📎", "pencil": "📝", "pencil2": "✏️", "point_right": "👉", "pray": "🙏", "question": "❓",
    "raised_hands": "🙌", "red_circle": "🔴", "repeat": "🔁", "robot_face": "🤖", "rocket": "🚀",
    "rotating_light": "🚨",
    "scroll": "📜", "see_no_evil": "🙈", "slightly_smiling_face": "🙂", "smile": "😄", "smiley": "😃", "sparkles": "✨",
    "speech_balloon": "💬", "star": "⭐", "sunglasses": "😎", "tada": "🎉", "thinking_face": "🤔", "warning": "⚠️",
    "wave": "👋", "white_check_mark": "✅", "white_circle": "⚪", "wink": "😉", "x": "❌", "zap": "⚡",
}  # fmt: skip


# One symbol each in static/emoji.svg.
DRAWN: Final = (
    "👍👎✅❌✔⚠⏳⌛👀🎉🔥❤💯👏👋✋👌🙂😄😃😀😁😂😉😎🤔😊😞😕🤖📊📝📄📋✏💬💡📅⏰🔔🔒🔍❓ℹ⭐✨⚡🔴🟡🟢⚪🚫⛔📤💾📌🔗"
)
_DRAWN: Final = re.compile(f"([{DRAWN}])\ufe0f?")


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
