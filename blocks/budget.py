"""How much a modal or Home view can hold."""

from __future__ import annotations

import json
from collections.abc import Sequence

from blocks.parts import Block

VIEW_BLOCKS = 100
VIEW_BYTES = 240_000  # Slack's limit is 250 KB; the rest is for what Slack adds and counts differently


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
