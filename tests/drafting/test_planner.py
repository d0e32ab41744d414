from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DrafterError, DraftRequest, DraftResult, OutOfTime, PayloadT, Spent
from bot.drafting.guards.leaks import REMOVED
from bot.drafting.model.prompt import data_lines, messages
from bot.drafting.model.tokens import ANSWER, SAFETY
from bot.drafting.offline.drafter import quote_of
from bot.drafting.planner.drafter import Planner
from bot.drafting.planner.instructions import MERGE, READ, TAKE
from bot.drafting.planner.notes import Notes, kept, key_of, merging, shown_notes, shown_part, taking, traced
from bot.drafting.planner.people import People, with_mentions
from bot.drafting.planner.size import prompt_size
from bot.drafting.privacy.redactor import RedactingDrafter
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement, walk
from bot.errors import CountersignError
from bot.kinds.summary import KIND, Summary, offline

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
CONTEXT = 8192
Answer = Callable[[DraftRequest[Any]], Any]


def talk(days: int, a_day: int = 12, first: int = 0, channel: str = "C1") -> list[SourceItem]:
    """Some days of a channel, numbered as a source is; each message says when it was written."""
    return [
        SourceItem(
            f"m{day * a_day + number + 1}",
            "Ana" if number % 2 else "Ben",
            f"U{number % 2}",
            BEGIN + timedelta(days=first + day, minutes=5 * number),
            f"On day {first + day} at step {number} we decided to ship the part with the number {first + day}{number}. "
            + "It will be checked once more by those who know it. " * 3,
            ref=f"{channel}/{first + day}.{number}",
        )
        for day in range(days)
        for number in range(a_day)
    ]


@dataclass
class Model:
    """Answers with the items that it is shown, or with what `says` makes of them; counts."""

    says: Answer | None = None
    asked: list[DraftRequest[Any]] = field(default_factory=list)

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.asked.append(request)
        payload = self.says(request) if self.says else None
        return DraftResult(payload or request.offline(request.items), "model", "m", "prompt", 100, 10)

    def of(self, first: str) -> list[DraftRequest[Any]]:
        """The requests for notes on parts (m) or on notes (n)."""
        return [r for r in self.asked if r.kind == "notes" and r.items[0].id.startswith(first)]


@dataclass
class Shelf:
    kept: dict[str, str] = field(default_factory=dict)
    now: datetime = BEGIN
    put_at: dict[str, datetime] = field(default_factory=dict)

    def get(self, key: str, since: datetime | None = None) -> str | None:
        return self.kept.get(key) if since is None or self.put_at.get(key, self.now) >= since else None

    def put(self, key: str, notes: str, since: datetime | None = None) -> None:
        if self.get(key, since) is None:
            self.kept[key], self.put_at[key] = notes, self.now


def ask(items: Sequence[SourceItem], **more: Any) -> DraftRequest[Summary]:
    return DraftRequest(KIND.name, KIND.instructions, Summary, items, offline, team="T1", person="U1", **more)


@dataclass
class Purse:
    """What was set aside for a draft, and what its parts were paid out of it."""

    tokens: int
    back: bool = False

    def part(self, tokens: int) -> Purse:
        return Purse(tokens)

    def settle(self, _used: int) -> None:
        self.back = True


def planner(model: Model, shelf: Shelf | None = None, context: int = CONTEXT, **more: Any) -> Planner:
    return Planner(model, model="m", context=context, notes=shelf or Shelf(), **more)


def test_what_fits_into_half_the_context_is_read_in_one_pass() -> None:
    model = Model()
    planner(model).draft(ask(talk(1)))
    assert [request.kind for request in model.asked] == ["summary"]
    assert model.asked[0].items == talk(1)


def test_what_does_not_is_read_in_parts_and_no_prompt_exceeds_half_the_context() -> None:
    model, items = Model(), talk(30)
    result = planner(model).draft(ask(items))
    assert len(model.of("m")) == 30
    assert model.of("n")
    assert all(size(request) <= CONTEXT / 2 for request in model.asked)
    assert (result.tokens_in, result.tokens_out) == (100 * len(model.asked), 10 * len(model.asked))
    assert "notes on the 30 parts" in result.notices[0]


def size(request: DraftRequest[Any]) -> float:
    return prompt_size(request) * SAFETY


def test_a_draft_from_notes_cites_the_messages_themselves() -> None:
    items = talk(30)
    payload = verify(planner(Model()).draft(ask(items)).payload, items)
    statements = [statement for _, statement in walk(payload)]
    assert statements
    assert all(statement.mark is Mark.QUOTED for statement in statements)
    assert {piece.ref for statement in statements for piece in statement.evidence} <= {item.ref for item in items}


