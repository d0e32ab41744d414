"""The durable jobs of to-dos: which steps, and what is done when one fails for good."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.todo_lists import TodoLists
from bot.errors import CountersignError
from bot.work import JobBody, Run


def bodies(lists: TodoLists) -> Mapping[str, JobBody]:
    """Every job about to-dos, by name."""

    def tell(run: Run, draft_id: str) -> None:
        run(lists.tell, draft_id)

    def show(run: Run, key: str, attempt: str) -> None:
        try:
            run(lists.show, key)
        except CountersignError as error:
            run(lists.show_later, key, int(attempt), str(error))

    def again(run: Run, key: str) -> None:
        run(lists.forget, key)
        show(run, key, "0")

    return {"todos": tell, "todo_list": show, "todo_list_again": again}
