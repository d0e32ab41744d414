"""The durable jobs of to-dos: which steps, and what is done when one fails for good."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.desk.desk import Desk
from bot.desk.parts import Actor
from bot.errors import CountersignError, TryAgain
from bot.work import JobBody, Run


def bodies(desk: Desk) -> Mapping[str, JobBody]:
    """Every job about to-dos, by name."""

    def tell(run: Run, draft_id: str) -> None:
        for todo_id in run(desk.todos.lists.tell, draft_id):
            run(desk.todos.reminders.plan, todo_id)

    def show(run: Run, key: str, attempt: str) -> None:
        try:
            run(desk.todos.lists.show, key)
        except CountersignError as error:
            run(desk.todos.lists.show_later, key, int(attempt), str(error))

    def again(run: Run, key: str) -> None:
        run(desk.todos.lists.forget, key)
        show(run, key, "0")

    def plan(run: Run, todo_id: str) -> None:
        run(desk.todos.reminders.plan, todo_id)

    def remind(run: Run, owner: str, day: str) -> None:
        try:
            run(desk.todos.reminders.remind, owner, day)
        except CountersignError as error:  # a refusal may be another tomorrow
            raise TryAgain(str(error)) from error

    def todos_of(run: Run, actor: str, name: str) -> None:
        who = Actor(**json.loads(actor))
        try:
            run(desk.tell_todos, who, name)
        except CountersignError as error:
            run(desk.tell, who, str(error), name)

    def sink_look(run: Run, name: str) -> None:
        try:
            run(desk.todo_sync.look, name)
        except CountersignError as error:  # the next look is not far
            run(desk.todo_sync.failed, name, str(error))

    return {
        "todos": tell,
        "todo_list": show,
        "todo_list_again": again,
        "todo_plan": plan,
        "todo_remind": remind,
        "todos_of": todos_of,
        "sink_look": sink_look,
    }
