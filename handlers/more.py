"""What stands under More on a card, and the small forms that it opens."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, App

from blocks.evidence import evidence_view
from blocks.ids import unpack_choice, unpack_metadata, unpack_statement
from blocks.more_forms import (
    ANSWER_FORM,
    ASK_FORM,
    HAND_FORM,
    TAKE_BACK_FORM,
    answer_form,
    ask_form,
    hand_form,
    more_error,
    read_person,
    read_words,
    take_back_form,
)
from blocks.policy_form import rule_view
from blocks.question import ANSWER
from bot.desk import Desk
from bot.desk.asked import questions
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.payload import Body, actor, state

Choice = Callable[[Desk, Body, str, int], None]


def register(app: App, desk: Desk) -> None:
    """The menu, the Answer button, and every form."""

    @app.action("draft_more")
    def more(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            choice, draft_id, version = unpack_choice(body["actions"][0]["selected_option"]["value"])
            CHOICES[choice](desk, body, draft_id, version)
        ack()

    @app.action(ANSWER)
    def answer(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            number, draft_id, _ = unpack_statement(body["actions"][0]["value"])
            row = desk.questions.check_may_answer(draft_id, number, by=actor(body))
            asked = desk.worded(questions(row.review)[number].text)
            _open(desk, body, answer_form(draft_id, number, row.title, asked))
        ack()

    @app.view(HAND_FORM)
    def handed(ack: Ack, body: Body) -> None:
        _submitted(ack, desk, body, lambda which: _hand(desk, body, which))

    @app.view(ASK_FORM)
    def asked(ack: Ack, body: Body) -> None:
        _submitted(ack, desk, body, lambda which: _ask(desk, body, which))

    @app.view(ANSWER_FORM)
    def answered_it(ack: Ack, body: Body) -> None:
        _submitted(ack, desk, body, lambda which: _answer(desk, body, which))

    @app.view(TAKE_BACK_FORM)
    def taken_back(ack: Ack, body: Body) -> None:
        _submitted(ack, desk, body, lambda which: _take_back(desk, body, which))


def show_evidence(desk: Desk, body: Body, draft_id: str) -> None:
    """Open the evidence of a draft, if the actor may see it."""
    desk.evidence.check_may_look(draft_id, by=actor(body))
    _, view = desk.quick_cards.load(draft_id)
    _open(desk, body, evidence_view(view))
    desk.evidence.looked(draft_id, by=actor(body))


def _show_take_back(desk: Desk, body: Body, draft_id: str, version: int) -> None:
    row, stay = desk.take_back.check(draft_id, version, by=actor(body))
    stays = f"This cannot be taken back: {'; '.join(stay)}." if stay else ""
    _open(desk, body, take_back_form(draft_id, version, row.title, stays))


def _show_rule(desk: Desk, body: Body, draft_id: str, _version: int) -> None:
    desk.evidence.check_may_look(draft_id, by=actor(body))
    rule, words = desk.policies.behind(draft_id)
    _open(desk, body, rule_view(rule, words))


def _decides(form: Callable[[str, int, str], dict[str, object]]) -> Choice:
    """A form for who decides."""

    def show(desk: Desk, body: Body, draft_id: str, version: int) -> None:
        desk.rights.check(draft_id, version, by=actor(body))
        row, _ = desk.quick_cards.load(draft_id, named=False)
        _open(desk, body, form(draft_id, version, row.title))

    return show


CHOICES: dict[str, Choice] = {
    "evidence": lambda desk, body, draft_id, _: show_evidence(desk, body, draft_id),
    "rule": _show_rule,
    "withdraw": lambda desk, body, draft_id, _: desk.decide.withdraw(draft_id, by=actor(body)),
    "hand": _decides(hand_form),
    "ask": _decides(ask_form),
    "take_back": _show_take_back,
    "go_on": lambda desk, body, draft_id, version: desk.questions.go_on(draft_id, version, by=actor(body)),
}


def _open(desk: Desk, body: Body, view: dict[str, object]) -> None:
    desk.parts.slack.quick.open_view(body["trigger_id"], view)


def _hand(desk: Desk, body: Body, which: str) -> None:
    desk.hand_over.hand(*unpack_metadata(which), read_person(state(body)), by=actor(body))


def _words(body: Body) -> str:
    words = read_words(state(body))
    if not words:
        raise CountersignError("Write something, please.")
    return words


def _ask(desk: Desk, body: Body, which: str) -> None:
    desk.questions.ask(*unpack_metadata(which), _words(body), by=actor(body))


def _take_back(desk: Desk, body: Body, which: str) -> None:
    desk.take_back.take(*unpack_metadata(which), read_words(state(body)), by=actor(body))


def _answer(desk: Desk, body: Body, which: str) -> None:
    number, draft_id, _ = unpack_statement(which)
    desk.questions.answer(draft_id, number, _words(body), by=actor(body))


def _submitted(ack: Ack, desk: Desk, body: Body, act: Callable[[str], None]) -> None:
    try:
        act(body["view"]["private_metadata"])
    except CountersignError as error:
        # Said in the form, which stays open: what was typed is not lost.
        ack(response_action="errors", errors=more_error(desk.worded(str(error))))
    else:
        ack()
