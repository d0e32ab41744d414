"""CSV and TSV, in stretches of rows. Cells are text: what looks like a formula stays what is written."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from bot.drafting.privacy.columns import masked_rows
from bot.sources.files import limits
from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.stretches import stretches
from bot.sources.files.words import words_of


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each stretch of rows."""
    account.unit = "part"
    text = words_of(path)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:20_000], ",;\t|")
    except csv.Error:  # one column, say
        dialect = csv.excel
    csv.field_size_limit(limits.CHARACTERS)  # of this process; Python's own is 131,072
    rows = csv.reader(StringIO(text, newline=""), dialect)
    try:
        lines = (" | ".join(" ".join(cell.split()) for cell in row) for row in masked_rows(rows))
        for first, last, said in stretches(lines):
            account.taken += 1
            yield Part(f"r{first}", f"rows {first} to {last}", said)
    except csv.Error as error:
        if "field limit" in str(error):
            why = f"has a cell of more than {limits.CHARACTERS:,} characters near line {rows.line_num}"
            raise Unreadable(why) from error
        raise Unreadable(f"cannot be read on from row {rows.line_num}: {error}") from error
