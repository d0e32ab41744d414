"""PDF, page by page. Text that nobody sees is dropped, also where it is a scan's text layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import PyPdfError

from bot.sources.files.limits import STREAM_BYTES
from bot.sources.files.painting import Painting
from bot.sources.files.parts import Account, Part, Unreadable

_LIMITS = Configuration(
    zlib_maximum_output_length=STREAM_BYTES,
    lzw_maximum_output_length=STREAM_BYTES,
    run_length_maximum_output_length=STREAM_BYTES,
    array_based_stream_maximum_output_length=STREAM_BYTES,
)


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each page with text."""
    account.unit = "page"
    with apply_configuration(_LIMITS):
        try:
            pdf = PdfReader(path)
            if pdf.is_encrypted and not pdf.decrypt(""):
                raise Unreadable("is encrypted")
            account.total = len(pdf.pages)
        except PyPdfError as error:
            raise Unreadable("is damaged, or is no PDF") from error
        for number in range(1, account.total + 1):
            account.taken = number
            try:
                page = pdf.pages[number - 1]
                painting = Painting(page, account)
                text = page.extract_text(visitor_operand_before=painting.before, visitor_operand_after=painting.after)
            except PyPdfError as error:
                raise Unreadable(f"cannot be read from page {number} on (damaged, or packed too tightly)") from error
            if text.strip():
                yield Part(f"p{number}", f"page {number}", text)
            else:
                account.empty += 1
            # What a page needed, its successors rarely do: without this, memory grows with the pages.
            pdf.resolved_objects.clear()
