"""The card: a draft as a reviewer sees it, from the row as it is at that moment."""

from __future__ import annotations

from dataclasses import replace

from blocks import draft_text, rich
from blocks.body import clean, date, fallback, is_link, line, link, mention
from blocks.body import short as words
from blocks.budget import MESSAGE_SIZE, size
from blocks.fold import Folded, fold
from blocks.ids import pack, pack_choice
from blocks.left_out import count_line, left_out
from blocks.message import Message
from blocks.moved import moved
from blocks.not_covered import not_covered
from blocks.outcome import outcome
from blocks.parked import parked
from blocks.parts import Block, actions, button, context, divider, header, option, section
from blocks.verdict import people, state_line, state_text
from blocks.view import Card, Caution

NOTICES = 5
CAUTIONS = 8
APPROVE_ANYWAY = "Approve anyway"


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
    folded = fold(draft_text.on(view.sections))
    blocks = [*_head(view), *rich.blocks(draft_text.rows(folded.sections, marks=True)), *_folded(view, folded)]
    blocks.append(divider())
    blocks += _waiting(view, short=short) if view.status == "proposed" else _decided(view, folded, short=short)
    blocks += _small(words(view.footer, 500))
    return Message(_fallback(view), blocks)


def _head(view: Card) -> list[Block]:
    blocks = [
        section(f"{state_line(view)}{_when(view)}"),
        header(view.title),
        context(f"Asked by {mention(view.requester)}{_edited(view)}"),
    ]
    notices = [said for notice in view.notices[:NOTICES] if (said := words(notice, 300))]
    if is_link(view.replaces):
        blocks.append(context(f"↪️ Takes the place of {link(view.replaces, 'an earlier draft')}"))
    if is_link(view.replaced_by):
        blocks.append(context(f"↪️ {link(view.replaced_by, 'The newer draft')}"))
    blocks += [context(f"ℹ️ {said}") for said in notices]
    return [*blocks, *map(_caution, view.cautions[:CAUTIONS]), *moved(view)]


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


def _folded(view: Card, folded: Folded) -> list[Block]:
    if not folded.lines:
        return []
    words = f"… {folded.lines} more line{'' if folded.lines == 1 else 's'}"
    if folded.marked:
        words += f", with {folded.marked} marked statement{'' if folded.marked == 1 else 's'}"
    return [section(f"_{words}: open Evidence to read all_", _evidence_button(view))]


def _waiting(view: Card, *, short: bool) -> list[Block]:
    blocks = []
    if plan := words(view.plan, 1500):
        blocks.append(section(f"*On approval:* {plan[0].lower()}{plan[1:]}"))
    blocks += _small(count_line(view), _coverage(view, 800), not_covered(view), _deciders(view))
    value = pack(view.draft_id, view.version)
    more = [("Show evidence", "evidence"), ("Who decides, and why", "rule"), ("Withdraw", "withdraw")]
    approve = [button("Approve", "draft_approve", value, style="primary")]
    if view.moved:
        approve = [button(APPROVE_ANYWAY, "draft_approve", value), button("New draft", "draft_renew", value)]
    blocks.append(
        actions(
            *approve,
            button("Edit", "draft_edit", value),
            button("Reject", "draft_reject", value, style="danger"),
            {
                "type": "overflow",
                "action_id": "draft_more",
                "options": [option(label, pack_choice(name, view.draft_id, view.version)) for label, name in more],
            },
        )
    )
    return [*blocks, *left_out(view, short=short)]


def _deciders(view: Card) -> str:
    who = people(view.deciders, mention, "or")
    return ". ".join(filter(None, [f"Decides: {who}" if who else "", words(view.deciders_note, 500)]))


def _decided(view: Card, folded: Folded, *, short: bool) -> list[Block]:
    buttons = [] if folded.lines else [_evidence_button(view)]
    if view.status == "failed":
        buttons.insert(0, button("Try again", "draft_retry", pack(view.draft_id, view.version), style="primary"))
    row = [actions(*buttons)] if buttons else []
    return [*outcome(view, short=short), *parked(view), *_small(_coverage(view, 500)), *row]


def _coverage(view: Card, limit: int) -> str:
    """What was read and what was not; a long account says where the whole of it is."""
    whole = words(view.coverage, 20_000)
    return whole if len(whole) <= limit else f"{words(view.coverage, limit - 40)} The whole list is under Evidence."


def _evidence_button(view: Card) -> Block:
    return button("Evidence", "draft_evidence", pack(view.draft_id, view.version))


def _fallback(view: Card) -> str:
    statements = [clean(item.text) for part in draft_text.on(view.sections) for item in part.items]
    return fallback(f"{state_text(view)}: {line(view.title)}", *statements)
