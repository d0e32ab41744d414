"""How much a message, a modal or the Home view can hold."""

from __future__ import annotations

import json
from collections.abc import Sequence

from blocks.parts import Block

# Slack refuses messages whose blocks are too large, structure counted, by a rule that it does not publish: reports
# have it at some 13,000 characters of JSON. This keeps well below.
MESSAGE_SIZE = 10_000
VIEW_BLOCKS = 100
VIEW_BYTES = 240_000  # Slack's limit is 250 KB; the rest is for what Slack adds and counts differently


def size(blocks: object) -> int:
    """Characters of blocks, or of parts of them, as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


class Budget:
    """Room left in a view: blocks, and bytes of JSON counted as \\uXXXX escapes, the longest form anybody sends."""

    def __init__(self, blocks: int = VIEW_BLOCKS, size: int = VIEW_BYTES) -> None:
        self._blocks = blocks
        self._bytes = size

    def take(self, blocks: Sequence[Block]) -> bool:
        """Takes room for all of the blocks, or for none and answers False."""
        size = len(json.dumps(blocks))
        if len(blocks) > self._blocks or size > self._bytes:
            return False
        self._blocks -= len(blocks)
        self._bytes -= size
        return True
