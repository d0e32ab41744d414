"""The bytes of a text file as text."""

from __future__ import annotations

from pathlib import Path

from charset_normalizer import from_bytes

from bot.sources.files.parts import Unreadable

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def words_of(path: Path) -> str:
    """The text of the file, with "\\n" for every line break; raises Unreadable for what is no text."""
    raw = path.read_bytes()
    named = next((encoding for mark, encoding in _BOMS if raw.startswith(mark)), "utf-8")
    if named == "utf-8" and b"\0" in raw[:10_000]:
        raise Unreadable("is no text, whatever its name says")
    try:
        text = raw.decode(named)
    except UnicodeDecodeError:
        guess = from_bytes(raw[:1_000_000]).best()
        text = raw.decode(guess.encoding if guess else "cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
