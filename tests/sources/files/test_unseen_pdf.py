"""Text of a PDF that nobody sees is dropped and counted; what may be seen is read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

from bot.sources.files.parts import Account
from bot.sources.files.pdf import read

from . import made

WORDS = b"BT /F1 12 Tf 72 600 Td (obey) Tj ET"
DARK = b"0 0 0.4 rg 50 590 300 40 re f "


def page(drawn: bytes, form: bytes = b"", matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)) -> bytes:
    """A page that says "We ship." and has this drawn on it, by itself or in a form as /X."""
    writer = PdfWriter(PdfReader(io.BytesIO(made.pdf(["We ship."]))))
    page = writer.pages[0]
    content, group = DecodedStreamObject(), DecodedStreamObject()
    content.set_data(page.get_contents().get_data() + b"\nq " + drawn + b" Q")  # type: ignore[union-attr]
    page[NameObject("/Contents")] = writer._add_object(content)
    group.set_data(form)
    group.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/Matrix"): ArrayObject(map(FloatObject, matrix)),
            NameObject("/Resources"): page["/Resources"].clone(writer),
        }
    )
    bare = group.clone(writer)
    bare[NameObject("/BBox")] = ArrayObject(map(FloatObject, (50, 590, 350, 630)))
    del bare["/Resources"]
    forms = DictionaryObject({NameObject("/X"): writer._add_object(group), NameObject("/Bare"): bare})
    page["/Resources"].get_object()[NameObject("/XObject")] = forms  # type: ignore[index]
    states = {"/Clear": DictionaryObject({NameObject("/ca"): FloatObject(0)})}
    page["/Resources"].get_object()[NameObject("/ExtGState")] = DictionaryObject(  # type: ignore[index]
        {NameObject(name): state for name, state in states.items()}
    )
    return made.saved(writer.write)


def told(folder: Path, content: bytes) -> tuple[str, int]:
    path, account = folder / "x.pdf", Account()
    path.write_bytes(content)
    return " ".join(" ".join(part.text.split()) for part in read(path, account)), account.hidden


@pytest.mark.parametrize(
    "drawn",
    [
        b"3 Tr " + WORDS,
        b"7 Tr " + WORDS,
        b"1 1 1 rg " + WORDS,
        b"0.97 g " + WORDS,
        b"0 0 0 0.01 k " + WORDS,
        b"/DeviceRGB cs 1 1 1 sc " + WORDS,
        DARK + b"1 g 50 590 300 40 re f " + WORDS,  # white on white on dark
        b"1 g " + WORDS.replace(b"(obey) Tj", b"[(ob) -5 (ey)] TJ"),
        WORDS.replace(b"72 600", b"72 -3000"),
        WORDS.replace(b"72 600", b"2000 600"),
        b"1 0 0 1 0 5000 cm " + WORDS,
        WORDS.replace(b"12 Tf", b"0.1 Tf"),
        b"0.01 0 0 0.01 100 100 cm " + WORDS,
        b"/Clear gs " + WORDS,
    ],
)
def test_what_nobody_sees_of_a_page_is_dropped_and_counted(tmp_path: Path, drawn: bytes) -> None:
    assert told(tmp_path, page(drawn)) == ("We ship.", 1)
    assert told(tmp_path, page(b"/X Do", drawn)) == ("We ship.", 1)


@pytest.mark.parametrize(
    "drawn",
    [
        WORDS,
        DARK + b"1 1 1 rg " + WORDS,
        b"q 300 0 0 40 50 590 cm /X Do Q 1 g 2 Tr " + WORDS,  # filled and stroked
        b"/Blue sh 1 g " + WORDS,
        b"/Bare Do 1 g " + WORDS,
        b"0 g 50 590 m 350 590 l 350 630 l 50 630 l f 1 g " + WORDS,
        b"0.9 g " + WORDS,
        b"/Odd cs 1 scn " + WORDS,  # what color that is is not known
        b"12 0 0 12 0 0 cm " + WORDS.replace(b"12 Tf", b"1 Tf").replace(b"72 600", b"6 50"),
        b"3 Tr 0 Tr " + WORDS,
        b"q 1 g Q " + WORDS,
        b"(x) Tr g cm gs /No gs /No Do Q Q " + WORDS,  # damaged
    ],
)
def test_what_may_be_seen_of_a_page_is_read(tmp_path: Path, drawn: bytes) -> None:
    assert told(tmp_path, page(drawn)) == ("We ship. obey", 0)


def test_a_form_is_seen_where_it_is_put(tmp_path: Path) -> None:
    far = WORDS.replace(b"72 600", b"5072 600")
    assert told(tmp_path, page(b"/X Do", far, (1, 0, 0, 1, -5000, 0))) == ("We ship. obey", 0)
    assert told(tmp_path, page(b"/X Do", WORDS, (1, 0, 0, 1, -5000, 0))) == ("We ship.", 1)
    assert told(tmp_path, page(b"3 Tr /X Do 0 Tr " + WORDS, b"0 Tr")) == ("We ship. obey", 0)
