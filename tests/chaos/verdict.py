"""What must hold after a storm, asked of the database and of the sandbox; each breach is one sentence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from sandbox.records import Message
from sandbox.server import Sandbox
from storage import audit
from storage.database import Database
from storage.models import AuditRow, DraftRow, EffectRow, MessageRow
from tests.chaos.office import Room, alive, key_of

DECIDING = ("approved", "approved with edits", "approved anyway", "rejected", "withdrawn", "expired")
ENDED = ("applied", "rejected", "withdrawn")
TIMERS = ("remind", "expire")  # they wait for days, and look at the row before they do anything
SHOWN = {"applied": "Applied", "rejected": "Rejected", "withdrawn": "Withdrawn"}


@dataclass
class Verdict:
    """What was counted, and what does not hold."""

    counts: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)


def unfinished(database: Database) -> Counter[str]:
    """Jobs that are not done, by name and status; the timers of drafts are left out."""
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    query = text(f"SELECT name, status, count(*) FROM {table} WHERE status <> 'SUCCESS' GROUP BY name, status")
    rows = database.read(lambda session: list(session.execute(query)))
    return Counter({f"{name} {status}": number for name, status, number in rows if name not in TIMERS})


def judge(database: Database, box: Sandbox, rooms: list[Room]) -> Verdict:
    """Look at everything once all work is done."""
    return database.read(lambda session: _judge(session, box, rooms, unfinished(database)))


def _judge(session: Session, box: Sandbox, rooms: list[Room], left: Counter[str]) -> Verdict:
    verdict = Verdict()
    leads = {room.channel: room.leads for room in rooms}
    asker = {room.channel: room.asker for room in rooms}
    drafts = list(session.scalars(select(DraftRow)))
    effects: dict[str, list[EffectRow]] = {}
    for effect in session.scalars(select(EffectRow)):
        effects.setdefault(effect.draft_id, []).append(effect)
    decisions = Counter(session.scalars(select(AuditRow.subject).where(AuditRow.action.in_(DECIDING))))
    standing = _by_key(box)
    for draft in drafts:
        verdict.counts[f"drafts {draft.status}"] += 1
        if draft.status not in ENDED:
            verdict.breaches.append(f"draft {draft.id} is {draft.status}: {draft.problem}")
        if decisions[draft.id] != 1:
            verdict.breaches.append(f"draft {draft.id} has {decisions[draft.id]} deciding audit rows")
        channel = draft.destination["channel"]
        allowed = (asker[channel],) if draft.status == "withdrawn" else leads[channel]
        if draft.decided_by not in allowed:
            verdict.breaches.append(f"draft {draft.id} was decided by {draft.decided_by}")
        of_draft = effects.pop(draft.id, [])
        if draft.status == "applied" and not of_draft:
            verdict.breaches.append(f"draft {draft.id} is applied without an effect")
        for effect in of_draft:
            _judge_effect(verdict, draft, effect, standing.pop(effect.key, []))
    _judge_cards(session, verdict, box, drafts, standing)
    verdict.breaches += [
        f"{key} stands in Slack and belongs to nothing" for key in standing if key.startswith("effect:")
    ]
    if broken := audit.broken(session, box.world.team_id):
        verdict.breaches.append(f"the audit chain does not hold at {broken[:5]}")
    verdict.breaches += [f"{number} jobs left: {what}" for what, number in left.items()]
    verdict.counts["audit rows"] = len(list(session.scalars(select(AuditRow.id))))
    for action in session.scalars(select(AuditRow.action)):
        verdict.counts[f"audit: {action}"] += 1
    deleted = [call for call in box.world.calls_of("chat.delete") if call.ok]
    verdict.counts["twins removed in Slack"] = len(deleted)
    return verdict


def _judge_effect(verdict: Verdict, draft: DraftRow, effect: EffectRow, there: list[Message]) -> None:
    verdict.counts["effects"] += 1
    if draft.status != "applied" or effect.version != draft.version:
        verdict.breaches.append(f"{effect.key} belongs to no applied draft ({draft.status}, version {draft.version})")
    if effect.state != "done" or not effect.receipt.get("ts"):
        verdict.breaches.append(f"{effect.key} is {effect.state} with receipt {effect.receipt}: {effect.why}")
    if len(there) != 1:
        verdict.breaches.append(f"{effect.key} stands in Slack {len(there)} times: {[m.ts for m in there]}")
    elif there[0].ts != effect.receipt.get("ts"):
        verdict.breaches.append(f"{effect.key} stands at {there[0].ts}, its receipt says {effect.receipt}")
    verdict.counts["effects that stand once, where their receipt says"] += len(there) == 1


def _judge_cards(
    session: Session, verdict: Verdict, box: Sandbox, drafts: list[DraftRow], standing: dict[str, list[Message]]
) -> None:
    rows = {row.key: row for row in session.scalars(select(MessageRow))}
    of_request = {draft.request_id: draft for draft in drafts}
    for key in [key for key in standing if key.startswith("card:")]:
        there, row = standing.pop(key), rows.get(key)
        verdict.counts["cards"] += 1
        if len(there) != 1:
            verdict.breaches.append(f"{key} stands in Slack {len(there)} times: {[m.ts for m in there]}")
        for message in there:
            draft = of_request.get(row.request_id or "") if row else None
            if alive(message):
                verdict.breaches.append(
                    f"{key} at {message.ts} still offers {alive(message)}: {message.text[:40]}; "
                    f"updates as they took effect: {_updates(box, message.ts)}"
                )
            elif draft is None:
                verdict.counts["cards that say why there is no draft"] += 1
            elif not message.text.startswith(SHOWN.get(draft.status, "?")):
                verdict.breaches.append(
                    f"{key} shows “{message.text[:40]}”, its draft is {draft.status} in revision {draft.revision}; "
                    f"updates as they took effect: {_updates(box, message.ts)}"
                )


def _updates(box: Sandbox, ts: str) -> list[str]:
    calls = [call for call in box.world.calls_of("chat.update") if call.args.get("ts") == ts]
    return [f"{call.at:.1f} {str(call.args.get('text'))[:10]}{'' if call.ok else ' not ok'}" for call in calls]


def _by_key(box: Sandbox) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    with box.world.lock:
        for channel in box.world.messages.values():
            for message in channel.values():
                if key := key_of(message):
                    found.setdefault(key, []).append(message)
    return found
