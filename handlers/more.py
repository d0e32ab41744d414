"""What stands under More on a card, and the small forms that it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slack_bolt import Ack, App

from blocks.brief import ASK, DIRECT, DIRECT_FORM, direct_form
from blocks.brief import ASK_FORM as BRIEF_ASK_FORM
from blocks.brief import ask_form as brief_ask_form
from blocks.draft_text import on
from blocks.evidence import evidence_view
from blocks.ids import unpack, unpack_choice, unpack_metadata, unpack_statement
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
from bot.desk.approved import is_brief_for
from bot.desk.asked import questions
from bot.errors import CountersignError
from handlers.guard import answered
from handlers.payload import Body, actor, edits, state

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

    @app.action(DIRECT)
    def direct(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack(body["actions"][0]["value"])
            row = desk.briefs.check(draft_id, by=actor(body))
            _open(desk, body, direct_form(draft_id, version, row.title, row.destination["of"]))
        ack()

    @app.action(ASK)
    def ask_more(ack: Ack, body: Body) -> None:
        with answered(desk, body):
            draft_id, version = unpack(body["actions"][0]["value"])
            row = desk.briefs.check_can_answer(draft_id, by=actor(body))
            _open(desk, body, brief_ask_form(draft_id, version, row.title))
        ack()

    for callback_id, verb in VERBS.items():
        app.view(callback_id)(_submitted(desk, verb))


def show_evidence(desk: Desk, body: Body, draft_id: str) -> None:
    """Open the evidence of a draft, if the actor may see it."""
    desk.evidence.check_may_look(draft_id, by=actor(body))
    row, view = desk.quick_cards.load(draft_id)
    if is_brief_for(row, actor(body).user):  # what was left out was not approved for them
        view = replace(view, sections=on(view.sections), uncovered=(), uncovered_count=0)
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
    "ask": lambda desk, body, draft_id, version: desk.asking.ask(draft_id, version, edits(state(body)), by=actor(body)),
    "question": _decides(ask_form),
    "take_back": _show_take_back,
    "go_on": lambda desk, body, draft_id, version: desk.questions.go_on(draft_id, version, by=actor(body)),
}


def _open(desk: Desk, body: Body, view: dict[str, object]) -> None:
    desk.parts.slack.quick.open_view(body["trigger_id"], view)


def _words(body: Body) -> str:
    words = read_words(state(body))
    if not words:
        raise CountersignError("Write something, please.")
    return words


def _hand(desk: Desk, body: Body, which: str) -> None:
    desk.hand_over.hand(*unpack_metadata(which), read_person(state(body)), by=actor(body))


def _ask(desk: Desk, body: Body, which: str) -> None:
    desk.questions.ask(*unpack_metadata(which), _words(body), by=actor(body))


def _answer(desk: Desk, body: Body, which: str) -> None:
    number, draft_id, _ = unpack_statement(which)
    desk.questions.answer(draft_id, number, _words(body), by=actor(body))


def _take_back(desk: Desk, body: Body, which: str) -> None:
    desk.take_back.take(*unpack_metadata(which), read_words(state(body)), by=actor(body))


def _direct(desk: Desk, body: Body, which: str) -> None:
    desk.briefs.direct(unpack_metadata(which)[0], _words(body), by=actor(body), once=body["view"]["id"])


def _ask_more(desk: Desk, body: Body, which: str) -> None:
    desk.briefs.ask(unpack_metadata(which)[0], _words(body), by=actor(body), once=body["view"]["id"])


# What each form does; the last argument is its private_metadata.
VERBS: dict[str, Callable[[Desk, Body, str], None]] = {
    HAND_FORM: _hand,
    ASK_FORM: _ask,
    ANSWER_FORM: _answer,
    TAKE_BACK_FORM: _take_back,
    DIRECT_FORM: _direct,
    BRIEF_ASK_FORM: _ask_more,
}


def _submitted(desk: Desk, verb: Callable[[Desk, Body, str], None]) -> Callable[[Ack, Body], None]:
    def submitted(ack: Ack, body: Body) -> None:
        try:
            verb(desk, body, body["view"]["private_metadata"])
        except CountersignError as error:
            # Said in the form, which stays open: what was typed is not lost.
            ack(response_action="errors", errors=more_error(desk.worded(str(error))))
        else:
            ack()

    return submitted
