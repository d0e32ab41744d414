"""The digest that binds an approval to what was shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def payload_digest(payload_json: str | Mapping[str, Any]) -> str:
    """Hex SHA-256 of a payload's canonical JSON: keys sorted, no spaces, UTF-8. Takes JSON text or its value."""
    value = json.loads(payload_json) if isinstance(payload_json, str) else payload_json
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    # A lone surrogate is not UTF-8 but can come out of json.loads; two payloads must still not share a digest.
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
