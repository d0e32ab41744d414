"""A kind for tests: a summary whose approval does more than post it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.kinds import KINDS, Kind
from bot.kinds.kind import Extra


def errands(*targets: dict[str, Any]) -> Mapping[str, Kind]:
    """The program's kinds, and ``/countersign errand``, whose approval does these things too."""
    extras = [Extra(f"Errand {number}", target) for number, target in enumerate(targets, 1)]
    errand = replace(KINDS["summary"], name="errand", verbs=("errand",), shortcut="", extras=lambda *_: extras)
    return {**KINDS, "errand": errand}


def webhook(url: str, *, idempotent: bool = False) -> dict[str, Any]:
    """The target of a call."""
    return {"sort": "webhook", "url": url, "type": "approved", "data": {}, "idempotent": idempotent}


def mail(to: str = "li@team.example") -> dict[str, Any]:
    """The target of a mail."""
    return {"sort": "mail", "to": to, "subject": "Approved", "text": "It was approved."}
