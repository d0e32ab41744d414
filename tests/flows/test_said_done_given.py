"""A to-do that goes to somebody else after its owner was asked whether it is done."""

from __future__ import annotations

from bot.desk import Actor
from sandbox.fixtures import ANA, BEN, DEV
from tests.flows.office import Office
from tests.flows.test_said_done import SENT, office, questions, says
from tests.flows.test_todos import todos

__all__ = ["office"]


def test_what_its_former_owner_did_not_answer_does_not_keep_its_new_one_from_being_asked(office: Office) -> None:
    says(office, "ben", SENT)
    assert len(questions(office)) == 1
    office.program.desk.todos.give(todos(office)["send"].id, ANA, by=Actor(office.world.team_id, BEN, DEV))
    office.settled(lambda o: not o.unfinished())
    says(office, "ana", SENT)
    assert len(questions(office, ANA)) == 1
