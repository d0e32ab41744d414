"""The form of /countersign settings: who decides in a scope, how many, when, and where their cards go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from blocks.body import clip, line, short
from blocks.parts import Block, context, modal, option, plain, section

POLICY_FORM = "policy_submit"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_GROUPS = 100  # of a select
MOST_SINKS = 10  # of a group of checkboxes, one of which is for none
NOWHERE = "-"
_WIDER = "wider"  # the choice of what a wider scope says
_OWN = (("yes", "Yes"), ("no", "No: not who asked, nor who has a to-do in it"))
_CARDS = (
    ("thread", "The channel or thread it is for"),
    ("review", "A review channel"),
    ("direct", "Direct messages of who decides"),
)
_MOST_APPROVALS = 9

State = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class PolicyFields:
    """What stands in the form. What is empty is left to the wider scope."""

    leads: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    approvals: str = ""
    self_approval: str = ""  # "yes", "no"
    cards: str = ""  # thread, review, direct
    review_channel: str = ""
    remind_after: str = ""  # working hours, as typed
    expire_after: str = ""
    hours: str = ""  # "9-17"
    days: tuple[int, ...] = ()  # 0 is Monday
    second: str = ""
    escalate_after: str = ""
    away: str = ""  # status emoji by name
    sinks: tuple[str, ...] = ()  # by name; NOWHERE alone for none, whatever a wider scope says


@dataclass(frozen=True)
class PolicyForm:
    """The form for one scope: what stands in it, and what holds without it, in the same words."""

    scope: str  # comes back with the submission
    about: str  # "Drafts for #dev"
    fields: PolicyFields
    wider: Mapping[str, str] = field(default_factory=dict)
    groups: Sequence[tuple[str, str]] | None = ()  # id and handle of those there are; None where nobody can tell
    sinks: Sequence[tuple[str, str]] = ()  # name and label of those there are


def policy_form(form: PolicyForm) -> Block:
    """The modal."""
    now, wider = form.fields, form.wider
    days = [option(name, str(number)) for number, name in enumerate(WEEKDAYS)]
    channel = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    counts = [(str(count), str(count)) for count in range(1, _MOST_APPROVALS + 1)]
    blocks = [
        context(f"*{short(form.about)}.* What you leave empty is decided elsewhere, as it says there."),
        _input("leads", "Leads", {"type": "multi_users_select", **_initial("initial_users", list(now.leads))}),
        *_groups(form),
        _hint(wider, "leads"),
        _input("approvals", "How many have to approve", _menu(counts, now.approvals, wider["approvals"])),
        _input("self_approval", "May people approve their own", _menu(_OWN, now.self_approval, wider["self_approval"])),
        _input("cards", "Where drafts wait", _menu(_CARDS, now.cards, wider["cards"])),
        _input("review_channel", "Review channel", {**channel, **_initial("initial_conversation", now.review_channel)}),
        _input("remind_after", "Remind after working hours", _text(now.remind_after, wider["remind_after"])),
        _input("expire_after", "Expire after working hours", _text(now.expire_after, wider["expire_after"])),
        _input("hours", "Working hours", _text(now.hours, wider["hours"])),
        _input(
            "days",
            "Working days",
            {"type": "checkboxes", "options": days, **_initial("initial_options", [days[day] for day in now.days])},
        ),
        _hint(wider, "days"),
        _input("second", "Second reviewer", {"type": "users_select", **_initial("initial_user", now.second)}),
        _input(
            "escalate_after",
            "Ask them after working hours without a decision",
            _text(now.escalate_after, wider["escalate_after"]),
        ),
        _input("away", "Status emoji that mean: away", _text(now.away, wider["away"])),
        *_sinks(form),
    ]
    return modal(
        "Settings",
        [block for block in blocks if block],
        callback_id=POLICY_FORM,
        private_metadata=form.scope,
        submit=plain("Save", 24),
        close=plain("Cancel", 24),
    )


def rule_view(why: str, words: Mapping[str, str]) -> Block:
    """The modal that tells who decides on a draft, why, and each setting with where it was set."""
    labels = {
        "leads": "Leads",
        "approvals": "How many have to approve",
        "self_approval": "May people approve their own",
        "cards": "Where drafts wait",
        "remind_after": "Reminder after working hours",
        "expire_after": "Expires after working hours",
        "hours": "Working hours",
        "days": "Working days",
        "second": "Second reviewer",
        "away": "Status emoji that mean: away",
    }
    lines = [f"*{label}:* {short(words[name], 200)}" for name, label in labels.items()]
    blocks = [section(short(why, 1500)), section("\n".join(lines)), context("To change it: /countersign settings")]
    return modal("Who decides, and why", blocks, close=plain("Close", 24))


def read_policy_form(values: State) -> PolicyFields:
    """What stands in a submitted form."""

    def menu(name: str) -> str:
        chosen = str((_held(values, name).get("selected_option") or {}).get("value", ""))
        return "" if chosen == _WIDER else chosen

    def text(name: str) -> str:
        return line(_held(values, name).get("value") or "").strip()

    def ticked(name: str) -> list[str]:
        return [tick["value"] for tick in _held(values, name).get("selected_options") or ()]

    return PolicyFields(
        leads=tuple(_held(values, "leads").get("selected_users") or ()),
        groups=tuple(ticked("groups")),
        approvals=menu("approvals"),
        self_approval=menu("self_approval"),
        cards=menu("cards"),
        review_channel=_held(values, "review_channel").get("selected_conversation") or "",
        remind_after=text("remind_after"),
        expire_after=text("expire_after"),
        hours=text("hours"),
        days=tuple(sorted(map(int, ticked("days")))),
        second=_held(values, "second").get("selected_user") or "",
        escalate_after=text("escalate_after"),
        away=text("away"),
        sinks=tuple(ticked("sinks")),
    )


def policy_error(name: str, text: str) -> dict[str, str]:
    """The `errors` of an ack that show `text` at a field."""
    return {_block(name): clip(line(text), 300)}


def _groups(form: PolicyForm) -> list[Block]:
    if form.groups is None:
        return [context("User groups can lead, too, once the app was reinstalled with the permission usergroups:read.")]
    if not form.groups:
        return []
    options = [option(f"@{handle}", group) for group, handle in form.groups[:MOST_GROUPS]]
    chosen = [one for one in options if one["value"] in form.fields.groups]
    element = {"type": "multi_static_select", "options": options, **_initial("initial_options", chosen)}
    return [_input("groups", "User groups whose members lead, too", element)]


def _sinks(form: PolicyForm) -> list[Block]:
    """Where to-dos may go besides; nothing where no such place was set up. What was chosen always stands there, a place
    that was removed since also: what the form does not show would be taken back when it is saved."""
    chosen = form.fields.sinks
    named = {name: f"{name} (removed)" for name in chosen if name != NOWHERE} | dict(form.sinks)
    if not named and not chosen:
        return []
    first = sorted(named, key=lambda name: name not in chosen)[: MOST_SINKS - 1]
    options = [option(named[name], name) for name in first] + [option("Nowhere else", NOWHERE)]
    ticked = [one for one in options if one["value"] in chosen]
    element = {"type": "checkboxes", "options": options, **_initial("initial_options", ticked)}
    return [_input("sinks", "Approved to-dos also go to", element), _hint(form.wider, "sinks")]


def _hint(wider: Mapping[str, str], name: str) -> Block:
    return context(f"Empty: {short(wider[name], 300)}")


def _block(name: str) -> str:
    return f"policy_{name}"


def _input(name: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": _block(name),
        "optional": True,
        "label": plain(label, 200),
        "element": {**element, "action_id": "value"},
    }


def _menu(choices: Sequence[tuple[str, str]], chosen: str, wider: str) -> Block:
    options = [option(wider, _WIDER), *(option(words, value) for value, words in choices)]
    picked = next((one for one in options if one["value"] == (chosen or _WIDER)), options[0])
    return {"type": "static_select", "options": options, "initial_option": picked}


def _text(value: str, wider: str) -> Block:
    return {
        "type": "plain_text_input",
        "max_length": 200,
        "placeholder": plain(wider, 150),
        **_initial("initial_value", value),
    }


def _initial(key: str, value: Any) -> Block:
    return {key: value} if value else {}


def _held(values: State, name: str) -> Mapping[str, Any]:
    return values.get(_block(name), {}).get("value", {})
