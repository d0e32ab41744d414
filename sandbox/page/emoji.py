"""The few emoji short names that the page draws; any other stays readable as `:name:`."""

from collections.abc import Mapping
from typing import Final

EMOJI: Final[Mapping[str, str]] = {
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


def glyph(name: str) -> str:
    """The character for a short name (skin tones ignored), or `:name:` where the page knows none."""
    return EMOJI.get(name.split("::", 1)[0], f":{name}:")
