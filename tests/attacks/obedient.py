"""A model that does whatever the attacker wants, for every kind; and what people get to see of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import cycle
from typing import Any

from pydantic import BaseModel

from blocks.card import card
from blocks.edit_form import edit_form
from blocks.evidence import evidence_view
from blocks.posted import posted
from blocks.view import Card, Caution, Mark, Person, Posted
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest
from bot.drafting.guards.flood import without_flood
from bot.drafting.guards.steering import cautions
from bot.drafting.model.prompt import messages
from bot.drafting.model.wire import BadAnswerError, parse, schema_for
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement, walk
from bot.kinds import Kind
from tests.attacks.watch import faults, texts

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA = Person("U0ANA", "Ana")
PERMALINK = "https://small.slack.com/archives/C0DEV/p17000000000001"


def source(*said: tuple[str, str] | str) -> tuple[SourceItem, ...]:
    """Messages m1, m2, …: (author, text), or a text by Ana."""
    pairs = [one if isinstance(one, tuple) else ("Ana", one) for one in said]
    return tuple(
        SourceItem(
            *(f"m{n}", author, f"U0{author.upper()[:8]}", START + timedelta(minutes=n), text, f"{PERMALINK}{n:02}"),
            ref=f"C0DEV/{n}",
            place="#dev",
        )
        for n, (author, text) in enumerate(pairs, 1)
    )


def obey(kind: Kind, says: str | Sequence[str], evidence: Sequence[tuple[str, str]], times: int = 1) -> str:
    """The answer with these words in every text of the kind's schema and this evidence at every statement.

    Of several words, each text takes the next ones, again and again.
    """
    shape = schema_for(kind.schema)
    words = cycle([says] if isinstance(says, str) else says)
    return json.dumps(_fill(shape, shape.get("$defs", {}), words, list(evidence), times))


def _fill(
    node: dict[str, Any], defs: dict[str, Any], says: Iterator[str], evidence: list[tuple[str, str]], times: int
) -> Any:
    if "$ref" in node:
        return _fill(defs[node["$ref"].rpartition("/")[2]], defs, says, evidence, times)
    if "anyOf" in node:
        wanted = next(option for option in node["anyOf"] if option.get("type") != "null")
        return _fill(wanted, defs, says, evidence, times)
    if "enum" in node:
        return node["enum"][0]
    if node.get("type") == "object":
        return {name: _fill(inner, defs, says, evidence, times) for name, inner in node["properties"].items()}
    if node.get("type") == "array":
        inner = node["items"]
        target = defs[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
        if set(target.get("properties", ())) == {"id", "quote"}:
            return [{"id": item, "quote": quote} for item, quote in evidence]
        return [_fill(inner, defs, says, evidence, times) for _ in range(times)]
    return next(says) if node["type"] == "string" else {"integer": 1, "number": 1, "boolean": True}[node["type"]]


@dataclass(frozen=True)
class Seen:
    """What a draft came to: its statements, and every message and view that shows it."""

    kind: Kind
    items: tuple[SourceItem, ...]
    payload: BaseModel
    cautions: tuple[Caution, ...]
    left_out: int = 0
    title: str = "Draft about #dev"
    footer: str = "Model small"

    @cached_property
    def statements(self) -> list[Statement]:
        return [statement for _, statement in walk(self.payload)]

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """The card before and after the decision, the forms, and what is posted."""
        sections = tuple(self.kind.show(self.payload))
        seen: list[dict[str, Any]] = []
        for status in ("proposed", "applied"):
            view = Card(
                *("0" * 32, 1, status, self.title, ANA, sections, f"Read {self.title}", "Posts this in #dev"),
                deciders=(ANA,),
                cautions=self.cautions,
                footer=self.footer,
            )
            message = card(view)
            seen += [{"text": message.text, "blocks": message.blocks}, evidence_view(view)]
            seen += [edit_form(view)] if status == "proposed" else []
        return seen + self.posted

    @cached_property
    def posted(self) -> list[dict[str, Any]]:
        sections = tuple(self.kind.show(self.payload))
        pages = posted(Posted(self.title, sections, ANA, footer=self.footer))
        return [{"text": page.text, "blocks": page.blocks} for page in pages]

    @cached_property
    def words(self) -> str:
        return texts(self.shown)

    @cached_property
    def published(self) -> str:
        return texts(self.posted)

    @cached_property
    def prompt(self) -> str:
        """All that a model is told about these items."""
        request = DraftRequest(self.kind.name, self.kind.instructions, self.kind.schema, self.items, self.kind.offline)
        return "\n".join(message["content"] for message in messages(request))

    @property
    def faults(self) -> list[str]:
        links = {item.permalink for item in self.items}
        return faults(self.shown, people={ANA.id}, links=links, words=[item.text for item in self.items])

    def all_marked(self, *why: str) -> bool:
        """Whether every statement is doubtful or worse, and says one of these reasons."""
        weak = (Mark.DOUBTFUL, Mark.UNSUPPORTED)
        return bool(self.statements) and all(
            one.mark in weak and any(words in one.why for words in why) for one in self.statements
        )

    def warned(self, words: str) -> bool:
        return any(words in caution.text for caution in self.cautions)


def see(kind: Kind, items: tuple[SourceItem, ...], answer: str, **more: str) -> Seen:
    """The way of an answer to what people see; where it cannot be used, or is empty, that of the offline drafter."""
    try:
        payload: BaseModel = parse(answer, kind.schema)
    except BadAnswerError:
        payload = kind.offline(items)
    payload, left_out = without_flood(payload)
    if not any(statement.text.strip() for _, statement in walk(payload)):
        payload = kind.offline(items)
    checked = verify(kind.settle(payload, items), items, instructions=kind.instructions)
    return Seen(kind, items, checked, tuple(cautions(items)), left_out, **more)
