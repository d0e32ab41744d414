"""What stays in the house: on its way to a model a request has labels for people and placeholders for personal data.

They come back with the answer, which is for people who may read the sources. Where others will read a draft, it is made
from `closed_items`: then nothing can come back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.drafting.drafter import Drafter, DraftRequest, DraftResult, PayloadT
from bot.drafting.guards.cleaner import visible
from bot.drafting.privacy.personal import Sort, closed, replaced
from bot.drafting.privacy.secrets import masked
from bot.drafting.source import SourceItem
from bot.drafting.statement import Path, Statement, rebuild

_PERSON = "P"
_SORTS = "|".join(sort.name for sort in Sort)
_NUMBERED = re.compile(rf"(?:{_SORTS}|{_PERSON})_?(\d{{1,9}})", re.IGNORECASE)
_LABEL = re.compile(rf"\[?(?<!\w)(?P<sort>{_SORTS})_(?P<number>\d+)(?!\w)\]?|(?<!\w){_PERSON}\d+(?!\w)", re.IGNORECASE)


class RedactingDrafter:
    """A Drafter that asks another, which sees no person's name in a label or mention, and no personal data."""

    def __init__(self, inner: Drafter) -> None:
        self._inner = inner

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The inner drafter's answer in the words of the source, and how many values it was not shown."""
        redaction = Redaction(
            [
                request.instructions,
                request.wish,
                *(text for item in request.items for text in (item.text, item.place, item.label)),
            ],
            [name for item in request.items for name in (item.author, *item.mentions)],
        )
        items = [
            replace(
                item,
                author=redaction.person(item.author),
                text=redaction.hide(item.text),
                place=redaction.hide(item.place),
                label=redaction.hide(item.label),
                mentions=(),
            )
            for item in request.items
        ]
        hidden = replace(
            request,
            items=items,
            instructions=redaction.hide(request.instructions),
            wish=redaction.hide(request.wish),
        )
        result = self._inner.draft(hidden)

        def statement(_path: Path, value: Statement) -> Statement:
            evidence = [piece.model_copy(update={"quote": redaction.restore(piece.quote)}) for piece in value.evidence]
            return value.model_copy(update={"text": redaction.restore(value.text), "evidence": evidence})

        payload = rebuild(result.payload, statement, redaction.restore)
        return replace(result, payload=payload, replaced=result.replaced + redaction.counts)


def closed_items(items: Sequence[SourceItem]) -> list[SourceItem]:
    """The items for a draft that some will read who may not read them: it cannot hold what is not in them."""
    return [replace(item, text=_closed(item.text), label=_closed(item.label)) for item in items]


def _closed(text: str) -> str:
    """The text as closed; without invisible characters where it has something to close, since they may be in that."""
    seen = visible(text)
    plain = closed(seen)
    return plain if plain != seen else text


def hidden_in(items: Sequence[SourceItem]) -> Counter[Sort]:
    """How many different values a model is not shown of these items, in however many requests."""
    redaction = Redaction((), ())
    for item in items:
        redaction.hide(item.text)
    return redaction.counts


class Redaction:
    """The labels of one request: `restore(hide(text))` is the visible text, whatever is in it."""

    def __init__(self, texts: Iterable[str], people: Iterable[str]) -> None:
        """`texts` are all that will be hidden, `people` the display names in them."""
        names = [name for name in dict.fromkeys(map(visible, people)) if name.strip()]
        # A number that somebody wrote behind one of our words ("a P1 incident") is never given out.
        written = (*map(visible, texts), *names)
        self._taken = {int(number) for text in written for number in _NUMBERED.findall(text)}
        self._labels: dict[tuple[str, str], str] = {}  # by sort and value
        self._values: dict[str, str] = {}  # by label
        self._last = Counter[str]()
        self._people = {self._without_values(name): self._label(_PERSON, name) for name in names}
        longest_first = sorted(self._people, key=len, reverse=True)
        self._mention = re.compile(rf"@({'|'.join(map(re.escape, longest_first))})(?!\w)") if names else None

    @property
    def counts(self) -> Counter[Sort]:
        """How many different values have a placeholder."""
        return Counter(Sort[sort] for sort, _ in self._labels if sort != _PERSON)

    def person(self, name: str) -> str:
        """The label of one of the people; "" for nobody."""
        return self._labels.get((_PERSON, visible(name)), "")

    def hide(self, text: str) -> str:
        """The text as a model may see it."""
        hidden = self._without_values(masked(visible(text))[0])
        return self._mention.sub(lambda match: f"@{self._people[match[1]]}", hidden) if self._mention else hidden

    def restore(self, text: str) -> str:
        """A model's text with what its labels stand for; a placeholder that it made up becomes plain words."""
        return _LABEL.sub(self._restored, text)

    def _restored(self, match: re.Match[str]) -> str:
        value = self._values.get(match[0].strip("[]").upper())
        if value is not None:
            return value
        made_up = match[0].startswith("[") and int(match["number"][:9]) not in self._taken
        return Sort[match["sort"].upper()].words if made_up else match[0]

    def _without_values(self, text: str) -> str:
        return replaced(text, lambda sort, value: f"[{self._label(sort.name, value)}]")

    def _label(self, sort: str, value: str) -> str:
        if (sort, value) not in self._labels:
            self._last[sort] += 1
            while self._last[sort] in self._taken:
                self._last[sort] += 1
            label = f"{sort}{'' if sort == _PERSON else '_'}{self._last[sort]}"
            self._labels[sort, value], self._values[label] = label, value
        return self._labels[sort, value]