def test_the_same_period_a_day_later_pays_for_the_new_day_only() -> None:
    shelf = Shelf()
    planner(Model(), shelf).draft(ask(talk(30)))
    model = Model()
    planner(model, shelf).draft(ask(talk(30, first=1)))
    (part,) = model.of("m")
    assert {item.ref.split("/")[1].split(".")[0] for item in part.items} == {"30"}
    assert len(model.of("n")) <= 4  # the weeks and months at both ends


def test_an_edit_costs_its_part_and_what_is_made_of_it() -> None:
    shelf, items = Shelf(), talk(30)
    planner(Model(), shelf).draft(ask(items))
    model = Model()
    edited = replace(items[100], text=items[100].text.replace("decided", "agreed"))
    planner(model, shelf).draft(ask([*items[:100], edited, *items[101:]]))
    assert len(model.of("m")) == 1
    assert edited.text in [item.text for item in model.of("m")[0].items]
    assert len(model.of("n")) <= 2  # its week and its month


def test_a_digest_leaves_the_notes_that_a_longer_period_is_made_of() -> None:
    shelf, digests, summary = Shelf(), Model(), Model()
    for day in range(30):
        planner(digests, shelf).draft(ask(talk(1, a_day=20, first=day), again=True))
    planner(summary, shelf).draft(ask(talk(30, a_day=20)))
    assert len(digests.of("m")) == 30
    assert summary.of("m") == []


def test_what_is_shorter_than_the_instructions_is_not_worth_a_note() -> None:
    model = Model()
    planner(model).draft(ask(talk(1, a_day=3), again=True))
    assert [request.kind for request in model.asked] == ["summary"]


def test_after_a_crash_only_what_was_not_noted_is_asked() -> None:
    shelf, items = Shelf(), talk(30)

    def fails(request: DraftRequest[Any]) -> None:
        if "On day 20 " in request.items[0].text:
            raise DrafterError("down", permanent=False)

    with pytest.raises(DrafterError, match="down"):
        planner(Model(fails), shelf, at_once=1).draft(ask(items))
    model = Model()
    planner(model, shelf).draft(ask(items))
    assert len(model.of("m")) == 10


def test_when_it_is_cancelled_no_further_part_is_asked() -> None:
    model = Model()

    def cancel(done: int, parts: int) -> None:
        assert parts == 30
        if done == 5:
            raise CountersignError("enough")

    with pytest.raises(CountersignError, match="enough"):
        planner(model, at_once=2).draft(ask(talk(30), progress=cancel))
    assert len(model.asked) <= 5 + 2


def test_progress_is_told_for_every_part_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    planner(Model()).draft(ask(talk(10), progress=lambda done, parts: told.append((done, parts))))
    assert [pair for pair in told if pair[0] < 10] == [(number, 10) for number in range(10)]
    assert told[-1] == (10, 10)


def test_so_many_parts_are_asked_at_the_same_time_and_no_more() -> None:
    lock, waiting, most = threading.Lock(), [0], [0]
    both = threading.Barrier(3, timeout=20)

    def slow(request: DraftRequest[Any]) -> None:
        if request.items[0].id == "m1":
            with lock:
                waiting[0] += 1
                most[0] = max(most[0], waiting[0])
            both.wait()
            with lock:
                waiting[0] -= 1

    planner(Model(slow), at_once=3).draft(ask(talk(9)))
    assert most[0] == 3


def test_nothing_is_asked_that_cannot_be_afforded_to_its_end() -> None:
    model, wanted = Model(), []

    def afford(request: DraftRequest[Any], tokens: int) -> Purse:
        wanted.append((request.person, tokens))
        raise CountersignError("spent")

    with pytest.raises(CountersignError, match="spent"):
        planner(model, afford=afford).draft(ask(talk(30)))
    assert model.asked == []
    assert wanted[0][0] == "U1"
    assert wanted[0][1] > 30 * 700


def test_every_answer_is_paid_out_of_what_was_set_aside_and_the_rest_is_given_back_however_it_ends() -> None:
    purses = [Purse(0), Purse(0)]
    model = Model()
    planner(model, afford=lambda *_: purses[0]).draft(ask(talk(10)))
    assert [request.reserved for request in model.asked] == [purses[0]] * len(model.asked)
    down = Model(lambda _: raises(DrafterError("down", permanent=False)))
    with pytest.raises(DrafterError):
        planner(down, afford=lambda *_: purses[1]).draft(ask(talk(10)))
    assert [purse.back for purse in purses] == [True, True]


