"""Secrets in tables: what stands below a heading such as "password", in rows of a file or in lines of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

MASK = "[secret masked]"

_HEADING = re.compile(r"\s*+(?!and\b|or\b|und\b|oder\b)(?:\S{1,40}+\s*+){0,3}+")  # what is longer is a sentence
_PASSWORD = re.compile(
    r"(?:[\w.]{1,20}[ _-]){0,2}(?:passwords?|passwd|passphrase|passcode|passwort|kennwort|contraseña|pwd|pw)",
    re.IGNORECASE,
)
_PASS = re.compile(r"(?:[\w.]{1,20}[ _-]){0,2}pass", re.IGNORECASE)  # which is also what tests, skiers and years do
_ACCOUNT = re.compile(
    r"(?:[\w.]{1,20}[ _-]){0,2}(?:users?|(?:user|log ?in|host|account)?[ _-]?names?|log ?in|accounts?|hosts?|servers?"
    r"|e?-?mails?|(?:benutzer|nutzer)(?:name)?|anmeldename|konto|utilisateur|usuario|correo)",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:[\w.]{1,20}[ _-]){0,2}(?:secret|token|credentials?|(?:api|access|private|account|signing|auth)[ _-]?key)",
    re.IGNORECASE,
)
_CHOSEN = re.compile(r"(?!\$|\*{3}|https?:|\[)\S{4,200}")
_SIGNED = re.compile(r"(?!\$|\*{3}|https?:|\[)(?=\S*?[^\W\d_])(?=\S*?[\d!@#$%^&*?+~])\S{4,200}")
_MADE = re.compile(r"(?!\$|\*{3}|https?:|\[)(?=\S*?[A-Za-z])(?=\S*?\d)\S{6,200}")
_NO_SECRET = re.compile(
    r"none|null|true|false|string|required|optional|hidden|unknown|missing|varchar|text|n/a|-+", re.IGNORECASE
)
_CELLS = {
    sign: re.compile(rf'"(?:[^"]|"")*+"(?=\s*(?:{re.escape(sign)}|$))|[^{re.escape(sign)}]++') for sign in "|\t;,"
}
_RULE = re.compile(r"(?=[^-]{0,9}--)[\s|:+-]*")


def masked_rows(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The rows, as they come, with the cells masked that stand below a heading of secrets, wherever that is."""
    below: dict[int, re.Pattern[str]] = {}
    for row in rows:
        headings = _headings(row)
        below = headings or below
        yield [
            MASK if not headings and place in below and _is_secret(cell, below[place]) else cell
            for place, cell in enumerate(row)
        ]


def with_masked_columns(text: str) -> tuple[str, int]:
    """A text with the same done to its lines of cells, between `|`, tabs, `;` or `,`, and how many cells were masked.

    A table ends with the first line that has another number of cells than its headings.
    """
    lines = text.split("\n")
    count = 0
    sign, width, below = "", 0, dict[int, re.Pattern[str]]()
    for at, line in enumerate(lines):
        if found := _table_begins(line):
            sign, width, below = found
            continue
        if not below or _RULE.fullmatch(line):
            continue
        cells = list(_CELLS[sign].finditer(line))
        if len(cells) != width:
            below = {}
            continue
        for place in sorted(below, reverse=True):
            cell = cells[place]
            inside = cell[0].strip().strip("\"'`").strip()
            if _is_secret(inside, below[place]):
                start = cell.start() + cell[0].index(inside)
                line = f"{line[:start]}{MASK}{line[start + len(inside) :]}"
                count += 1
        lines[at] = line
    return ("\n".join(lines), count) if count else (text, 0)


def _table_begins(line: str) -> tuple[str, int, dict[int, re.Pattern[str]]] | None:
    """The sign between the cells, how many there are, and what to look for below which; None for no such headings."""
    for sign, pattern in _CELLS.items():
        if sign in line:
            cells = pattern.findall(line)
            named = [cell.strip().strip("\"'`*_ ") for cell in cells]
            # People put commas between anything: "Sorry, wrong password" begins no table.
            headings = _headings(named) if sign in "|\t" or any(map(_ACCOUNT.fullmatch, named)) else {}
            return (sign, len(cells), headings) if headings else None
    return None


def _headings(cells: Sequence[str]) -> dict[int, re.Pattern[str]]:
    """Which of the cells of a row of headings say that secrets stand below, and how these look."""
    if len(cells) < 2 or not all(map(_HEADING.fullmatch, cells)):
        return {}
    named = [cell.strip() for cell in cells]
    accounts = any(map(_ACCOUNT.fullmatch, named))
    looks = {place: _look_below(cell, accounts) for place, cell in enumerate(named)}
    return {place: look for place, look in looks.items() if look}


def _look_below(heading: str, accounts: bool) -> re.Pattern[str] | None:
    if _PASSWORD.fullmatch(heading):
        return _CHOSEN
    if _KEY.fullmatch(heading):
        return _MADE
    return _SIGNED if accounts and _PASS.fullmatch(heading) else None


def _is_secret(cell: str, looks: re.Pattern[str]) -> bool:
    cell = cell.strip()
    return looks.fullmatch(cell) is not None and not _NO_SECRET.fullmatch(cell)
