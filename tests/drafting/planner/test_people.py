"""In notes people are signs: no name reaches the model, and a draft has the names of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftRequest
from bot.drafting.model.prompt import messages
from bot.drafting.planner.drafter import Planner
from bot.drafting.planner.notes import Notes
from bot.drafting.planner.people import People, with_mentions
from bot.drafting.privacy.redactor import RedactingDrafter
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement, walk
from tests.drafting.planner.long_talk import CONTEXT, Model, Shelf, ask, planner, talk


def test_no_name_of_a_note_reaches_the_model() -> None:
    items = [
        replace(item, author="Ana Berg", text=item.text + " Write to @Li and to ana@example.com.", mentions=("Li",))
        for item in talk(30)
    ]

    def names(request: DraftRequest[Any]) -> Notes | None:
        if request.kind != "notes":
            return None
        label = request.items[0].author or "P1"  # a note is by nobody
        evidence = [Evidence(id=request.items[0].id, quote=request.items[0].text)]
        return Notes(notes=[Statement(text=f"{label} and P2 decided it.", evidence=evidence)])

    model = Model(names)
    result = Planner(RedactingDrafter(model), model="m", context=CONTEXT, notes=Shelf()).draft(ask(items))
    assert "Ana Berg" in str(result.payload)
    told = "".join(message["content"] for request in model.asked for message in messages(request))
    assert "Ana Berg" not in told
    assert "@Li" not in told
    assert "ana@example.com" not in told
    assert sum(result.replaced.values()) == 1
    assert any("decided it" in item.text for request in model.of("n") for item in request.items)


def test_what_a_note_says_of_people_is_hidden_by_signs_and_comes_back_as_their_names_now() -> None:
    item = replace(talk(1)[0], author="a", text="@Will Li and a plan: @a will do.", mentions=("Will Li", "a"))
    item = replace(item, mention_ids=("U7", item.author_id))
    people = People([item])
    nameless = people.nameless(item)
    (will, author), said = nameless.mentions, nameless.text
    assert said == f"@{will} and a plan: @{author} will do."
    assert (nameless.author, len({will, author})) == (author, 2)
    text, mentions = with_mentions(f"{will} made a plan, @{author} will do it.")
    assert (text, mentions) == (f"@{will} made a plan, @{author} will do it.", (will, author))
    note = Statement(text=f"{will} and {author}", evidence=[Evidence(id="m1", quote=said)])
    (named,) = people.named(Notes(notes=[note])).notes
    assert (named.text, named.evidence[0].quote) == ("Will Li and a", item.text)


@given(st.lists(st.text(max_size=8), max_size=4), st.text(max_size=40))
def test_every_text_comes_back_word_for_word_whatever_people_are_called(names: list[str], between: str) -> None:
    text = between + "".join(f"@{name}{between}" for name in names)
    item = replace(talk(1)[0], author="".join(names), text=text, mentions=tuple(names))
    people = People([item])
    note = Statement(text="x", evidence=[Evidence(id="m1", quote=people.nameless(item).text)])
    (named,) = people.named(Notes(notes=[note])).notes
    assert named.evidence[0].quote == item.text


def test_a_word_that_is_somebody_s_name_stays_a_word() -> None:
    items = [replace(item, author="a", text=f"a plan: {item.text}") for item in talk(6)]

    def writes(request: DraftRequest[Any]) -> Notes | None:
        if request.kind != "notes":
            return None
        evidence = [Evidence(id=request.items[0].id, quote=request.items[0].text)]
        return Notes(notes=[Statement(text="We made a plan for a part.", evidence=evidence)])

    model = Model(writes)
    Planner(RedactingDrafter(model), model="m", context=CONTEXT, notes=Shelf()).draft(ask(items))
    assert "We made a plan for a part." in [item.text for item in model.asked[-1].items]


def renamed(items: Sequence[SourceItem], **names: str) -> list[SourceItem]:
    """The items with other names for who wrote them or is mentioned, by id."""
    return [
        replace(
            item,
            author=names.get(item.author_id, item.author),
            text=item.text.replace("@Li Lo", f"@{names['U9']}"),
            mentions=(names["U9"],),
        )
        for item in items
    ]


def test_a_rename_leaves_notes_valid_and_the_draft_has_the_names_of_today() -> None:
    shelf, model, later = Shelf(), Model(), Model()
    items = [
        replace(item, text=f"{item.text} As @Li Lo says.", mentions=("Li Lo",), mention_ids=("U9",))
        for item in talk(20)
    ]
    planner(model, shelf).draft(ask(items))
    today = renamed(items, U1="Anastasia Bergström-Lindqvist", U9="Livia Lopez-Fernandez")
    payload = verify(planner(later, shelf).draft(ask(today)).payload, today)
    assert (later.of("m"), later.of("n")) == ([], [])
    statements = [statement for _, statement in walk(payload)]
    assert statements
    assert all(statement.mark is Mark.QUOTED for statement in statements)
    assert any("@Livia Lopez-Fernandez" in statement.text for statement in statements)
