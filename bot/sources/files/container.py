"""The zip container of DOCX, XLSX and PPTX, weighed before anything in it is unpacked."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from bot.sources.files.limits import ENTRIES, UNPACKED_BYTES
from bot.sources.files.parts import Unreadable

_OLE = b"\xd0\xcf\x11\xe0"  # Office's older container, which also wraps encrypted documents


def check_container(path: Path) -> None:
    """Raises Unreadable for what is encrypted, damaged, or would unpack to too much.

    zipfile never unpacks more of an entry than its header says: what lies about that ends in an error.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise Unreadable("is encrypted, or in Office's format of before 2007")
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except (BadZipFile, OSError, ValueError) as error:
        raise Unreadable("is damaged, or not what its name says") from error
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
        raise Unreadable(f"unpacks to more than {UNPACKED_BYTES // 1_000_000} MB")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("is encrypted")
