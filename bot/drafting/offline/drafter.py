"""Drafts without a model: key messages, word for word, picked by the shape of the conversation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.drafting.drafter import DraftRequest, DraftResult, PayloadT
from bot.drafting.offline.cues import is_assent, weight_of_words
from bot.drafting.offline.shorter import shorter, wants_shorter
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+|\n+")
_FILE_NAME = re.compile(r"\[file: [^\]\n]*\]")  # as a message names what it shares: words of nobody
_CROWDED = 0.85  # how much a pick from the same stretch or thread is worth after each earlier one
_NEXT = 4  # messages after one that may agree to it


class OfflineDrafter:
    """A Drafter that asks nobody: each kind lays out its key messages itself."""

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The kind's own layout of the items, or half of it where that is wished. Deterministic."""
        payload = request.offline(request.items)
        notices: tuple[str, ...] = ()
        if wants_shorter(request.wish):
            payload = shorter(payload, request.items, key_messages)
        elif request.wish:
            notices = ("The reason of the rejection was not taken into account: that takes a model.",)
        return DraftResult(payload=payload, drafter="offline", model="", mode="offline", notices=notices)


def key_messages(items: Sequence[SourceItem], limit: int = 7) -> list[SourceItem]:
    """At most `limit` items that matter most by shape, in their order. The same items give the same answer."""
    scores = {item.id: score for item, score in zip(items, weights(items), strict=True)}
    place = {item.id: index for index, item in enumerate(items)}
    stretches = max(1, limit)
    picked: list[SourceItem] = []
    taken: dict[str, int] = {}
    open_items = [item for item in items if scores[item.id] > 0]

    def worth(item: SourceItem) -> tuple[float, int]:
        crowd = sum(taken.get(where, 0) for where in _places(item, place[item.id], len(items), stretches))
        return scores[item.id] * _CROWDED**crowd, -place[item.id]

    loud, said = loudest(items), 0
    while open_items and len(picked) < limit:
        best = max(open_items, key=worth)
        open_items.remove(best)
        if author_of(best) == loud:
            said += 1
            if said > (limit + 1) // 2:  # one author who drowns the others does not have all the picks as well
                continue
        picked.append(best)
        for where in _places(best, place[best.id], len(items), stretches):
            taken[where] = taken.get(where, 0) + 1
    return sorted(picked, key=lambda item: place[item.id])


def quote_of(item: SourceItem, max_words: int = 60, max_chars: int = 600) -> Statement:
    """The item's own words as a statement that quotes itself: whole sentences where they fit, always verbatim.

    What ends inside a sentence ends in "…", which is no word of the source and so stands in no quote.
    """
    words, whole = _excerpt(item.text.strip(), max_words, max_chars)
    return Statement(text=words if whole else f"{words}…", evidence=[Evidence(id=item.id, quote=words)])


def author_of(item: SourceItem) -> str:
    """Who wrote an item, told apart from others."""
    return item.author_id or item.author


def loudest(items: Sequence[SourceItem]) -> str:
    """Who wrote more than half of what others wrote something of too; "" where nobody did."""
    counts = Counter(map(author_of, items))
    author, most = counts.most_common(1)[0] if counts else ("", 0)
    return author if len(counts) > 1 and most > len(items) / 2 else ""


def weights(items: Sequence[SourceItem]) -> list[float]:
    """The weight of each item: its words, what people said to it or did with it, and whether its question is open."""
    answered = {item.thread for item in items if item.thread and item.kind == "message"}
    repeated: dict[str, int] = {}
    scores: list[float] = []
    for place, item in enumerate(items):
        score = weight_of_words(_FILE_NAME.sub("", item.text))
        if score > 0:
            after = items[place + 1 : place + 1 + _NEXT]
            agreed = sum(1 for other in after if other.author != item.author and is_assent(other.text))
            score *= 1 + 0.5 * min(3, agreed)
            score += min(6.0, item.replies) + min(4.0, 0.8 * item.reactions) + (6.0 if item.pinned else 0.0)
            if "?" in item.text and not item.replies and item.id not in answered and not item.thread:
                score += 1.5  # nobody answered: whoever was away may have to
            same = " ".join(item.text.casefold().split())
            score *= 0.3 ** repeated.get(same, 0)  # said again is not said better
            repeated[same] = repeated.get(same, 0) + 1
        scores.append(score)
    return scores


def _places(item: SourceItem, index: int, count: int, stretches: int) -> tuple[str, str]:
    """The stretch of the conversation and the thread that an item takes room in."""
    return f"stretch {index * stretches // max(1, count)}", f"thread {item.thread or item.id}"


def excerpt(text: str, max_words: int, max_chars: int) -> str:
    """The weightiest sentence and those after it, as far as they fit; where it does not fit alone its start and "…"."""
    words, whole = _excerpt(text, max_words, max_chars)
    return words if whole else f"{words}…"


def _excerpt(text: str, max_words: int, max_chars: int) -> tuple[str, bool]:
    """The words of `excerpt`, and whether they end where a sentence does."""
    if len(text) <= max_chars and len(text.split()) <= max_words:
        return text, True
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    ends = [*starts[1:], len(text)]
    sentences = [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]
    first = max(range(len(sentences)), key=lambda index: (weight_of_words(text[slice(*sentences[index])]), -index))
    begin, end = sentences[first][0], 0
    for _, stop in sentences[first:]:
        piece = text[begin:stop].rstrip()
        if len(piece) > max_chars or len(piece.split()) > max_words:
            break
        end = stop
    return (text[begin:end].strip(), True) if end else (_first_words(text[begin:], max_words, max_chars), False)


def _first_words(text: str, max_words: int, max_chars: int) -> str:
    """The first words that fit, cut between words where there are any."""
    spans = [match.span() for match in re.finditer(r"\S+", text)][:max_words]
    ends = [end for _, end in spans if end <= max_chars]
    return text[: ends[-1]] if ends else text[:max_chars]
