"""Whose to-dos somebody sees: their own, and those of the channels that they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from blocks.todos import TodoLine
from bot.desk.cards import Cards
from bot.desk.parts import Parts
from bot.desk.todo_lists import TodoLists
from bot.slack import NotFound, NotInChannel, Slack
from storage import drafts, todos
from storage.models import DraftRow, TodoRow

MOST = 200  # of a team's that are looked through


@dataclass(frozen=True)
class TodoView:
    """What somebody has to do, and what others of their channels have; `late` of both together."""

    mine: tuple[TodoLine, ...]
    team: tuple[TodoLine, ...]

    @property
    def late(self) -> tuple[TodoLine, ...]:
        """What was due before today."""
        return tuple(one for one in (*self.mine, *self.team) if one.late)


class TodoViews:
    """Asks Slack each time who may see what. Raises SlackError where nothing could be checked."""

    def __init__(self, parts: Parts, slack: Slack, cards: Cards, lists: TodoLists) -> None:
        self._parts = parts
        self._slack = slack
        self._cards = cards
        self._lists = lists

    def of(self, user: str) -> TodoView:
        """The open to-dos of a person, and of the channels they are in, what is due first coming first."""
        rows = self._parts.database.read(lambda session: self._load(session, user))
        joined: dict[str, bool] = {}
        sees: dict[tuple[str, ...], bool] = {}  # by what was read: of many drafts it is the same
        mine: list[TodoLine] = []
        team: list[TodoLine] = []
        for one, row, deciders in rows:
            own = one.owner == user
            if not own and one.only != user and not self._is_in(user, row, joined):
                continue
            reads = (*row.destination["reads"], *row.destination.get("linked", ()))
            if reads not in sees:
                sees[reads] = self._lists.sees(user, row)
            if not own and not sees[reads]:
                continue
            may = own or user in (row.requester, *deciders)
            line = self._lists.line(one, user, sees=sees[reads], may_change=may)
            (mine if own else team).append(line)
        return TodoView(tuple(mine), tuple(team))

    def _load(self, session: Session, user: str) -> list[tuple[TodoRow, DraftRow, Sequence[str]]]:
        found: list[tuple[TodoRow, DraftRow, Sequence[str]]] = []
        for one in todos.open_in(session, self._parts.team, user, limit=MOST):
            row = drafts.get(session, one.draft_id)
            if row is not None:
                found.append((one, row, self._cards.rule(session, row).in_charge))
        return found

    def _is_in(self, user: str, row: DraftRow, joined: dict[str, bool]) -> bool:
        """Whether a person is in the channel that the to-dos were posted in."""
        channel = row.destination["channel"]
        if row.destination["private"]:
            return False
        if channel not in joined:
            try:
                joined[channel] = self._slack.is_member(channel, user)
            except (NotFound, NotInChannel):
                joined[channel] = False
        return joined[channel]
