"""A digest stops: by itself where somebody may no longer read it, or since a person wants it so."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy.orm import Session

from blocks.notices import plain
from bot.desk.came_of import begun_of, drafts_of, goes_out
from bot.desk.decide import Decide
from bot.desk.digest_rules import DigestRules
from bot.desk.parts import Actor, Parts
from bot.desk.plan import Plan
from bot.desk.refusing import say_cancelled
from bot.errors import TryAgain
from bot.slack import SlackError
from bot.sources.access import NotAllowed, check_external
from storage import audit, digests, drafts, effects, requests
from storage.models import DigestRow, DraftRow

log = logging.getLogger(__name__)


class Stopping:
    """What is done when a digest must not go on, and who is told."""

    def __init__(self, parts: Parts, rules: DigestRules, decide: Decide) -> None:
        self._parts = parts
        self._rules = rules
        self._decide = decide

    def stop(self, run_id: str, why: str) -> None:
        """Pause the digest of a run, and tell its owner why; who cannot be told is spoken for by others."""
        parts = self._parts
        run, row = parts.database.read(lambda session: digests.with_run(session, run_id))
        us = Actor(row.team, parts.slack.identity().bot_user_id)
        people, text = self._rules.told_of_pause(row, f"Your digest is paused: {why} See /digest list.")
        if not people and row.state == "active":
            self._say_where_it_goes(run_id, row)

        def pause(session: Session) -> None:
            digests.came_to(session, run.id, "stopped")
            held = digests.held(session, row.id)
            if held.state != "active":
                return
            digests.change(session, row.id, state="paused", why=why)
            audit.append(
                session, team=row.team, subject=f"digest {row.id}", action="paused", by="", at=parts.clock(), words=why
            )
            taken = self.take_back(session, held, by=us)
            for user in people:
                parts.tell(session, Actor(row.team, user), f"{text}{taken or ' Nothing was posted.'}")

        parts.database.write(pause)

    def _say_where_it_goes(self, run_id: str, row: DigestRow) -> None:
        """Leave a line for the readers of a digest of which nobody else could be told that it is paused."""
        plan, parts = Plan.from_json(row.plan), self._parts
        text = plain("The digest that came here is paused: who set it up is no longer active.")
        for place in (plan.to_channel,) if plan.to_channel else plan.to_users:
            try:
                if plan.to_channel:
                    check_external(parts.slack.channel(place), parts.external)
                elif parts.slack.person(place, fresh=True).deleted:
                    continue
                channel = place if plan.to_channel else parts.slack.open_dm(place)
                parts.outbox.send(f"stopped:{run_id}:{place}", text, team=row.team, channel=channel)
            except (SlackError, NotAllowed) as error:
                if isinstance(error, TryAgain):
                    raise
                log.warning("nobody could be told that digest %s is paused: %s", row.id, error)

    def take_back(self, session: Session, row: DigestRow, *, by: Actor) -> str:
        """Withdraw the drafts of a digest's runs that wait or are being written; a sentence about what there was.

        What somebody approved is their decision and goes out: that is said. What a standing approval stood in for is
        withdrawn while nothing of it was begun.
        """
        now = self._parts.clock()
        for request in begun_of(session, row):
            if requests.move(session, request.id, was=requests.BEGUN, status="cancelled", note=by.user):
                say_cancelled(self._parts, session, request.id)
        waited = self._withdraw(session, drafts_of(session, row, "proposed"), "proposed", by)
        about_to = self._withdraw(session, _unreviewed(session, row), "approved", by)
        hours = dict.fromkeys(filter(None, (goes_out(draft, now) for draft in drafts_of(session, row, "approved"))))
        said = " Its draft that was waiting for review is withdrawn." if waited else ""
        said += " What was about to go out without a review is withdrawn." if about_to else ""
        said += under_way(session, row)
        return said + "".join(f" What is approved already still goes out: {hour}." for hour in hours)

    def _withdraw(self, session: Session, found: Sequence[DraftRow], status: str, by: Actor) -> bool:
        """Withdraw the drafts that still have this status, and of which nothing was begun; whether there was any."""
        withdrawn = False
        for draft in found:
            # Held one by one: somebody may have edited it since it was found, or decided on it.
            row = drafts.held(session, draft.id)
            if row and row.status == status and not effects.begun(effects.of_draft(session, row.id, row.version)):
                withdrawn = self._decide.take_back(session, row, by=by) or withdrawn
        return withdrawn


def under_way(session: Session, row: DigestRow) -> str:
    """A sentence about what goes out by a standing approval and was begun; "" where nothing was."""
    begun = (effects.begun(effects.of_draft(session, each.id, each.version)) for each in _unreviewed(session, row))
    return " What has begun to be posted still goes out." if any(begun) else ""


def _unreviewed(session: Session, row: DigestRow) -> list[DraftRow]:
    return [each for each in drafts_of(session, row, "approved") if each.destination["terms"]["unreviewed"]]
