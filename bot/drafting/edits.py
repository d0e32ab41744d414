"""A person's edits applied to a payload, and the difference between two payloads. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.drafting import who
from bot.drafting.checks.verifier import reverify, written
from bot.drafting.drafter import PayloadT
from bot.drafting.guards.cleaner import PERSON_TEXT_LIMIT, for_people
from bot.drafting.statement import Path, Statement, switched, walk
from bot.drafting.statement import texts as texts_of
from bot.errors import CountersignError

CHANGED = "This draft was changed meanwhile. Please look at it again."
ADD = "+"  # last part of a path that adds to a list, "points.+"; what stands beside that comes after, "todos.+.owner"


@dataclass(frozen=True)
class Edits:
    """What a person made of a draft: texts by path, which statements that were left out are put back, and who was
    picked, as ids by path."""

    texts: Mapping[Path, str] = field(default_factory=dict)
    ticks: Mapping[Path, bool] = field(default_factory=dict)
    people: Mapping[Path, str] = field(default_factory=dict)

    def named(self, names: Mapping[str, str], known: Mapping[Path, str]) -> Edits:
        """With those who were picked as texts: as they stand in the draft, `known`, where it is the same account."""
        picked = {path: _text_of(user_id, names, known.get(path, "")) for path, user_id in self.people.items()}
        return Edits({**self.texts, **picked}, self.ticks)


def _text_of(user_id: str, names: Mapping[str, str], known: str) -> str:
    if user_id == who.id_of(known):
        return known
    return who.written(names.get(user_id, user_id), user_id) if user_id else ""


def tick(payload: PayloadT, ticks: Mapping[Path, bool], by: str) -> PayloadT:
    """The payload with these statements put back, or left out again. Raises CountersignError for an unknown path."""
    known = dict(walk(payload))
    for path, on in ticks.items():
        if path not in known:
            raise CountersignError(CHANGED)
        payload = switched(payload, path, on=on, by=by)
    return payload


def rewrite(payload: PayloadT, texts: Mapping[Path, str], by: str) -> PayloadT:
    """The payload with the texts at these paths (of `statement.texts`) replaced and changed statements judged again.

    An empty text removes a list entry; "points.+" adds one. Raises CountersignError where that cannot be.
    """
    known = dict(texts_of(payload))
    added = {path: text for path, text in texts.items() if ADD in path.split(".")}
    edits = {path: text for path, text in texts.items() if path not in added}
    for path in edits:
        if path not in known:
            raise CountersignError(
                f"This draft has no statement “{path}”: it was changed meanwhile. Please edit it again."
            )
    changed = {path: text for path, text in edits.items() if not _same(known[path], text)}
    new: dict[Path, dict[str, str]] = {}  # by the list: the statement under "", and what stands beside it by name
    for path, text in added.items():
        if text := for_people(text, PERSON_TEXT_LIMIT):
            place, _, name = path.partition(f".{ADD}")
            new.setdefault(place, {})[name.removeprefix(".")] = text
    if any("" not in entry for entry in new.values()):
        raise CountersignError("What you added has no text yet: write it, or clear what you picked beside it.")
    if not changed and not new:
        return payload
    rewritten: PayloadT = _Rewriter(changed, new, by).model(payload, "")
    if new:
        unused = ", ".join(sorted(new))
        raise CountersignError(f"Nothing can be added to “{unused}” of this draft.")
    check_says_something(rewritten)
    return _complete(rewritten)


def says_something(payload: BaseModel) -> bool:
    """Whether anything of a payload stands."""
    return any(statement.text.strip() and not statement.off for _, statement in walk(payload))


def check_says_something(payload: BaseModel) -> None:
    """Raises CountersignError for a payload of which nothing stands."""
    if not says_something(payload):
        raise CountersignError("Nothing would be left of the draft: reject it or withdraw it instead.")


def changes(before: BaseModel, after: BaseModel) -> list[tuple[str, str]]:
    """What became of each text that differs: (text before, text after); "" where one was added or removed."""
    old = [text for _, text in texts_of(before) if text]
    new = [text for _, text in texts_of(after) if text]
    pairs: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            pairs += zip_longest(old[a:b], new[c:d], fillvalue="")
    return [(gone, come) for gone, come in pairs if gone != come]


class _Rewriter:
    """One walk through a payload. `added` loses what found its list."""

    def __init__(self, changed: Mapping[Path, str], added: dict[Path, dict[str, str]], by: str) -> None:
        self._changed = changed
        self._added = added
        self._by = by

    def model(self, value: Any, path: Path) -> Any:
        """The model with its fields rewritten; equal where nothing in it changed."""
        fields: dict[str, Any] = {}
        for name, described in type(value).model_fields.items():
            place = f"{path}.{name}" if path else name
            old = getattr(value, name)
            new = self._value(old, place)
            if new is None and old is not None and type(None) not in get_args(described.annotation):
                raise CountersignError(
                    f"“{_spoken(name)}” cannot be left empty: write a sentence, or reject the draft."
                )
            if place in self._added and (made := _entry_of(described.annotation)):
                new = [*(new or []), self._made(made, self._added.pop(place))]
            fields[name] = new
        return value.model_copy(update=fields)

    def _made(self, made: Callable[[Statement], BaseModel], said: dict[str, str]) -> BaseModel:
        entry = made(written(said.pop(""), self._by))
        if not said.keys() <= {path for path, _ in texts_of(entry)}:
            raise CountersignError(CHANGED)
        return entry.model_copy(update=said)

    def _value(self, value: Any, path: Path) -> Any:
        """The value rewritten; None for a statement that was emptied."""
        if type(value) is str:
            return for_people(self._changed[path], PERSON_TEXT_LIMIT) if path in self._changed else value
        if isinstance(value, Statement):
            return self._statement(value, path)
        if isinstance(value, list):
            entries = ((entry, self._entry(entry, f"{path}.{index}")) for index, entry in enumerate(value))
            return [new for old, new in entries if new is not None or old is None]
        return self.model(value, path) if isinstance(value, BaseModel) else value

    def _statement(self, value: Statement, path: Path) -> Statement | None:
        if path not in self._changed:
            return value
        text = self._changed[path]
        return reverify(value, text, self._by) if for_people(text) else None

    def _entry(self, entry: Any, path: Path) -> Any:
        """The list entry rewritten; None to drop it. An entry made around one statement goes with that statement."""
        if isinstance(entry, BaseModel) and not isinstance(entry, Statement):
            own = [f"{path}.{place}" for place, _ in walk(entry)]
            if len(own) == 1 and own[0] in self._changed and not for_people(self._changed[own[0]]):
                return None
        return self._value(entry, path)


def _same(old: str, new: str) -> bool:
    """Whether an edit form gave back what it was given: forms trim, and write line breaks in their own way."""
    return new == old or for_people(new, PERSON_TEXT_LIMIT) == for_people(old, PERSON_TEXT_LIMIT)


def _entry_of(annotation: Any) -> Callable[[Statement], BaseModel] | None:
    """How a statement becomes an entry of this list: as it is, or in a model that asks for nothing else. None: not."""
    if get_origin(annotation) is not list:
        return next(filter(None, map(_entry_of, get_args(annotation))), None)
    (inner,) = get_args(annotation)
    if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
        return None
    if issubclass(inner, Statement):
        return lambda statement: statement
    needed = [name for name, field in inner.model_fields.items() if field.is_required()]
    if len(needed) != 1 or inner.model_fields[needed[0]].annotation is not Statement:
        return None
    return lambda statement: inner(**{needed[0]: statement})


def _complete(payload: PayloadT) -> PayloadT:
    """The payload, if its kind still accepts it: a kind may ask for at least one point."""
    try:
        return type(payload).model_validate(payload.model_dump())
    except ValidationError as e:
        where = "; ".join(f"{_spoken(str(error['loc'][0]))}: {error['msg']}" for error in e.errors() if error["loc"])
        raise CountersignError(f"The draft would no longer be complete ({where or 'not accepted'}).") from e


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()
