"""Secrets at rest: sealed with the first of the keys in SINK_KEYS, opened with any of them."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import CountersignError

NO_KEY = "SINK_KEYS is not set, so no credentials can be kept: countersign sink key makes one."
_LOST = "put the key back that they were sealed with, or remove the sink and add it again"


class Vault:
    """`keys`: Fernet keys with commas between them, the newest first; "" for none."""

    def __init__(self, keys: str) -> None:
        self._keys = [key.strip() for key in keys.split(",") if key.strip()]

    def seal(self, of: str, values: dict[str, Any]) -> str:
        """The values, readable only with a key, and only as those `of` whom they are. Raises CountersignError."""
        return self._cipher().encrypt(json.dumps({"of": of, "values": values}).encode()).decode()

    def open(self, of: str, sealed: str) -> dict[str, Any]:
        """What was sealed for `of`. Raises CountersignError where none of the keys opens it, or it was another's."""
        try:
            found = json.loads(self._cipher().decrypt(sealed))
        except InvalidToken as error:
            raise CountersignError(
                f"The credentials of {of} cannot be opened with SINK_KEYS: set them anew."
            ) from error
        if found["of"] != of:
            raise CountersignError(f"The credentials of {of} are those of another: {_LOST}.")
        values: dict[str, Any] = found["values"]
        return values

    def renew(self, of: str, sealed: str) -> str:
        """The same, sealed with the first key. Raises CountersignError."""
        return self.seal(of, self.open(of, sealed))

    def _cipher(self) -> MultiFernet:
        if not self._keys:
            raise CountersignError(NO_KEY)
        return MultiFernet([Fernet(key) for key in self._keys])


def new_key() -> str:
    """A new key for SINK_KEYS."""
    return Fernet.generate_key().decode()
