"""What is written of a decision: the conditional change of the draft, and its row in the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from blocks.view import Section
from bot import wording
from bot.desk import items, seen
from bot.desk.moved import with_changes
from bot.desk.parts import Actor, Parts
from bot.desk.rights import Rights
from bot.desk.rules import Grounds, Rules
from bot.drafting.digest import payload_digest
from bot.drafting.edits import Edits, changes
from bot.drafting.statement import Path, walk
from bot.errors import CountersignError
from bot.work import Job
from storage import audit, drafts
from storage.models import DraftRow


class Record:
    """Writes in the caller's transaction."""

    def __init__(self, parts: Parts, rules: Rules, rights: Rights) -> None:
        self._parts = parts
        self._rules = rules
        self._rights = rights

    def move(self, session: Session, row: DraftRow, by: Actor, **values: Any) -> None:
        """Change a draft that still waits in this version. Raises CountersignError if somebody was first."""
        if not drafts.move(session, row.id, was=("proposed", row.version), **values):
            self._rights.decidable(session, row.id, row.version, by)
            raise CountersignError("Somebody else changed this draft just now; please look at the card.")

    def reviewed(self, session: Session, row: DraftRow, by: Actor) -> DraftRow:
        """The draft, at which somebody has looked: if they came before its standing approval, that is used no more."""
        if not row.destination["terms"]["unreviewed"]:
            return row
        self.move(session, row, by, **with_changes(row, row.origin.get("moved", [])))
        return self._rights.found(session, row.id)

    def decision(self, by: Actor) -> dict[str, Any]:
        """Who decides, and when: columns of the draft."""
        return {"decided_by": by.user, "decided_at": self._parts.clock()}

    def note(
        self,
        session: Session,
        row: DraftRow,
        by: Actor,
        action: str,
        *,
        version: int | None = None,
        payload: dict[str, Any] | None = None,
        words: str = "",
        more: Mapping[str, Any] | None = None,
        grounds: Grounds | None = None,
    ) -> None:
        """A row in the audit log about `row` as it was before; `payload` and `version` are what it became, if other.

        The edits themselves are noted only where the payload is given, beside `words`. `grounds` are read if not given.
        """
        final = row.payload if payload is None else payload
        edits = changes(self._parts.payload(row, row.proposed), self._parts.payload(row, final))
        kept: dict[str, Any] = {"payload": payload_digest(final), "edits": len(edits), **(more or {})}
        kept |= seen.facts(session, row, by=by.user, now=self._parts.clock())
        if in_place_of := self._rules.by(grounds or self._rules.grounds_of(session, row), row).stands_for.get(by.user):
            kept["in_place_of"] = list(in_place_of)
        audit.append(
            session,
            team=row.team,
            subject=row.id,
            action=action,
            by=by.user,
            version=row.version if version is None else version,
            at=self._parts.clock(),
            facts=kept,
            words="\n".join(filter(None, [words, json.dumps(edits, ensure_ascii=False) if edits and payload else ""])),
        )

    def switches(self, session: Session, row: DraftRow, by: Actor, ticks: Mapping[Path, bool]) -> bool:
        """An audit row for each statement that is put back, or taken out again; False if there is none.

        What is decided by itself and left out gets its row with the decision, see `items`.
        """
        known = dict(walk(self._parts.payload(row, row.payload)))
        later = items.fields(self._sections(row, row.payload))
        noted = False
        for path, on in ticks.items():
            if known[path].off == on and (on or path not in later):
                noted = True
                action, more = "put back" if on else "taken out", {"statement": path}
                self.note(session, row, by, action, version=row.version + 1, words=known[path].text, more=more)
        return noted

    def items(
        self, session: Session, row: DraftRow, by: Actor, version: int, payload: dict[str, Any], edits: Edits
    ) -> None:
        """An audit row for each thing that is decided by itself, after that of the decision; what was left out is by
        who did that, an earlier approver of several, say."""
        before, after = (self._sections(row, each) for each in (row.payload, payload))
        for action, facts, words, who in items.decided(before, after, edits.texts):
            audit.append(
                session,
                team=row.team,
                subject=row.id,
                action=action,
                by=wording.account(who) or by.user,
                version=version,
                at=self._parts.clock(),
                facts=facts,
                words=words,
            )

    def _sections(self, row: DraftRow, payload: dict[str, Any]) -> list[Section]:
        return self._parts.kinds[row.kind].show(self._parts.payload(row, payload))

    def begin(self, session: Session, row: DraftRow, version: int, attempt: int = 0, wait_s: float = 0.0) -> None:
        """Have what was approved carried out after this transaction, and so many seconds later."""
        name = f"apply-{row.id}-{version}-{attempt}"
        self._parts.work.enqueue(session, Job("apply", name, (row.id, str(version)), delay_s=wait_s))
