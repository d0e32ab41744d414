"""Messages, and what the checks make of a statement that cites them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.drafting.checks.match import words_found
from bot.drafting.checks.verifier import verify
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement
from tests.drafting.checks.note import Note

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def items(*said: tuple[str, str]) -> list[SourceItem]:
    """Messages by (author, text), a minute apart."""
    return [
        SourceItem(f"m{n}", author, f"U{n}", MONDAY + timedelta(minutes=n), text)
        for n, (author, text) in enumerate(said, 1)
    ]


def judged(source: list[SourceItem], text: str, *quotes: str) -> Statement:
    """The statement, with each quote cited from the first message that holds it."""
    evidence = [
        Evidence(id=next(item.id for item in source if words_found(quote, item.text)), quote=quote) for quote in quotes
    ]
    return verify(Note(outcome=Statement(text=text, evidence=evidence)), source).outcome


def answered(asked: str, reply: str, text: str) -> Statement:
    """A statement that cites what Ana asked and what Ben replied."""
    return judged(items(("Ana", asked), ("Ben", reply)), text, asked, reply)


TALK = items(
    ("Ana", "We ship the price list on Friday."),
    ("Ben", "The cake was good, thanks."),
    ("Li", "Agreed, fine with me."),
    ("Ana", "Who writes the notes of the meeting?"),
    ("Ben", "I will."),
)
odd = st.sampled_from(["We will not ship 1,500 on Friday?", "May", "@Ana", "\ud800", "ß", "٣ k"])
said = st.text(max_size=80) | odd
