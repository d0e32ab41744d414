"""Which elements of an HTML page nobody sees: by their attributes, their style, or a rule of the page's style sheets.

No browser: rules are read without their cascade, and the last simple selector decides. What a rule hides and another
shows again is dropped as well, which is counted: a reader is told of too much that is hidden rather than of too little.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_NOUGHT = r"0(?:\.0*)?(?:px|em|rem|pt|%|vh|vw)?(?![.\d])"
_SMALL = r"(?:0?\.\d+|[01](?:\.\d+)?)(?:px|pt|%)?(?![.\w%])"
_UNSHOWN = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|content-visibility:hidden"
    rf"|font-size:(?:{_NOUGHT}|{_SMALL})|opacity:(?:0(?:\.0\d*)?|\.0\d*)%?(?![.\d])|zoom:{_NOUGHT}"
    rf"|transform:scale[xy]?\({_NOUGHT}"
    # pushed out of the page
    r"|(?:left|right|top|bottom|text-indent|margin(?:-(?:left|top|right))?|inset):-(?:\d{4,}|[3-9]\d\d|\d{3}(?!\d|px|pt))"
    r"|(?:left|top|text-indent):\d{4,}|transform:translate[xy3d]*\([^)]{0,100}?-?\d{4,}"
    # cut to nothing
    r"|clip:rect\((?:[01](?:px)?,?){4}\)"
    r"|clip-path:(?:inset\((?:50|100)%|circle\(0|polygon\(00\b|polygon\(0(?:px)?0(?:px)?,0(?:px)?0)"
    # painted in nothing, or white on what is not said to be darker
    r"|(?:-webkit-text-fill-)?color:(?:transparent|(?:rgba?|hsla?)\((?:[^,)]{1,20},){3}0?(?:\.0+)?%?\)"
    r"|(?:rgba?|hsla?)\([^)]{0,100}?/0?(?:\.0+)?%?\)))"
)
_SIZE = re.compile(rf"(?:^|;)(?:max-)?(?:height|width):(?:{_NOUGHT}|1px(?![\d]))")
_CUT = re.compile(r"(?:^|;)overflow(?:-[xy])?:(?:hidden|clip)")
_LIGHT = r"(?:24[5-9]|25[0-5])"  # as in white.py
_WHITE = re.compile(
    r"(?:^|;)(?:-webkit-text-fill-)?color:(?:white(?:smoke)?|snow|ghostwhite"
    rf"|#(?:fff|f{{4}}|(?:f[5-9a-f]){{3}}(?:[0-9a-f]{{2}})?)(?![0-9a-f])|rgba?\({_LIGHT},?{_LIGHT},?{_LIGHT}[,)])"
)
_INK = re.compile(r"(?:^|;)color:([^;]+)")
_PAPER = re.compile(r"(?:^|;)background(?:-color)?:([^;]+)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# What stands before a brace is tried once, where it begins: a style sheet may hold a whole font in one word.
_RULE = re.compile(r"(?<![^{}@;])([^{}@;]++)\{([^{}]++)\}")
_SIMPLE = re.compile(r"(?P<tag>[a-z][\w-]*|\*)?(?P<rest>(?:[.#][\w-]+|\[[^\]]*\])*)")
_PART = re.compile(r"([.#])([\w-]+)")
_MOST_SHEETS = 200_000  # characters


class Hiding:
    """The rules of a page."""

    def __init__(self, sheets: str) -> None:
        """`sheets` is the text of its style elements."""
        self._rules: set[tuple[str, frozenset[str], str]] = set()  # tag or "", classes, id
        for selectors, style in _RULE.findall(_COMMENT.sub("", sheets[:_MOST_SHEETS]).lower()):
            if _hidden_by(style):
                for selector in selectors.split(","):
                    self._add(selector)

    def _add(self, selector: str) -> None:
        words = re.split(r"[\s>+~]+", selector.strip())
        simple = _SIMPLE.fullmatch(words[-1])
        if simple is None or "[" in words[-1]:  # a state (":hover") or what is not understood
            return
        parts = _PART.findall(simple["rest"])
        classes = frozenset(name for sign, name in parts if sign == ".")
        ids = [name for sign, name in parts if sign == "#"]
        tag = (simple["tag"] or "").replace("*", "")
        if classes or ids or tag not in ("", "html", "body"):
            self._rules.add((tag, classes, ids[0] if ids else ""))

    def hides(self, element: HtmlElement) -> bool:
        """Whether nobody sees this element and what is in it."""
        if element.get("hidden") is not None or (element.get("aria-hidden") or "").strip().lower() == "true":
            return True
        if str(element.tag).lower() == "input" and (element.get("type") or "").lower() == "hidden":
            return True
        if _hidden_by((element.get("style") or "").lower()):
            return True
        if not self._rules:
            return False
        tag, own_id = str(element.tag).lower(), (element.get("id") or "").lower()
        classes = set((element.get("class") or "").lower().split())
        return any(
            (not of_tag or of_tag == tag) and named <= classes and (not an_id or an_id == own_id)
            for of_tag, named, an_id in self._rules
        )


def _hidden_by(style: str) -> bool:
    plain = re.sub(r"\s+|!important", "", style)
    if not plain:
        return False
    if _UNSHOWN.search(plain) or (_SIZE.search(plain) and _CUT.search(plain)):
        return True
    ink, paper = _INK.search(plain), _PAPER.search(plain)
    if paper is None:
        return _WHITE.search(plain) is not None
    return ink is not None and (ink[1] == paper[1] or bool(_WHITE.search(plain) and _WHITE.search(f"color:{paper[1]}")))
