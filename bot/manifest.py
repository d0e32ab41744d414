"""The app's manifest, as this program needs it to be installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.errors import CountersignError

PATH = Path(__file__).parent.parent / "manifest.yml"


def load(path: Path = PATH) -> dict[str, Any]:
    """The manifest as plain values. Raises CountersignError where the file is not beside the program."""
    try:
        loaded: dict[str, Any] = yaml.safe_load(path.read_text())
    except OSError as error:
        raise CountersignError(f"{path.name} is not beside the program: take it from the repository.") from error
    return loaded


def scopes(manifest: dict[str, Any]) -> frozenset[str]:
    """The bot scopes it asks for."""
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])
