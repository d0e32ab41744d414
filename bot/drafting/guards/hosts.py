"""Where the name of a site stands in a text without a scheme before it: "evil.com", "a@evil.com", "evil.com/login"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from publicsuffixlist import PublicSuffixList

# Scripts that are written without spaces: "evil.comです" is a site and a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
REST = r"[^\s<>|\"“”«»`\\]*"

_RUN = re.compile(rf"(?:[^\W{UNSPACED}]+|[-+@]+|\.(?!\.))++")  # every host is in one, and what begins a run ends none
_END = re.compile(r"(?<=[^\W_])\.(xn--[a-z0-9-]+|[^\W\d_]{2,})(?![-_]{0,3}[^\W_])", re.IGNORECASE)
_FAR_END = re.compile(rf"(?<=[^\W_])\.([{UNSPACED}]{{2,20}})(?![{UNSPACED}])")  # .みんな, .中国
_BEFORE = re.compile(r"[\w-]+\Z")
_LABEL = 63  # characters at most, by RFC 1035
_PATH = re.compile(rf"[/?#:]{REST}")
_PLACE = re.compile(rf"(?:/|:\d|\?){REST}")  # behind a name that ends in no known way: "intranet.local/x"
_PLACED = re.compile(r"[^\W_]\.[^\W\d_]{2,24}\Z")
_HOUR = re.compile(r"\d{1,2}\.[ap]m", re.IGNORECASE)

# Endings of sites too, but people name files so more often; with a path behind them they are sites all the same. Others
# such as .zip are not among them: nobody misses a file's name that no cited message has, and sites pass for files.
_FILES = frozenset({"md", "py", "sh"})
_FILES_IN_FOLDERS = _FILES | {"cc", "in", "mk", "pl", "pm", "ps", "rs", "so", "tf"}  # "src/main.rs"
# Endings of sites that begin a sentence where a space was forgotten: "done.Next".
_OPENING = re.compile(
    r"[^\W\d_]+\.(?:All|And|Are|As|At|Be|But|By|Call|Can|Do|For|Go|Here|How|If|In|Is|It|Like|May|Me|My|New|Next|No|Now"
    r"|One|Open|See|So|The|This|To|Us|We|What|You)"
)


def hosts(plain: str) -> Iterator[tuple[int, int, int]]:
    """Where each begins, where the name ends, and where a path behind it does, in a text in NFKC. In linear time."""
    at = 0
    while run := _RUN.search(plain, at):
        at = run.end()
        if found := _host(plain, *run.span()):
            yield found
            at = max(at, found[2])
    at = 0
    while end := _FAR_END.search(plain, at):
        at = end.end()
        if _is_known(end[1]):
            at = _with_path(plain, end.end(), _PATH)
            yield end.start() - len(_name_before(plain, end.start())), end.end(), at


def _host(plain: str, start: int, stop: int) -> tuple[int, int, int] | None:
    ends = [end for end in _END.finditer(plain, start, stop) if _is_end(plain, start, end)]
    begin = next((place for place in range(start, stop) if plain[place].isalnum()), stop)
    if ends and ends[0].start() == start and (before := _name_before(plain, start)):  # 例え.com
        begin = start - len(before)
    if ends:
        return begin, ends[-1].end(), _with_path(plain, ends[-1].end(), _PATH)
    in_folder = plain[start - 1 : start] == "/" and start > 0
    if not in_folder and _PLACED.search(plain[max(start, stop - 26) : stop]) and not _is_file(plain, start, stop):
        end = _with_path(plain, stop, _PLACE)
        return (begin, stop + 1, end) if end > stop else None
    return None


def _is_end(plain: str, start: int, end: re.Match[str]) -> bool:
    """Whether a site's name ends here, in a run that begins at `start`."""
    ending, behind = end[1].casefold(), plain[end.end() : end.end() + 1]
    if not _is_known(ending):
        return False
    if behind == "/":
        return True
    if start and plain[start - 1] == "/" and ending in _FILES_IN_FOLDERS:
        return False
    whole = plain[start : end.end()]
    return ending not in _FILES and not _OPENING.fullmatch(whole) and not _HOUR.fullmatch(whole)


def _is_file(plain: str, start: int, stop: int) -> bool:
    """Whether a run is a file's name with no path behind it: "main.py:12"."""
    return plain[start:stop].rpartition(".")[2].casefold() in _FILES and plain[stop : stop + 1] != "/"


def _name_before(plain: str, dot: int) -> str:
    found = _BEFORE.search(plain[max(0, dot - _LABEL) : dot])
    return found[0] if found else ""


def _with_path(plain: str, end: int, path: re.Pattern[str]) -> int:
    found = path.match(plain, end)
    return found.end() if found else end


def _is_known(ending: str) -> bool:
    return ending.startswith("xn--") or _endings().is_public(ending.casefold())


@cache
def _endings() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, accept_encoded_idn=False, only_icann=True)
