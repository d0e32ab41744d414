"""The card: a draft as a reviewer sees it, from the row as it is at that moment."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from blocks import draft_text, phone, rich, triage
from blocks.body import clean, clip, date, fallback, is_link, line, link, mention
from blocks.body import short as words
from blocks.budget import MESSAGE_SIZE, size
from blocks.fold import LINES, Folded, fold
from blocks.ids import pack, pack_choice
from blocks.left_out import count_line, left_out
from blocks.message import Message
from blocks.moved import moved
from blocks.new_readers import new_readers
from blocks.not_covered import not_covered
from blocks.outcome import outcome
from blocks.parked import parked
from blocks.parts import EVIDENCE, Block, actions, button, confirm, context, divider, header, option, section
from blocks.questions import questions
from blocks.verdict import people, state_line, state_text
from blocks.view import Card, Caution, Section

NOTICES = 5
CAUTIONS = 8
WHOLE = 1_000_000  # lines: more than any draft has
LEAST = 5  # lines of the text that notes leave room for
TITLE = 52  # characters of a title: two lines
PLAN = 50  # characters of what approval does, above the buttons
ANNOUNCED = 44  # points of the line that announces notes below the buttons
APPROVE_ANYWAY = "Approve anyway"
APPROVE_TICKED = "Approve ticked"
RULE = "Who decides, and why"
APPROVED = ("approved", "applied", "failed", "taken back")
BLOCKS = 50  # of one message
SMALL_PRINT = 700  # characters of the last line
UNSEEN = 600  # characters of what the button says and asks where not every item is shown


def card(view: Card) -> Message:
    """The card of a draft: with Approve, Edit and Reject only while it is proposed. Never larger than Slack takes."""
    whole = _card(view)
    if size(whole.blocks) <= MESSAGE_SIZE:
        return whole
    bare = tuple(
        replace(part, items=tuple(replace(item, evidence=()) for item in part.items)) for part in view.sections
    )
    return _card(replace(view, sections=bare), short=True)


def _card(view: Card, *, short: bool = False) -> Message:
    blocks = _waiting(view, short=short) if view.status == "proposed" else _decided(view, short=short)
    return Message(_fallback(view), [*blocks, *_small(words(view.footer, 500))])


def _head(view: Card, title: int = 150) -> list[Block]:
    return [
        section(f"{state_line(view)}{_when(view)}"),
        header(clip(line(view.title), title)),
        context(f"Asked by {mention(view.requester)}{_edited(view)}"),
    ]


def _notices(view: Card) -> list[Block]:
    return [context(f"ℹ️ {said}") for notice in view.notices[:NOTICES] if (said := words(notice, 300))]


def _replaced(view: Card) -> list[Block]:
    older = link(view.replaces, "an earlier draft")
    return [context(f"↪️ Takes the place of {older}")] if is_link(view.replaces) else []


def _followed(view: Card) -> list[Block]:
    """Where the newer draft is, or that one is being written."""
    if view.being_renewed:
        new = link(view.replaced_by, "A new draft") if is_link(view.replaced_by) else "A new draft"
        until = " Until it is there, this one can be decided on." if view.status == "proposed" else ""
        return [context(f"✍️ {new} is being written.{until}")]
    return [context(f"↪️ {link(view.replaced_by, 'The newer draft')}")] if is_link(view.replaced_by) else []


def _caution(caution: Caution) -> Block:
    where = f" ({link(caution.permalink, 'open')})" if is_link(caution.permalink) else ""
    return context(f"⚠️ {words(caution.text, 300)}{where}")


def _small(*lines: str) -> list[Block]:
    """The lines, escaped, in small print; nothing where all are empty."""
    words = "\n".join(filter(None, lines))
    return [context(words)] if words else []


def _when(view: Card) -> str:
    return f" · {date(view.decided_at)}" if view.decided_at and view.status != "proposed" else ""


def _edited(view: Card) -> str:
    if view.status != "proposed" or not view.changes:
        return ""
    count = len(view.changes)
    return f" · version {view.version}, {count} change{'' if count == 1 else 's'} by hand since the first draft"


def _text(folded: Folded) -> list[Block]:
    """The text as it will be posted, as far as it is not folded, and how much is."""
    shown = rich.blocks(draft_text.rows(folded.sections, marks=True))
    if not folded.lines:
        return shown
    words = f"… {folded.lines} more line{'' if folded.lines == 1 else 's'}"
    if folded.marked:
        words += f", with {folded.marked} marked statement{'' if folded.marked == 1 else 's'}"
    return [*shown, section(f"_{words}: open {EVIDENCE}_")]


def _waiting(view: Card, *, short: bool) -> list[Block]:
    """What one decides by, the buttons at a phone's height below it, and what can be read afterwards."""
    changed, notes = moved(view), [*questions(view), *map(_caution, view.cautions[:CAUTIONS]), *_notices(view)]
    # That it has changed is part of what it is; what has changed is a note like others.
    items = tuple(part for part in view.sections if part.ticked)
    # What can be ticked is in rows of its own: the rest of the card is drawn as of a draft without.
    bare = replace(view, sections=tuple(part for part in view.sections if not part.ticked))
    sections = draft_text.on(bare.sections)
    head, notes = [*_head(view, TITLE), *_followed(view), *changed[:1]], [*changed[1:], *notes]
    plan = [*new_readers(view), *_plan(bare)]
    second_row = phone.BUTTONS if view.moved else 0
    room = phone.ABOVE - phone.height([*head, *plan]) - second_row
    least = max(phone.height(_text(fold(sections, LEAST))), LEAST * phone.ROW if items else 0)
    above = _fitting(notes, room - least)
    above_all = [*above, *_announced(view, len(notes) - len(above))]
    folded = _folded(sections, room - phone.height(above_all))
    before = [*head, *above_all, *_text(folded)]
    below = [
        *left_out(bare, short=short),
        *notes[len(above) :],
        divider(),
        *_replaced(view),
        *_small(_rest_of_plan(view), _deciders(view), _coverage(view, 800), not_covered(view)),
    ]
    buttons = partial(_buttons, view, folded=folded.lines > 0, ticked=bool(items))
    around = [*before, *plan, buttons(), *below]
    left, space = BLOCKS - len(around) - 1, MESSAGE_SIZE - size(around) - SMALL_PRINT
    rows, unseen = triage.rows(view.version, items, blocks=left, room=space, short=short)
    if unseen:
        rows, unseen = triage.rows(view.version, items, blocks=left, room=space - UNSEEN, short=short)
    return [*before, *rows, *plan, buttons(unseen=unseen), *below]


