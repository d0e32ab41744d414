"""XLSX, sheet by sheet: values as Excel last saved them, never computed; a formula without one is its own text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from lxml import etree

from bot.drafting.privacy.columns import masked_rows
from bot.sources.files.cells import Unseen
from bot.sources.files.container import check_container
from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.stretches import stretches

_COMMENTS = re.compile(r"xl/(?:comments\d*\.xml|comments/|threadedComments/)")
_BAD = (BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, etree.LxmlError)


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each stretch of rows of each visible sheet."""
    account.unit = "part"
    check_container(path)
    try:
        yield from _read(path, account)
    except _BAD as error:  # openpyxl has no error of its own for what is no workbook
        raise Unreadable("is damaged, or not what its name says") from error


def _read(path: Path, account: Account) -> Iterator[Part]:
    with path.open("rb") as one, path.open("rb") as other:  # by a path it would ask for an ending of its own
        values = openpyxl.load_workbook(one, read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(other, read_only=True, keep_links=False)
        with ZipFile(path) as archive:
            if any(map(_COMMENTS.match, archive.namelist())):
                account.besides.append("comments")
        for number, sheet in enumerate(values.worksheets, 1):
            if sheet.sheet_state != "visible":
                account.hidden += 1
                continue
            hidden_rows, hidden_columns = _hidden(path, sheet)
            both = (sheet, formulas.worksheets[number - 1])
            for each in both:
                each.reset_dimensions()
            rows = zip_longest(sheet.iter_rows(), both[1].iter_rows(values_only=True), fillvalue=())
            shown = masked_rows(_shown(rows, hidden_rows, hidden_columns, account))
            lines = (" | ".join(cells).strip(" |") for cells in shown)
            for first, last, text in stretches(lines):
                account.taken += 1
                place = f"sheet “{sheet.title[:40]}”, rows {first} to {last}"
                yield Part(f"h{number}r{first}", place, text)


def _shown(rows: Any, hidden_rows: set[int], hidden_columns: set[int], account: Account) -> Iterator[list[str]]:
    """The cells of each row, none where it is hidden, so that their numbers stay Excel's."""
    unseen = Unseen()
    for number, (shown, written) in enumerate(rows, 1):
        blank = {column for column, cell in enumerate(shown, 1) if unseen.hides(cell)}
        cells = [
            _cell(None if cell is None else cell.value, formula) if column not in blank else ""
            for column, (cell, formula) in enumerate(zip_longest(shown, written), 1)
            if column not in hidden_columns
        ]
        if number in hidden_rows or _any_of(written, hidden_columns | blank):
            account.hidden += 1
        yield [] if number in hidden_rows else cells


def _any_of(row: Sequence[Any], columns: set[int]) -> bool:
    return any(column in columns and cell is not None for column, cell in enumerate(row, 1))


def _cell(value: object, formula: object) -> str:
    shown = formula if value is None else value
    if shown is None:
        return ""
    if isinstance(shown, datetime) and shown.time() == time():
        shown = shown.date()
    if isinstance(shown, date | time):
        return shown.isoformat()
    if isinstance(shown, float) and shown.is_integer():
        return str(int(shown))
    return " ".join(str(shown).split())


def _hidden(path: Path, sheet: Any) -> tuple[set[int], set[int]]:
    """The numbers of hidden rows and columns, which openpyxl does not tell of a sheet that it streams."""
    rows: set[int] = set()
    columns: set[int] = set()
    with ZipFile(path) as archive, archive.open(sheet._worksheet_path) as source:
        number = 0
        for _, element in etree.iterparse(source, tag=("{*}row", "{*}col"), resolve_entities=False):
            hidden = element.get("hidden") in ("1", "true")
            if str(element.tag).endswith("}row"):
                number = int(element.get("r") or number + 1)
                if hidden:
                    rows.add(number)
            elif hidden:
                last = min(int(element.get("max") or 0), 16_384)
                columns |= set(range(int(element.get("min") or 1), last + 1))
            element.clear()
            while element.getprevious() is not None:  # else the rows read so far stay in memory
                del element.getparent()[0]  # type: ignore[union-attr]
    return rows, columns
