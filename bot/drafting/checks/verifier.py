"""How far a draft is supported by its source, found by comparing texts. The model's own claims count for nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from blocks.view import Mark
from bot.drafting.checks import CHECKS, Cited, Whole
from bot.drafting.checks.match import is_one_short_word, is_verbatim, negated, normal, words_found
from bot.drafting.checks.numbers import strange_numbers, values_in
from bot.drafting.checks.polarity import around, turned
from bot.drafting.drafter import PayloadT
from bot.drafting.guards.cleaner import PERSON_TEXT_LIMIT, for_people
from bot.drafting.guards.harmless import harmless
from bot.drafting.guards.links import LinksOf
from bot.drafting.guards.lookalike import false_names, mixed_words
from bot.drafting.guards.steering import is_steering
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Path, Statement, rebuild

_MOST_EVIDENCE = 12  # pieces per statement; more is a flood
_QUOTE_LIMIT = 1000  # characters
_NAME_LIMIT = 80
_ON = {"off": False, "put_back_by": "", "left_out_by": ""}  # a person's words stand by themselves
_CONTENT_WORD = re.compile(r"[^\W\d_]{4,}")


def verify(
    payload: PayloadT, items: Sequence[SourceItem], *, instructions: str = "", names: Collection[str] = ()
) -> PayloadT:
    """A new payload: every text fit for people, evidence filled in from the items, marks and whys set. Never raises.

    What is unsupported is switched off: it is not part of what approval does until a person puts it back.
    `instructions` are what the model was told besides the prompt: it may not repeat them. `names` are
    those of more people than wrote or are mentioned here: a model may know them from elsewhere.
    """
    whole = Whole(items, names)
    said = [item.text for item in items]
    links = LinksOf(said)

    def statement(_path: Path, value: Statement) -> Statement:
        return _verified(value, whole, instructions)

    def words(text: str) -> str:
        return harmless(text, said, links=links, instructions=instructions)[0]

    return rebuild(payload, statement, words)


def reverify(statement: Statement, new_text: str, by: str) -> Statement:
    """The statement with a person's words, judged by its stored quotes: the source is no longer at hand."""
    text = for_people(new_text, PERSON_TEXT_LIMIT)
    found = [evidence for evidence in statement.evidence if evidence.found]
    if not found:
        return statement.model_copy(
            update={
                **{"text": text, "mark": Mark.WRITTEN, "why": f"written by {by}", "edited": True},
                **_ON,
            }
        )
    quotes = [evidence.quote for evidence in found]
    doubts = [*_missing(statement.evidence), *_number_doubts(text, quotes, "the quotes")]
    if not _shares_a_word(text, quotes):
        doubts.append("its words are not those of the quotes")
    mark = Mark.DOUBTFUL if doubts else Mark.CITED
    why = "; ".join([f"edited by {by}", *doubts])
    return statement.model_copy(update={"text": text, "mark": mark, "why": why, "edited": True, **_ON})


def written(text: str, by: str) -> Statement:
    """A statement that a person added: no evidence, and marked as theirs."""
    return reverify(Statement(text=""), text, by)


def _verified(statement: Statement, whole: Whole, instructions: str) -> Statement:
    pieces = statement.evidence[:_MOST_EVIDENCE]
    cited = tuple(whole.items[one] for one in dict.fromkeys(piece.id for piece in pieces) if one in whole.items)
    text, taken = harmless(statement.text, [item.text for item in cited], instructions=instructions)
    evidence = [_checked(piece, whole.items.get(piece.id)) for piece in pieces]
    # A collapsed flood is still a quotation; a text that lost something is not.
    said = text if taken else statement.text
    mark, why = _judged(said, evidence, whole.items)
    if mark is Mark.QUOTED:  # another message beside it proves nothing, and would lend it a second author
        evidence = [piece for piece in evidence if is_verbatim(said, whole.items[piece.id].text)]
        cited = tuple(item for item in cited if any(piece.id == item.id for piece in evidence))
    doubts = [*([why] if why else []), *taken, *_tricks(text, cited, whole.authors)]
    if mark is not Mark.UNSUPPORTED:
        found = tuple((whole.items[piece.id], piece.quote) for piece in evidence if piece.found)
        if mark is Mark.QUOTED:
            doubts += _cut_off(text, [item for item, _ in found])
        else:
            more = [doubt for check in CHECKS for doubt in check(Cited(text, cited, found, whole))]
            doubts += [doubt.words for doubt in more]
            mark = Mark.UNSUPPORTED if any(doubt.grave for doubt in more) else mark
        if doubts and mark is not Mark.UNSUPPORTED:
            mark = Mark.DOUBTFUL
    by_nobody = {"put_back_by": "", "left_out_by": ""}
    checked = {"text": text, "evidence": evidence, "mark": mark, "why": "; ".join(doubts), **by_nobody}
    # A statement that says nothing is nowhere shown: there is nothing to put back.
    return statement.model_copy(update={**checked, "off": mark is Mark.UNSUPPORTED and bool(text.strip())})