def _folded(sections: tuple[Section, ...], room: int) -> Folded:
    """The whole text where it has room on a phone, else ten lines of it, or as many as have, but at least one."""
    folds = (fold(sections, limit) for limit in (WHOLE, *range(LINES, 0, -1)))
    # Nobody approves what they see no word of.
    shown = [one for one in folds if one.sections] or [fold(sections, 0)]
    fits = (one for one in shown if phone.height(_text(one)) <= room)
    return next(fits, min(shown, key=lambda one: phone.height(_text(one))))


def _fitting(notes: list[Block], room: int) -> list[Block]:
    """The first of the notes: all, or as many as leave room for the line that announces the others."""
    if phone.height(notes) <= room:
        return notes
    room -= ANNOUNCED
    return [note for count, note in enumerate(notes, 1) if phone.height(notes[:count]) <= room]


def _announced(view: Card, hidden: int) -> list[Block]:
    if not hidden:
        return []
    sign = "⚠️" if view.cautions or view.moved else "ℹ️"
    return [context(f"{sign} {hidden} more note{'' if hidden == 1 else 's'} on this draft: below the buttons")]


def _plan(view: Card) -> list[Block]:
    plan = words(view.plan, PLAN)
    said = [section(f"*On approval:* {plan[0].lower()}{plan[1:]}")] if plan else []
    stays = f"⚠️ Cannot be taken back: {words('; '.join(view.stays), 200)}" if view.stays else ""
    return [*said, *_small(count_line(view), stays)]


def _rest_of_plan(view: Card) -> str:
    whole = words(view.plan, 1500)
    return f"On approval, in full: {whole}" if len(whole) > PLAN else ""


