"""A click is never ignored: what cannot be carried out is answered privately, and the card is shown anew."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.desk.cards import Cards
from bot.desk.parts import Actor, Parts
from bot.errors import CountersignError
from bot.sources.access import check_actor


class Click:
    """Runs what a click asks for, for a listener that has nothing else to say."""

    def __init__(self, parts: Parts, cards: Cards) -> None:
        self._parts = parts
        self._cards = cards

    def or_tell(self, draft_id: str, by: Actor, act: Callable[[], object]) -> None:
        """Act; where it is refused, tell the actor and show the card anew.

        Who clicked what could not be carried out may have seen a card that is out of date.
        """
        try:
            act()
        except CountersignError as error:
            text = str(error)

            def answer(session: Session) -> None:
                self._parts.tell(session, by, text)
                self._cards.refresh(session, draft_id)

            self._parts.database.write(answer)

    def carefully(self, draft_id: str, by: Actor, work: Callable[[Session], None]) -> None:
        """As `or_tell`, in one transaction, for an actor whom Slack says to be an active full member.

        Raises CountersignError for others. Approve is checked behind the click.
        """
        check_actor(self._parts.slack.quick.person(by.user, fresh=True))
        self.or_tell(draft_id, by, lambda: self._parts.database.write(work))
