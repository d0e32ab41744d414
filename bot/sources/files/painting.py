"""What of a PDF page's text nobody sees, found while its operators are carried out one after the other.

Invisible by its render mode, clear, tiny, off the page, or near white where nothing darker was painted below. Where it
is not known what lies below (a picture, a colour space of its own) the text counts as seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from pypdf import PageObject
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, TextStringObject

from bot.sources.files.parts import Account
from bot.sources.files.white import near_white

_Matrix = tuple[float, ...]
_Box = tuple[float, float, float, float]
_ANYWHERE: _Box = (-math.inf, -math.inf, math.inf, math.inf)
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_UNPAINTED = frozenset([3, 7])  # render modes
_FILLED_ONLY = frozenset([0, 4])
_SMALLEST = 1.0  # points
_MARGIN = 20.0  # points beyond the page at which a line may begin and still be seen
_CLEAR = 0.05  # opacity
_LEAST_AREA = 2.0  # points of height and width
_SPACES = {"/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/DeviceCMYK": 4}
_WRONG = (TypeError, ValueError, IndexError, KeyError, AttributeError, PyPdfError)  # operands of a damaged file


@dataclass(frozen=True)
class _Ink:
    """As much of the graphics state as tells whether text is seen."""

    matrix: _Matrix = _SAME
    components: int = 1  # of the fill's colour space; 0 where it is not known
    white: bool = False
    opacity: float = 1.0
    mode: int = 0
    size: float = 0.0
    drawn: bool = False  # by a font of drawings, which have a measure of their own


class Painting:
    """Watches a page being read: `before` and `after` are visitors for pypdf."""

    def __init__(self, page: PageObject, account: Account) -> None:
        self._account = account
        self._ink = _Ink()
        self._saved: list[_Ink] = []
        self._resources: Any = page.get("/Resources", {})
        self._outside: list[tuple[_Ink, list[_Ink], Any]] = []  # of the form that is being carried out
        self._path: list[_Box] = []
        self._areas: list[tuple[_Box, bool]] = []  # what was painted, and whether in white
        self._page = _ANYWHERE
        with suppress(*_WRONG):
            box = page.cropbox
            self._page = (float(box.left), float(box.bottom), float(box.right), float(box.top))
        fills = dict.fromkeys((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), self._fill)
        self._does: dict[bytes, Callable[[Sequence[Any]], None]] = {
            **{b"q": self._save, b"Q": self._restore, b"cm": self._transform, b"gs": self._set_state},
            **{b"Tr": self._set_mode, b"Tf": self._set_font, b"cs": self._set_space},
            **{b"g": self._gray, b"rg": self._rgb, b"k": self._cmyk, b"sc": self._color, b"scn": self._color},
            **{b"re": self._rectangle, b"m": self._move, b"l": self._line, b"c": self._line},
            **{b"v": self._line, b"y": self._line, b"n": self._end_path, b"S": self._end_path, b"s": self._end_path},
            **{b"Do": self._enter, b"INLINE IMAGE": self._picture, b"sh": self._shade, **fills},
        }

    def before(self, operator: bytes, operands: list[Any], _: Any, text_matrix: Sequence[float]) -> None:
        """Follows what is about to be carried out; what would show text that nobody sees shows nothing."""
        with suppress(*_WRONG):
            if (at := _WORDS_AT.get(operator)) is not None:
                if _has_words(operands[at]) and self._is_unseen(tuple(text_matrix)):
                    self._account.hidden += 1
                    operands[at] = ArrayObject() if operator == b"TJ" else TextStringObject("")
            elif does := self._does.get(operator):
                does(operands)

    def after(self, operator: bytes, *_: Any) -> None:
        """Goes on outside of a form that was carried out."""
        if operator == b"Do":
            self._ink, self._saved, self._resources = self._outside.pop()

    def _is_unseen(self, text_matrix: _Matrix) -> bool:
        ink = self._ink
        if ink.mode in _UNPAINTED or ink.opacity < _CLEAR:
            return True
        matrix = _times(text_matrix, ink.matrix)
        if not ink.drawn and ink.size * math.hypot(matrix[2], matrix[3]) < _SMALLEST:
            return True
        if not _holds(self._page, matrix[4], matrix[5], _MARGIN):
            return True
        if not ink.white or ink.mode not in _FILLED_ONLY:
            return False
        x, y = _at(matrix, ink.size / 10, ink.size / 3)  # in the first letter
        return next((white for box, white in reversed(self._areas) if _holds(box, x, y)), True)

    def _save(self, _: Sequence[Any]) -> None:
        self._saved.append(self._ink)

    def _restore(self, _: Sequence[Any]) -> None:
        if self._saved:
            self._ink = self._saved.pop()

    def _transform(self, by: Sequence[Any]) -> None:
        self._ink = replace(self._ink, matrix=_times(_six(by), self._ink.matrix))

    def _set_state(self, names: Sequence[Any]) -> None:
        state = self._resource("/ExtGState", names[0])
        if "/ca" in state:
            self._ink = replace(self._ink, opacity=float(state["/ca"]))

    def _set_mode(self, mode: Sequence[Any]) -> None:
        self._ink = replace(self._ink, mode=int(mode[0]))

    def _set_font(self, font: Sequence[Any]) -> None:
        self._ink = replace(self._ink, size=abs(float(font[1])), drawn=True)
        self._ink = replace(self._ink, drawn=self._resource("/Font", font[0])["/Subtype"] == "/Type3")

    def _set_space(self, names: Sequence[Any]) -> None:
        self._ink = replace(self._ink, components=_SPACES.get(str(names[0]), 0), white=False)
        if not self._ink.components:
            space = self._resource("/ColorSpace", names[0])
            based = space[0] == "/ICCBased"
            components = int(space[1].get_object()["/N"]) if based else _SPACES.get(str(space[0]), 0)
            self._ink = replace(self._ink, components=components)

    def _gray(self, values: Sequence[Any]) -> None:
        self._ink = replace(self._ink, components=1)
        self._color(values)

    def _rgb(self, values: Sequence[Any]) -> None:
        self._ink = replace(self._ink, components=3)
        self._color(values)

    def _cmyk(self, values: Sequence[Any]) -> None:
        self._ink = replace(self._ink, components=4)
        self._color(values)

    def _color(self, values: Sequence[Any]) -> None:
        self._ink = replace(self._ink, white=False)
        if len(values) == self._ink.components:
            light = [1 - float(value) for value in values] if len(values) == 4 else map(float, values)
            self._ink = replace(self._ink, white=near_white(255 * value for value in light))

    def _rectangle(self, numbers: Sequence[Any]) -> None:
        x, y, width, height = map(float, numbers)
        self._path.append(self._around((x, y), (x + width, y), (x, y + height), (x + width, y + height)))

    def _move(self, point: Sequence[Any]) -> None:
        self._path.append(self._around((float(point[0]), float(point[1]))))

    def _line(self, points: Sequence[Any]) -> None:
        found = [float(value) for value in points]
        more = self._around(*zip(found[::2], found[1::2], strict=True))
        self._path[-1] = _both(self._path[-1], more)

    def _end_path(self, _: Sequence[Any]) -> None:
        self._path = []

    def _fill(self, _: Sequence[Any]) -> None:
        for box in self._path:
            if min(box[2] - box[0], box[3] - box[1]) >= _LEAST_AREA:
                self._areas.append((box, self._ink.white and self._ink.opacity >= 1))
        self._path = []

    def _picture(self, _: Sequence[Any]) -> None:
        self._areas.append((self._around((0, 0), (1, 0), (0, 1), (1, 1)), False))

    def _shade(self, _: Sequence[Any]) -> None:
        self._areas.append((_ANYWHERE, False))

    def _enter(self, names: Sequence[Any]) -> None:
        self._outside.append((self._ink, self._saved, self._resources))
        self._saved = []
        form = self._resource("/XObject", names[0])
        if form["/Subtype"] == "/Image":
            self._picture(names)
            return
        if "/Matrix" in form:
            self._transform(form["/Matrix"])
        if "/Resources" in form:
            self._resources = form["/Resources"]
        else:  # pypdf does not carry it out: it can have no text
            left, bottom, right, top = map(float, form["/BBox"])
            self._areas.append((self._around((left, bottom), (right, bottom), (left, top), (right, top)), False))

    def _resource(self, sort: str, name: Any) -> Any:
        resources: DictionaryObject = self._resources.get_object()
        return resources[sort].get_object()[name].get_object()  # type: ignore[index]

    def _around(self, *points: tuple[float, float]) -> _Box:
        xs, ys = zip(*(_at(self._ink.matrix, x, y) for x, y in points), strict=True)
        return (min(xs), min(ys), max(xs), max(ys))


_WORDS_AT = {b"Tj": 0, b"TJ": 0, b"'": 0, b'"': 2}  # which operand is what is shown


def _has_words(shown: Any) -> bool:
    pieces = shown if isinstance(shown, list) else [shown]
    return any(isinstance(piece, str | bytes) and piece.strip() for piece in pieces)


def _six(numbers: Sequence[Any]) -> _Matrix:
    a, b, c, d, e, f = map(float, numbers)
    return (a, b, c, d, e, f)


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _at(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    return (matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5])


def _holds(box: _Box, x: float, y: float, margin: float = 0.0) -> bool:
    return box[0] - margin <= x <= box[2] + margin and box[1] - margin <= y <= box[3] + margin


def _both(one: _Box, other: _Box) -> _Box:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))
