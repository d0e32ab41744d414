"""Slack is away while to-dos are told of, listed or reminded of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from sandbox.fixtures import BEN, DANA
from storage import todos as todo_rows
from storage.models import TodoRow
from tests.effects.sinks.receivers import github
from tests.flows.away.stage import Stage
from tests.flows.digests.week import actor
from tests.flows.rules import settle
from tests.flows.sinking import set_up as set_up_sink


def with_todo(stage: Stage) -> TodoRow:
    """A to-do of Ben's, which he was told of."""
    stage.office.ask("/followups")
    waiting = stage.office.drafts()[0]
    stage.desk.decide.approve(waiting.id, waiting.version, by=stage.ana)
    stage.office.settled(lambda office: office.drafts()[0].status == "applied" and not office.unfinished())
    (one,) = stage.office.program.database.read(lambda session: todo_rows.open_of(session, stage.ana.team, BEN))
    assert stage.said(BEN, "Your to-dos") == 1
    return one


def list_of(one: TodoRow) -> str:
    return f"todos:{one.draft_id}:{BEN}"


def todos(stage: Stage) -> Iterator[None]:
    one = with_todo(stage)
    change = update(TodoRow).where(TodoRow.id == one.id).values(owner=DANA)
    stage.office.program.database.write(lambda session: session.execute(change))
    yield
    stage.go("todos", one.draft_id)
    yield
    assert stage.said(DANA, "Your to-dos") == 1


def todo_list(stage: Stage) -> Iterator[None]:
    one = with_todo(stage)
    yield

    def done(session: Session) -> None:
        values = {"state": "done", "changed_by": BEN, "changed_at": stage.clock()}
        assert todo_rows.change(session, one.id, was=one.revision, **values)
        stage.desk.todos.lists.changed(session, one.id)

    stage.office.program.database.write(done)
    yield
    assert stage.said(BEN, "todo_reopen") == 1


def todo_list_again(stage: Stage) -> Iterator[None]:
    one, world = with_todo(stage), stage.office.world
    (message,) = world.bot_messages(world.dm(BEN).id)
    with world.changing():
        message.text, message.blocks = "What a late update put there.", []
    yield
    stage.go("todo_list_again", list_of(one))
    yield
    assert stage.said(BEN, "What a late update") == 0
    assert stage.said(BEN, "Your to-dos") == 1


def todo_plan(stage: Stage) -> Iterator[None]:
    one, later = with_todo(stage), stage.clock().date() + timedelta(days=100)
    change = update(TodoRow).where(TodoRow.id == one.id).values(due=later)
    stage.office.program.database.write(lambda session: session.execute(change))
    yield
    stage.go("todo_plan", one.id)
    yield
    after = text("SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE :name")
    names = {"name": f"todo-remind-{BEN}-{later + timedelta(days=1):%Y-%m}%"}
    assert stage.office.program.database.read(lambda session: session.scalar(after, names)) > 0


def todo_remind(stage: Stage) -> Iterator[None]:
    one = with_todo(stage)
    assert one.due is not None
    yield
    stage.go("todo_remind", BEN, one.due.isoformat())
    yield
    assert stage.said(BEN, "Still to do") == 1


def todos_of(stage: Stage) -> Iterator[None]:
    with_todo(stage)
    yield
    stage.desk.ask_for_todos(actor(stage.office, BEN))
    yield
    assert stage.said(BEN, "Your to-dos: 1") == 1


def sink_look(stage: Stage) -> Iterator[None]:
    with github() as repo:
        set_up_sink(stage.office, "web", repo)
        settle(stage.office, sinks=["web"])
        with_todo(stage)
        yield
        assert repo.done is not None
        repo.done(0)
        stage.go("sink_look", "web")
        yield
        assert stage.said(BEN, "todo_reopen") == 1