def raises(error: Exception) -> None:
    raise error


def filtered() -> DrafterError:
    error = DrafterError("filtered", permanent=True, filtered=True)
    error.spent = Spent("m", 5, 0)
    return error


def test_only_the_parts_that_a_filter_refuses_are_drafted_without_the_model_and_coverage_says_so() -> None:
    items = talk(10)
    refused = {"On day 3", "On day 7"}

    def says(request: DraftRequest[Any]) -> None:
        if any(item.text.startswith(tuple(refused)) for item in request.items):
            raise filtered()

    model = Model(says)
    result = planner(model).draft(ask(items))
    assert result.drafter == "model"
    assert result.gaps == ("2 of 10 parts refused by the model's content filter: picked from without a model",)
    days = {
        piece.ref.split("/")[1].split(".")[0] for _, s in walk(verify(result.payload, items)) for piece in s.evidence
    }
    assert {"3", "7"} < days
    assert all(statement.mark is Mark.QUOTED for _, statement in walk(verify(result.payload, items)))
    assert result.tokens_in == 100 * (len(model.asked) - 2) + 2 * 5


def test_where_a_filter_refuses_every_part_the_model_gives_no_draft() -> None:
    with pytest.raises(DrafterError, match="filtered"):
        planner(Model(lambda _: raises(filtered()))).draft(ask(talk(10)))


def test_while_it_is_not_known_whether_the_model_works_one_part_is_asked_and_then_the_others() -> None:
    down = Model(lambda _: raises(DrafterError("down", permanent=False)))
    with pytest.raises(DrafterError, match="down"):
        planner(down).draft(ask(talk(10), trial=True))
    assert len(down.asked) == 1
    up = Model()
    planner(up).draft(ask(talk(10), trial=True))
    assert len(up.of("m")) == 10


def test_a_model_that_notes_nothing_gives_key_messages_and_says_so() -> None:
    result = planner(Model(lambda request: Notes() if request.kind == "notes" else None)).draft(ask(talk(10)))
    assert (result.drafter, result.tokens_in) == ("offline", 1000)
    assert "nothing worth a note" in result.notices[0]


def test_a_context_too_small_for_parts_is_said_to_be_so() -> None:
    with pytest.raises(DrafterError, match="OPENAI_CONTEXT"):
        planner(Model(), context=2000).draft(ask(talk(10)))


def test_notes_are_shared_only_with_who_holds_the_very_same_messages() -> None:
    shelf = Shelf()
    planner(Model(), shelf).draft(ask(talk(30, channel="CSECRET")))
    model = Model()
    planner(model, shelf).draft(ask(talk(30, channel="CPUBLIC")))
    assert len(model.of("m")) == 30
    told = "".join(message["content"] for request in model.asked for message in messages(request))
    assert "CSECRET" not in told


def part_of(items: Sequence[SourceItem]) -> DraftRequest[Notes]:
    """What is asked for notes on these items."""
    people = People(items)
    return taking(ask(items), shown_part([people.nameless(item) for item in items]))


@pytest.mark.parametrize("change", ["ref", "text", "author_id", "at", "place", "team", "model"])
def test_a_key_depends_on_everything_that_notes_are_taken_on(change: str) -> None:
    (first, *others) = talk(1)
    asked = part_of([first, *others])
    if change == "team":
        assert key_of("m", replace(asked, team="T2")) != key_of("m", asked)
    elif change == "model":
        assert key_of("n", asked) != key_of("m", asked)
    else:
        other: dict[str, Any] = {change: first.at + timedelta(minutes=1) if change == "at" else "other"}
        assert key_of("m", part_of([replace(first, **other), *others])) != key_of("m", asked)


def test_a_part_has_the_same_key_wherever_it_lies_in_the_source() -> None:
    part = talk(1, first=5)
    moved = [replace(item, id=f"m{number}") for number, item in enumerate(part, 500)]
    assert key_of("m", part_of(part)) == key_of("m", part_of(moved))


def noted(items: Sequence[SourceItem]) -> list[Statement]:
    return [
        Statement(text=f"Noted: {item.text[:40]}", evidence=[Evidence(id=item.id, quote=item.text[:60])])
        for item in items
    ]


EVIDENCE = st.builds(
    Evidence,
    id=st.sampled_from(["n1", "n2", "n3", "e1", "e2", "e9", "m1", "m2", "", "x"]),
    quote=st.sampled_from(
        ["On day 0 at step 0", "On day 0 at step 1", "checked once more by those", "Noted: On day 0", "made up", ""]
    ),
)


