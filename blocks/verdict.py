"""The state of a draft in words: the first line of its card, in blocks and in notifications."""

from __future__ import annotations

from collections.abc import Callable

from blocks.body import mention, name, short
from blocks.view import Card, Person

NAMED = 4  # people named before "3 others"


def state_line(view: Card) -> str:
    """The state as escaped mrkdwn with live mentions: "*Draft: waits for <@U1>*"."""
    sign, words = _state(view, mention)
    return f"{sign} *{words}*"


def state_text(view: Card) -> str:
    """The state as plain text, unescaped: "Draft: waits for @dana"."""
    return _state(view, name)[1]


def people(persons: tuple[Person, ...], named: Callable[[Person], str], joint: str, most: int = NAMED) -> str:
    """The persons in words, so many of them by name: "@ana, @ben or 3 others"."""
    shown = [named(person) for person in persons[:most]]
    if more := len(persons) - len(shown):
        shown.append(f"{more} other{'s' if more > 1 else ''}")
    return f" {joint} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def _so_far(view: Card, named: Callable[[Person], str]) -> str:
    """How many of several approvals are there: " · 1 of 2: @ana approved"."""
    if view.needed < 2:
        return ""
    count = f" · {len(view.approvers)} of {view.needed}"
    return f"{count}: {people(view.approvers, named, 'and')} approved" if view.approvers else f"{count} approved"


def _state(view: Card, named: Callable[[Person], str]) -> tuple[str, str]:
    decided = (view.decided_by,) if view.decided_by else ()
    who = f" by {people(view.approvers or decided, named, 'and')}" if decided else ""
    edited = " with edits" if view.changes else ""
    match view.status:
        case "proposed":
            open_still = tuple(person for person in view.deciders if person not in view.approvers)
            # On a phone each name takes a line above the buttons; below them more are named.
            waits = people(open_still, named, "or", NAMED if len(open_still) < NAMED else 2)
            if view.waits_for_answer:
                waits = f"an answer of {named(view.requester)}"
            return "📝", f"Draft: waits for {waits or 'a decision'}{_so_far(view, named)}"
        case "approved" if any(receipt.state == "parked" for receipt in view.receipts):
            return "✋", f"Approved{edited}{who}, but not all is known to be done"
        case "approved":
            return "☑️", f"Approved{edited}{who}"
        case "applied":
            return "✅", f"Applied: approved{edited}{who}"
        case "failed":
            some = any(receipt.state == "done" for receipt in view.receipts)
            return "⚠️", f"Failed: approved{edited}{who}, but not {'all of it was ' if some else ''}carried out"
        case "rejected":
            return "🚫", f"Rejected{who}"
        case "expired":
            return "⌛", "Expired: nobody decided in time"
        case "withdrawn":
            return "↩️", f"Withdrawn{who}"
        case "taken back":
            back = f"Taken back by {named(view.taken_back_by)}" if view.taken_back_by else "Taken back"
            return "↩️", f"{back}: approved{edited}{who}" + (", but not all is undone" if view.take_back_failed else "")
        case "superseded":
            return "↪️", f"Superseded{who}: there is a newer draft"
        case other:
            return "▫️", short(other.capitalize()) or "Draft"
