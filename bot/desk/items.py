"""What one decision did with each of the things that are decided by themselves, for the audit log. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from blocks.view import Item, Section

Decided = tuple[str, dict[str, str], str, str]  # what was done, facts, the words of it, who if not who decided


def decided(before: Sequence[Section], after: Sequence[Section], texts: Mapping[str, str]) -> Iterator[Decided]:
    """What of a draft was approved, left out and dropped, in its order. `texts` are what the person wrote, by path."""
    for item in _ticked(after):
        yield "item left out" if item.off else "item approved", _facts(item), item.text, item.left_out_by
    for item in _ticked(before):
        if not texts.get(item.field, item.text).strip():
            yield "item dropped", _facts(item), item.text, ""


def fields(sections: Sequence[Section]) -> set[str]:
    """Where the things stand that are decided by themselves."""
    return {item.field for item in _ticked(sections)}


def _ticked(sections: Sequence[Section]) -> Iterator[Item]:
    for section in sections:
        if section.ticked:
            yield from (item for item in section.items if item.text.strip())


def _facts(item: Item) -> dict[str, str]:
    """Where it stands in that version, and what stands beside it: people as ids."""
    beside = {each.field.rpartition(".")[2]: each.id or each.text for each in item.details}
    return {"statement": item.field, **beside}
