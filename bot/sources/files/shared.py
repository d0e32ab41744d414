"""The files of a message: fetched, read and accounted for, within the limits of a whole source."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.drafting.source import listed
from bot.slack import NotFound, Raw, Slack, SlackError, SlackFile, file_from
from bot.sources.files import limits
from bot.sources.files.formats import Family, family_of
from bot.sources.files.names import shown_name
from bot.sources.files.parts import Part
from bot.sources.files.reading import Reading, read_file
from bot.sources.tally import DELETED_FILE, Tally

SCOPE = "files:read"
_TOO_LARGE = f"is larger than {limits.BYTES // 1_000_000} MB"
_NOT_FETCHED = {
    "too_large": _TOO_LARGE,
    "sign_in_page": "could not be downloaded (Slack sent its sign-in page instead)",
    "foreign_host": "is not on Slack's own servers",
    "unreachable": "could not be downloaded (Slack gave no full answer in time)",
    "incomplete": "could not be downloaded whole",
}


@dataclass(frozen=True)
class SharedFile:
    """A file that was read, at least in part; its name is fit to be shown."""

    id: str
    name: str
    user: str  # who uploaded it
    parts: tuple[Part, ...]


class Files:
    """Reads files until the limits of one source are reached; a file that was shared twice is read once."""

    def __init__(self, slack: Slack, *, most: int = limits.FILES, seconds: float = limits.FILES_SECONDS) -> None:
        self._slack = slack
        self._left = most
        self._most = most
        self._seconds = seconds  # left for files; reading messages takes its own time
        self._characters = limits.ALL_CHARACTERS
        self._seen: set[str] = set()

    def of(self, message: Raw, tally: Tally) -> Iterator[SharedFile]:
        """What could be read of a message's files, in order; the tally has the rest."""
        for raw in message.get("files") or []:
            if not isinstance(raw, Mapping) or raw.get("id") in self._seen:
                continue
            self._seen.add(str(raw.get("id")))
            if (file := self._known(raw)).is_gone:
                tally.count(DELETED_FILE)
                continue
            name = shown_name(file.name)
            family, why = self._readable(file, name)
            if family is None:
                tally.skip_file(name, why)
                continue
            self._left -= 1
            begun = time.monotonic()
            parts = self._read(file, name, family, tally)
            self._seconds -= time.monotonic() - begun
            if parts:
                tally.files += 1
                yield SharedFile(file.id, name, file.user, parts)

    def _known(self, raw: Raw) -> SlackFile:
        """The file, asked for where the message says too little of it, as in channels shared with others."""
        file = file_from(raw)
        if file.is_gone or (file.access == "visible" and (file.mode or file.url)):
            return file
        if SCOPE not in self._slack.identity().scopes:
            return file
        try:
            return self._slack.file(file.id)
        except NotFound:
            return SlackFile(file.id, file.name, mode="tombstone")

    def _readable(self, file: SlackFile, name: str) -> tuple[Family | None, str]:
        """How the file is to be read, or None and why it is not."""
        family = family_of(file.filetype, file.name, file.mode)
        kind = shown_name(file.filetype if file.filetype not in ("", "binary") else name.rpartition(".")[2])
        reasons = (
            (file.mode == "hidden_by_limit", "is hidden by this workspace's plan at Slack"),
            (file.is_external, "lies outside Slack"),
            (file.access not in ("visible", "check_file_info"), "is not open to me"),
            (family is None, f"cannot be read ({kind})"),
            (file.size > limits.BYTES, _TOO_LARGE),
            (SCOPE not in self._slack.identity().scopes, f"needs Slack's permission {SCOPE}, which the app lacks"),
            (not file.url, "has no address to download it from"),
            (self._left <= 0, f"came after the {self._most} newest files, which is the limit"),
            (self._seconds <= 0, "was left out, since the others took too long to read"),
            (self._characters <= 0, "was left out, since the others were as long as I read"),
        )
        why = next((words for holds, words in reasons if holds), "")
        return (None, why) if why else (family, "")

    def _read(self, file: SlackFile, name: str, family: Family, tally: Tally) -> tuple[Part, ...]:
        with tempfile.TemporaryDirectory(prefix="countersign-") as folder:
            path = Path(folder) / "file"
            if why := self._fetch(file, family, path):
                tally.skip_file(name, why)
                return ()
            reading = read_file(path, family, seconds=min(limits.SECONDS, self._seconds))
        self._characters -= reading.account.characters
        _account(reading, name, family, tally)
        return reading.parts

    def _fetch(self, file: SlackFile, family: Family, path: Path) -> str:
        """Why the file could not be had; "" if it lies there now."""
        try:
            with path.open("w+b") as to:
                media = self._slack.download(file.url, to, at_most=limits.BYTES, seconds=limits.DOWNLOAD_SECONDS)
                length = to.tell()
        except SlackError as error:
            return _NOT_FETCHED.get(error.code, f"could not be downloaded ({error.code})")
        if media == "text/html" and family != "web":
            return _NOT_FETCHED["sign_in_page"]
        if file.mode == "hosted" and file.size and length != file.size:
            return _NOT_FETCHED["incomplete"]
        return ""


def _account(reading: Reading, name: str, family: Family, tally: Tally) -> None:
    """Says what was not read of a file."""
    account = reading.account
    if not reading.parts:
        empty = "has no text that people can see (scanned, perhaps)" if family == "pdf" else "has no text"
        tally.skip_file(name, reading.problem or empty)
        return
    if reading.problem:
        tally.remark(f"the rest of “{name}” (it {reading.problem}: read {_extent(reading)})")
    elif reading.full:
        tally.remark(f"the rest of “{name}” (too long: read {_extent(reading)})")
    if account.hidden:
        pieces = "1 piece" if account.hidden == 1 else f"{account.hidden:,} pieces"
        tally.remark(f"{pieces} of hidden text in “{name}”")
    if account.empty:
        pages = f"{account.unit}{'' if account.taken == 1 else 's'}"
        have = "has" if account.empty == 1 else "have"
        tally.remark(f"{account.empty:,} of {account.taken:,} {pages} of “{name}”, which {have} no text")
    if account.besides:
        tally.remark(f"the {listed(sorted(account.besides))} of “{name}”")


def _extent(reading: Reading) -> str:
    """How far was read: "the first 40 of 300 pages"."""
    account = reading.account
    if reading.full == "characters":
        return f"its first {account.characters:,} characters"
    if account.total:
        return f"the first {account.taken:,} of {account.total:,} {account.unit}s"
    return f"its first {account.taken:,} {account.unit}{'' if account.taken == 1 else 's'}"
