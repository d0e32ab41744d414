"""Heads: which row was the last of a chain at some moment, signed and kept outside the database.

A chain of digests cannot show that its end was cut off, nor that all of it was written anew. A head that somebody has
kept can. Ed25519 rather than an HMAC: who checks a head needs no secret, so that a customer can.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.errors import CountersignError
from storage import chain
from storage.database import Database

FILE = "audit-heads.jsonl"
SIZE = 32  # bytes of a key, private or public


@dataclass(frozen=True)
class Head:
    """The last row of a team's chain at a moment. `key` is the public key it was signed with; both "" if it was not."""

    team: str
    number: int
    digest: str
    at: str
    key: str = ""
    signature: str = ""

    def said(self) -> bytes:
        """What is signed."""
        words = ["countersign audit head", self.team, self.number, self.digest, self.at]
        return json.dumps(words, ensure_ascii=True).encode()

    def holds(self) -> bool:
        """Whether it says what was signed with its key; whose key that is, is another question."""
        try:
            Ed25519PublicKey.from_public_bytes(_bytes(self.key)).verify(_bytes(self.signature), self.said())
        except (InvalidSignature, ValueError):
            return False
        return True


def new_key() -> str:
    """A new AUDIT_KEY."""
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def is_key(text: str) -> bool:
    """Whether a text is a key: 32 bytes in base64."""
    try:
        return len(_bytes(text)) == SIZE
    except ValueError:
        return False


def public_key(key: str) -> str:
    """The public half of an AUDIT_KEY."""
    return base64.b64encode(_private(key).public_key().public_bytes_raw()).decode()


def keep(database: Database, folder: Path, key: str, now: datetime) -> list[Head]:
    """Append the present head of every team to the file in the data folder, signed if there is a key."""
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    ends = database.read(lambda session: [(team, chain.end(session, team)) for team in chain.teams(session)])
    heads = [signed(Head(team, *end, at), key) for team, end in ends if end]
    _append(folder / FILE, heads)
    return heads


def read(path: Path) -> Iterator[tuple[int, Head | None]]:
    """Each line of a file of heads with its number; None for what is no head. Raises CountersignError."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise CountersignError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _parsed(line)


def signed(head: Head, key: str) -> Head:
    """The head with a signature; as it is where there is no key."""
    if not key:
        return head
    signature = base64.b64encode(_private(key).sign(head.said())).decode()
    return replace(head, key=public_key(key), signature=signature)


def _append(path: Path, heads: list[Head]) -> None:
    lines = "".join(json.dumps({k: v for k, v in asdict(head).items() if v != ""}) + "\n" for head in heads)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            if _is_cut_off(file):
                lines = "\n" + lines  # the line before must not spoil this one
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CountersignError(f"{path} cannot be written: {error.strerror}.") from error


def _is_cut_off(file: BinaryIO) -> bool:
    if not file.tell():
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _parsed(line: str) -> Head | None:
    try:
        head = Head(**json.loads(line))
    except (ValueError, TypeError):
        return None
    texts = (head.team, head.digest, head.at, head.key, head.signature)
    return head if isinstance(head.number, int) and all(isinstance(text, str) for text in texts) else None


def _private(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_bytes(key))


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