def _approve(label: str, value: str, unseen: int, style: str) -> Block:
    """The button that approves; where ticked items are not shown, it says so and asks before it takes them."""
    if not unseen:
        return button(label, "draft_approve", value, style=style)
    are, them = ("is", "it") if unseen == 1 else ("are", "them")
    asked = confirm(
        f"Approve {unseen} that {are} not shown, too?",
        f"{unseen} ticked item{'' if unseen == 1 else 's'} of this draft {are} not shown on this card, and "
        f"approving takes {them}, too. To see {them} first, go back and press Edit.",
        f"Approve all, {unseen} unseen",
        "Go back",
    )
    return {**button(f"{label} + {unseen} not shown", "draft_approve", value, style=style), "confirm": asked}


def _buttons(view: Card, *, folded: bool, ticked: bool, unseen: int = 0) -> Block:
    value = pack(view.draft_id, view.version)
    question = ("Go on without an answer", "go_on") if view.waits_for_answer else ("Ask who asked for it", "question")
    more = [(EVIDENCE, "evidence"), (RULE, "rule"), ("Hand to somebody", "hand"), question, ("Withdraw", "withdraw")]
    if view.may_be_asked:  # a menu has five choices
        more[0] = ("Ask the owners: is this yours?", "ask")
    approve = [_approve(APPROVE_TICKED if ticked else "Approve", value, unseen, "primary")]
    if view.moved:
        approve = [_approve(APPROVE_ANYWAY, value, unseen, "")]
        if not view.being_renewed:
            approve.append(button("New draft", "draft_renew", value))
    return actions(
        *approve,
        button("Edit", "draft_edit", value),
        button("Reject", "draft_reject", value, style="danger"),
        *([_evidence_button(view)] if folded or view.may_be_asked else []),
        _menu(view, more),
    )


def _menu(view: Card, choices: list[tuple[str, str]]) -> Block:
    options = [option(label, pack_choice(name, view.draft_id, view.version)) for label, name in choices]
    return {"type": "overflow", "action_id": "draft_more", "options": options}


def _deciders(view: Card) -> str:
    who = people(view.deciders, mention, "or")
    return ". ".join(filter(None, [f"Decides: {who}" if who else "", words(view.deciders_note, 500)]))


def _decided(view: Card, *, short: bool) -> list[Block]:
    buttons = [_evidence_button(view)]
    if view.status == "failed":
        buttons.insert(0, button("Try again", "draft_retry", pack(view.draft_id, view.version), style="primary"))
    if view.take_back_failed:
        buttons.insert(0, button("Try again", "draft_take_back", pack(view.draft_id, view.version), style="primary"))
    if view.may_be_taken_back_until:
        buttons.append(_menu(view, [(RULE, "rule"), ("Take back", "take_back")]))
    if view.may_be_drafted_again:
        buttons.insert(0, button("Draft again with this reason", "draft_again", pack(view.draft_id, view.version)))
    return [
        *_head(view),
        *_replaced(view),
        *_followed(view),
        *moved(view),
        *questions(view),
        *map(_caution, view.cautions[:CAUTIONS]),
        *_notices(view),
        *_text(_folded(draft_text.on(view.sections), phone.ABOVE // 2)),
        divider(),
        *new_readers(view),
        *outcome(view, short=short),
        *parked(view),
        *_small(triage.count(view.sections) if view.status in APPROVED else "", _coverage(view, 500), _until(view)),
        actions(*buttons),
    ]


def _until(view: Card) -> str:
    until = view.may_be_taken_back_until
    return f"Can be taken back, under ⋮, until {date(until)}" if until else ""


def _coverage(view: Card, limit: int) -> str:
    """What was read and what was not; a long account says where the whole of it is."""
    whole = words(view.coverage, 20_000)
    return whole if len(whole) <= limit else f"{words(view.coverage, limit - 40)} The whole list is under {EVIDENCE}."


def _evidence_button(view: Card) -> Block:
    return button(EVIDENCE, "draft_evidence", pack(view.draft_id, view.version))


def _fallback(view: Card) -> str:
    statements = [clean(item.text) for part in draft_text.on(view.sections) for item in part.items]
    return fallback(f"{state_text(view)}: {line(view.title)}", *statements)
