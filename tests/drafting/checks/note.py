"""A small kind of draft for the tests of what is checked."""

from __future__ import annotations

from pydantic import BaseModel

from bot.drafting.statement import Evidence, Statement


class Todo(BaseModel):
    task: Statement
    due: str = ""


class Note(BaseModel):
    outcome: Statement
    points: list[Statement] = []
    todos: list[Todo] = []
    title: str = ""


def says(text: str, *evidence: tuple[str, str]) -> Note:
    return Note(outcome=Statement(text=text, evidence=[Evidence(id=i, quote=q) for i, q in evidence]))
