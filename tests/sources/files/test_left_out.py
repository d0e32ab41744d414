"""What of a file was not read is said beside what was."""

from __future__ import annotations

from tests.sources.chat import Chat
from tests.sources.files.test_shared import Last, read, share

from . import made


def test_pages_without_text_are_counted_on_the_card(chat: Chat, last: Last) -> None:
    share(chat, "scan.pdf", made.pdf(["We ship on Friday.", *[""] * 9]))
    source = read(chat, last)
    assert source.skipped == ("9 of 10 pages of “scan.pdf”, which have no text",)
    share(chat, "two.pdf", made.pdf(["We ship on Friday.", ""]))
    assert "1 of 2 pages of “two.pdf”, which has no text" in read(chat, last).skipped