@given(st.lists(st.builds(Statement, text=st.text(max_size=600), evidence=st.lists(EVIDENCE, max_size=5)), max_size=20))
def test_merged_notes_rest_on_nothing_but_what_their_children_rest_on(answer: list[Statement]) -> None:
    items = talk(1, a_day=4)
    children = noted(items[:3])
    shown = shown_notes(children, {item.id: item for item in items})
    merged = traced(kept(Notes(notes=answer), merging(ask(items), shown)), shown)
    theirs = {piece.id: piece.quote for child in children for piece in child.evidence}
    assert len(merged.notes) <= 12
    for note in merged.notes:
        assert len(note.text) <= 400
        assert note.evidence
        assert all(piece.quote in theirs[piece.id] for piece in note.evidence)


def test_notes_whose_quote_does_not_stand_in_the_message_are_not_shown_to_anybody() -> None:
    (first, second, *_) = talk(1)
    bad = Statement(text="The budget was doubled", evidence=[Evidence(id=first.id, quote="we doubled the budget")])
    good = quote_of(second, max_words=8)
    shown = shown_notes([bad, good], {first.id: first, second.id: second})
    assert [item.text for item in shown.items] == [good.text, good.evidence[0].quote]


def test_a_note_that_cites_a_message_outside_its_part_is_dropped() -> None:
    items = talk(30)

    def strays(request: DraftRequest[Any]) -> Notes | None:
        if request.kind != "notes":
            return None
        return Notes(notes=[Statement(text="x y", evidence=[Evidence(id="m300", quote=items[299].text[:30])])])

    result = planner(Model(strays)).draft(ask(items))
    assert "nothing worth a note" in result.notices[0]


def test_a_final_statement_that_cites_nothing_shown_is_unsupported() -> None:
    items = talk(10)

    def lies(request: DraftRequest[Any]) -> Summary | None:
        if request.kind == "notes":
            return None
        # An id of the source, with words that do stand there, but of which no note speaks.
        evidence = [Evidence(id="m77", quote=items[76].text[:30]), Evidence(id="n1", quote="never said")]
        return Summary(points=[Statement(text="They decided.", evidence=evidence)])

    result = planner(Model(lies)).draft(ask(items))
    (point,) = verify(result.payload, items).points
    assert point.mark is Mark.UNSUPPORTED


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


def test_nothing_noted_where_something_was_said_is_said_and_asked_again() -> None:
    shelf, items = Shelf(), talk(10)

    def skips(request: DraftRequest[Any]) -> Notes | None:
        hit = request.kind == "notes" and ("On day 7 " in request.items[0].text or "On day 9 " in request.items[0].text)
        return Notes() if hit else None

    result = planner(Model(skips), shelf).draft(ask(items))
    assert result.gaps == ("2 of 10 parts gave no notes",)
    model = Model()
    assert planner(model, shelf).draft(ask(items)).gaps == ()
    assert len(model.of("m")) == 2


def test_that_there_is_nothing_to_note_is_kept() -> None:
    shelf = Shelf()
    items = [replace(item, text="Hi there you. " * 20) if item.at.day == 9 else item for item in talk(10)]

    def skips(request: DraftRequest[Any]) -> Notes | None:
        return Notes() if request.kind == "notes" and "Hi there" in request.items[0].text else None

    first = Model(skips)
    assert planner(first, shelf).draft(ask(items)).gaps == ("1 of 10 parts gave no notes",)
    again = Model(skips)
    assert planner(again, shelf).draft(ask(items)).gaps == ("1 of 10 parts gave no notes",)
    assert (len(first.of("m")), again.of("m")) == (10, [])


def test_what_is_to_be_made_anew_takes_notes_anew_and_leaves_them_for_the_next() -> None:
    shelf, items = Shelf(), talk(10)
    planner(Model(), shelf).draft(ask(items))
    shelf.now += timedelta(hours=1)
    anew, after = Model(lambda r: Notes() if "On day 3 " in r.items[0].text and r.kind == "notes" else None), Model()
    since = shelf.now
    with_gap = planner(anew, shelf).draft(ask(items, renews=since))
    assert (len(anew.of("m")), with_gap.gaps) == (10, ("1 of 10 parts gave no notes",))
    planner(after, shelf).draft(ask(items, renews=since))  # as after a crash
    assert len(after.of("m")) == 1


