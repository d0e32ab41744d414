"""PDF, page by page. Text that is not painted (render mode 3) is dropped, also where it is a scan's text layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import Configuration, PageObject, PdfReader, apply_configuration
from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream, NameObject

from bot.sources.files.limits import STREAM_BYTES
from bot.sources.files.parts import Account, Part, Unreadable

_SHOWS_TEXT = frozenset([b"Tj", b"TJ", b"'", b'"'])
_INVISIBLE = 3
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
                _drop_invisible(page, pdf, account)
                text = page.extract_text()
            except PyPdfError as error:
                raise Unreadable(f"cannot be read from page {number} on (damaged, or packed too tightly)") from error
            if text.strip():
                yield Part(f"p{number}", f"page {number}", text)
            # What a page needed, its successors rarely do: without this, memory grows with the pages.
            pdf.resolved_objects.clear()


def _drop_invisible(page: PageObject, pdf: PdfReader, account: Account) -> None:
    content = page.get_contents()
    if content is None or b"Tr" not in content.get_data():
        return
    content = ContentStream(content, pdf)
    kept: list[tuple[Any, Any]] = []
    mode, saved = 0, [0]
    for operands, operator in content.operations:
        if operator == b"q":
            saved.append(mode)
        elif operator == b"Q":
            mode = saved.pop() if len(saved) > 1 else 0
        elif operator == b"Tr" and operands:
            mode = operands[0]
        if operator in _SHOWS_TEXT and mode == _INVISIBLE:
            account.hidden += 1
        else:
            kept.append((operands, operator))
    if len(kept) < len(content.operations):
        content.operations = kept
        page[NameObject("/Contents")] = content
