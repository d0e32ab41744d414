"""Where the shapes of a slide stand and what of their text nobody sees: off the slide, tiny, or white on white."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any

from lxml import etree
from pptx.util import Pt

from bot.sources.files.white import near_white_hex

_DEEPEST = 12  # groups nest a few levels; anything deeper was made to hurt
_SMALLEST = Pt(2)
_NAMES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
}
_LIGHTEST = "//a:lt1/*/@val | //a:lt1/*/@lastClr"
_Box = tuple[float, float, float, float]
_FILLS = "./p:spPr/a:solidFill | ./p:spPr/a:gradFill | ./p:spPr/a:blipFill | ./p:spPr/a:pattFill | ./p:spPr/a:grpFill"
_BACKGROUND = "./p:cSld/p:bg/p:bgPr/a:solidFill | ./p:cSld/p:bg/p:bgRef"


@dataclass(frozen=True)
class Placed:
    """A shape, no group, with its place on the slide: None where it has that of its layout."""

    shape: Any
    box: _Box | None
    hidden: bool

    @cached_property
    def is_painted(self) -> bool:
        """Whether it covers what lies below it with anything but white, as far as that is known."""
        element = self.shape._element
        if element.tag.endswith(("}pic", "}graphicFrame")):
            return not getattr(self.shape, "has_chart", False)  # which has a clear ground
        fills = _all(element, _FILLS)
        if fills:
            return not _is_paper(fills[0])
        styled = _all(element, "./p:style/a:fillRef[not(@idx='0')]")
        return bool(styled) and not _all(element, "./p:spPr/a:noFill")


@dataclass(frozen=True)
class _Frame:
    """How the measures of a group become those of the slide."""

    left: float = 0.0
    top: float = 0.0
    wide: float = 1.0
    high: float = 1.0

    def box(self, shape: Any) -> _Box | None:
        if shape.left is None or shape.top is None:
            return None
        left, top = self.left + self.wide * shape.left, self.top + self.high * shape.top
        return (left, top, left + self.wide * (shape.width or 0), top + self.high * (shape.height or 0))

    def inside(self, group: Any) -> _Frame:
        """That of what is in a group."""
        numbers = [
            float(value)
            for path in ("a:off/@x", "a:off/@y", "a:ext/@cx", "a:ext/@cy")
            for child in (path, path.replace("off", "chOff").replace("ext", "chExt"))
            for value in _all(group._element, f"./p:grpSpPr/a:xfrm/{child}")
        ]
        if len(numbers) < 8 or not (numbers[5] and numbers[7]):
            return self
        x, inner_x, y, inner_y, width, inner_width, height, inner_height = numbers
        wide, high = width / inner_width, height / inner_height
        return _Frame(
            self.left + self.wide * (x - inner_x * wide),
            self.top + self.high * (y - inner_y * high),
            self.wide * wide,
            self.high * high,
        )


def placed(shapes: Any, frame: _Frame = _Frame(), depth: int = 0) -> Iterator[Placed]:
    """The shapes in order, those of groups where they stand; what is hidden is given whole."""
    for shape in shapes:
        unseen = any(one.get("hidden") in ("1", "true") for one in _all(shape._element, "./*/p:cNvPr"))
        if unseen or not hasattr(shape, "shapes"):
            yield Placed(shape, frame.box(shape), unseen)
        elif depth < _DEEPEST:
            yield from placed(shape.shapes, frame.inside(shape), depth + 1)


class Sheet:
    """A slide with what lies below its text."""

    def __init__(self, slide: Any, size: tuple[int, int]) -> None:
        self._slide = slide
        self._size = size

    def hides(self, run: Any, of: Placed) -> bool:
        """Whether nobody sees this run of a shape."""
        return (
            self._is_off(of.box)
            or (run.font.size is not None and run.font.size < _SMALLEST)
            or (any(map(_is_paper, _all(run._r, "./a:rPr/a:solidFill"))) and not self._is_on_color(of))
        )

    def _is_off(self, box: _Box | None) -> bool:
        width, height = self._size
        return box is not None and (box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height)

    def _is_on_color(self, of: Placed) -> bool:
        """Whether a white text may well be seen: on its own fill, a picture, another shape or a dark background."""
        if self._is_dark or of.is_painted:
            return True
        below = takewhile(lambda one: one.shape._element is not of.shape._element, self._shapes)
        return any(one.is_painted and (not of.box or not one.box or _meet(of.box, one.box)) for one in below)

    @cached_property
    def _sheets(self) -> tuple[Any, ...]:
        layout = self._slide.slide_layout
        return (self._slide, layout, layout.slide_master)

    @cached_property
    def _shapes(self) -> list[Placed]:
        """All that is painted, the lowest first."""
        return [one for sheet in reversed(self._sheets) for one in placed(sheet.shapes)]

    @cached_property
    def _is_dark(self) -> bool:
        """Whether the background is not white for certain."""
        master = self._sheets[-1]
        if _all(master._element, "./p:clrMap/@bg1") != ["lt1"] or not any(map(near_white_hex, _lightest(master))):
            return True
        if any(_all(sheet._element, "./p:clrMapOvr/a:overrideClrMapping") for sheet in self._sheets):
            return True
        for sheet in self._sheets:
            if _all(sheet._element, "./p:cSld/p:bg"):
                plain = _all(sheet._element, _BACKGROUND)
                return not plain or not _is_paper(plain[0])
        return False


def _is_paper(fill: Any) -> bool:
    """Whether a fill is of one colour, and that near white or the background's of the theme."""
    hexes, names = _all(fill, "./a:srgbClr/@val"), _all(fill, "./a:schemeClr/@val")
    changed = _all(fill, "./*/*")  # made darker, or clear in part
    return not changed and (any(map(near_white_hex, hexes)) or any(name in ("bg1", "lt1") for name in names))


def _all(element: Any, path: str) -> list[Any]:
    return list(etree.XPathEvaluator(element, namespaces=_NAMES)(path))


def _lightest(master: Any) -> list[str]:
    """The color that the theme has for a light background."""
    parts = [relation.target_part for relation in master.part.rels.values() if relation.reltype.endswith("/theme")]
    roots = [etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False)) for part in parts]
    return [str(color) for root in roots for color in _all(root, _LIGHTEST)]


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