def test_what_is_told_beforehand_that_a_draft_takes_is_all_that_it_takes() -> None:
    model, wanted = Model(), list[int]()

    def afford(_: DraftRequest[Any], tokens: int) -> Purse:
        wanted.append(tokens)
        return Purse(tokens)

    planner(model, afford=afford).draft(ask(talk(25)))
    assert len(model.of("n")) >= 3
    spent = sum(size(request) + ANSWER for request in model.asked)
    assert 0.98 * spent <= wanted[0] <= 1.3 * spent
    shelf = Shelf()
    planner(Model(), shelf).draft(ask(talk(25)))
    planner(model := Model(), shelf, afford=afford).draft(ask(talk(25)))
    assert [request.kind for request in model.asked] == ["summary"]
    assert size(model.asked[0]) + ANSWER <= wanted[1] <= size(model.asked[0]) + ANSWER + 10


def test_when_time_is_over_no_part_is_begun_and_the_next_draft_goes_on_from_there() -> None:
    shelf, items, now = Shelf(), talk(10), [0.0]

    def slow(_request: DraftRequest[Any]) -> None:
        now[0] += 10

    first = planner(Model(slow), shelf, at_once=1, clock=lambda: now[0])
    with pytest.raises(OutOfTime, match="6 of 10 parts were read in the time of a draft") as late:
        first.draft(ask(items, deadline=60.0))
    assert not late.value.permanent
    assert late.value.spent == Spent("m", 600, 60)
    model = Model()
    planner(model, shelf).draft(ask(items))
    assert len(model.of("m")) == 4


def test_the_deadline_is_told_to_whoever_is_asked() -> None:
    model = Model()
    planner(model, clock=lambda: 0.0).draft(ask(talk(10), deadline=77.0))
    assert {request.deadline for request in model.asked} == {77.0}


def test_a_failure_tells_what_all_parts_had_used() -> None:
    def fails(request: DraftRequest[Any]) -> None:
        if request.kind == "summary":
            error = DrafterError("down", permanent=False)
            error.spent = Spent("m", 7, 3)
            raise error

    model = Model(fails)
    with pytest.raises(DrafterError, match="down") as caught:
        planner(model).draft(ask(talk(6)))
    calls = len(model.asked) - 1
    assert caught.value.spent == Spent("m", 100 * calls + 7, 10 * calls + 3)


def test_two_drafts_at_once_pay_for_each_part_once() -> None:
    begun, both_found_nothing = threading.Event(), threading.Event()

    def slow(_request: DraftRequest[Any]) -> None:
        begun.set()
        assert both_found_nothing.wait(60)

    model = Model(slow)
    planned = planner(model, at_once=1)
    first = threading.Thread(target=planned.draft, args=(ask(talk(6)),))
    first.start()
    assert begun.wait(60)
    planned.draft(ask(talk(6), progress=lambda _done, _parts: both_found_nothing.set()))
    first.join(60)
    assert len(model.of("m")) == 6


def test_who_waits_for_another_s_part_waits_until_the_deadline_at_most() -> None:
    begun, over, now = threading.Event(), threading.Event(), [0.0]

    def hangs(_request: DraftRequest[Any]) -> None:
        begun.set()
        assert over.wait(20)

    both = planner(Model(hangs), at_once=1, clock=lambda: now[0])
    first = threading.Thread(target=both.draft, args=(ask(talk(6)),))
    first.start()
    try:
        assert begun.wait(20)
        with pytest.raises(DrafterError, match="still reading the same part"):
            both.draft(ask(talk(6), deadline=0.05))
    finally:
        over.set()
        first.join(20)


def test_a_thread_that_a_link_led_to_is_shown_so_in_its_part_too() -> None:
    first, second, third, *_ = talk(1)
    shown = shown_part([replace(second, thread="", via=first.id), third, replace(first, id="m9", via="m400")])
    assert [item.via for item in shown.items] == ["", "", ""]
    assert [item.via for item in shown_part([first, replace(second, via=first.id)]).items] == ["", "m1"]
    apart = [replace(first, id="m7"), replace(second, id="m8", via="m7")]
    assert "[m2 by a link in m1]" in data_lines(shown_part(apart).items)


@pytest.mark.parametrize("ours", [TAKE, READ, MERGE])
def test_the_instructions_for_notes_are_repeated_by_no_draft(ours: str) -> None:
    (item, *_) = talk(1)
    said = Statement(text=" ".join(ours.split()[:14]), evidence=[Evidence(id="m1", quote=item.text)])
    (note,) = verify(Notes(notes=[said]), [item]).notes
    assert note.text == REMOVED
