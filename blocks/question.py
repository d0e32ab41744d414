"""A question to who asked for a draft, with the button that answers it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from blocks import rich
from blocks.body import clean, clip, fallback, mention, name, short
from blocks.ids import pack_statement
from blocks.message import Message
from blocks.parts import actions, button, context, section
from blocks.view import Person

ANSWER = "question_answer"
_CLIP = 3000


@dataclass(frozen=True)
class Question:
    """One question, as it is now; `ended_by` answered it, or went on without an answer."""

    draft_id: str
    number: int
    title: str
    text: str
    asked_by: Person
    asked: Person
    answer: str = ""
    ended_by: Person | None = None
    over: bool = False  # the draft waits no more, and nobody ended the question


def question(view: Question) -> Message:
    """The message; with its button only while the question is open."""
    about = short(view.title, 200) or "a draft"
    blocks = [
        section(f"❓ {mention(view.asked)}: {mention(view.asked_by)} has a question about *{about}*"),
        *_quoted(view.text),
    ]
    if view.ended_by is None and view.over:
        blocks.append(context("There was no answer, and the draft waits no more."))
    elif view.ended_by is None:
        blocks.append(actions(button("Answer", ANSWER, pack_statement(view.number, view.draft_id, 1), style="primary")))
        blocks.append(context("The draft waits for your answer: meanwhile nobody is reminded of it."))
    elif view.answer:
        blocks += [section(f"💬 {mention(view.ended_by)} answered:"), *_quoted(view.answer)]
    else:
        blocks.append(context(f"{mention(view.ended_by)} went on without an answer."))
    return Message(fallback(f"{name(view.asked_by)} has a question about {view.title}", view.text), blocks)


def _quoted(words: str) -> list[dict[str, object]]:
    return rich.blocks([rich.Row("quote", rich.text(clip(clean(words).strip(), _CLIP) or "–"))])
