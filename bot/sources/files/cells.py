"""Which cells of a workbook nobody sees: white on white, or in a format that shows nothing."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color

from bot.sources.files.white import near_white_hex

_WHITES = (1, 9)  # of the indexed colors
_NOTHING = {";;;"}  # formats; the third sign is there for numbers alone
_NO_NUMBER = {";;", ";"}


class Unseen:
    """Looks up each style once: a sheet has many cells and few styles."""

    def __init__(self) -> None:
        self._styles: dict[int, tuple[bool, str]] = {}

    def hides(self, cell: Any) -> bool:
        """Whether nobody sees what a cell of a sheet that is streamed has."""
        if cell.value is None:
            return False
        style = cell._style_id
        if style not in self._styles:
            self._styles[style] = (_is_white_on_white(cell), str(cell.number_format).strip())
        white, form = self._styles[style]
        return white or form in _NOTHING or (form in _NO_NUMBER and isinstance(cell.value, int | float))


def _is_white_on_white(cell: Any) -> bool:
    fill = cell.fill
    bare = isinstance(fill, PatternFill) and fill.patternType in (None, "none")
    white = isinstance(fill, PatternFill) and fill.patternType == "solid" and _is_white(fill.fgColor)
    return _is_white(cell.font.color) and (bare or white)


def _is_white(color: Color | None) -> bool:
    if color is None or color.tint:
        return False
    if color.type == "theme":
        return bool(color.theme == 0)
    return color.indexed in _WHITES if color.type == "indexed" else near_white_hex(str(color.rgb))