def _cut_off(text: str, items: Iterable[SourceItem]) -> list[str]:
    """What of a message was cut so that it says the opposite: "ship on Friday" from "we do not ship on Friday"."""
    clauses = [clause for item in items if (clause := around(text, item.text))]
    if clauses and all(negated(clause) > negated(text) for clause in clauses):
        return ["it is cut out of a clause that says “not”"]
    turns = [turned(text, item.text) for item in items]
    return turns[:1] if turns and all(turns) else []


def _tricks(text: str, cited: Iterable[SourceItem], names: Iterable[str]) -> list[str]:
    """What may lead a reader astray though the words are in the source."""
    doubts = [f"“{word}” mixes letters of several alphabets" for word in mixed_words(text)[:3]]
    doubts += [f"“{word}” only looks like a name here" for word in false_names(text, names)[:3]]
    if any(map(is_steering, cited)):
        doubts.append("it cites a message that looks as if it was written to steer the draft")
    return doubts


def _checked(evidence: Evidence, item: SourceItem | None) -> Evidence:
    """The evidence with everything that code fills in, whatever it said before; a quote in the message's own words."""
    if item is None:
        return Evidence(
            id=for_people(evidence.id, 100), quote=harmless(for_people(evidence.quote, _QUOTE_LIMIT), ())[0]
        )
    found = words_found(evidence.quote, item.text)
    quote = for_people(found or evidence.quote, _QUOTE_LIMIT)
    return Evidence(
        id=item.id,
        quote=harmless(quote, [item.text])[0],
        author=harmless(item.author, (), limit=_NAME_LIMIT)[0],
        permalink=item.permalink,
        ref=item.ref,
        place=item.place,
        label=for_people(item.label, 200),
        sha256=item.sha256,
        found=bool(found),
    )


def _judged(text: str, evidence: Sequence[Evidence], items: Mapping[str, SourceItem]) -> tuple[Mark, str]:
    """The mark by evidence alone, and why it is not better."""
    found = [piece for piece in evidence if piece.found]
    missing = _missing(evidence)
    if not normal(text):
        return Mark.UNSUPPORTED, "it says nothing"
    if not evidence:
        return Mark.UNSUPPORTED, "no evidence was given"
    if not found:
        return Mark.UNSUPPORTED, "; ".join(missing)
    if missing:
        return Mark.DOUBTFUL, "; ".join(missing)
    if any(is_verbatim(text, items[piece.id].text) for piece in found):
        return Mark.QUOTED, ""
    if all(is_one_short_word(piece.quote) and normal(piece.quote) != normal(items[piece.id].text) for piece in found):
        return Mark.DOUBTFUL, "the quotes are single words"
    return Mark.CITED, ""


def _missing(evidence: Iterable[Evidence]) -> list[str]:
    """What was not found, in words, each reason once."""
    reasons: dict[str, None] = {}
    for piece in evidence:
        if piece.found:
            continue
        if not piece.author and not piece.sha256:
            reasons["it cites a message that was not read"] = None
        elif not normal(piece.quote):
            reasons[f"it quotes nothing from the message of {piece.author or 'an unknown author'}"] = None
        else:
            reasons[f"a quote is not in the message of {piece.author or 'an unknown author'}"] = None
    return list(reasons)


def _number_doubts(text: str, sources: Iterable[str], where: str) -> list[str]:
    strange = strange_numbers(text, values_in(sources))
    if not strange:
        return []
    named = ", ".join(number.written for number in strange[:5])
    return [f"{'the number' if len(strange) == 1 else 'the numbers'} {named} not in {where}"]


def _shares_a_word(text: str, quotes: Iterable[str]) -> bool:
    """Whether a content word of the text is in the quotes; true where the text has none to compare."""
    words = set(_CONTENT_WORD.findall(normal(text)))
    known = {word for quote in quotes for word in _CONTENT_WORD.findall(normal(quote))}
    return not words or not known or bool(words & known)
