from __future__ import annotations

from datetime import UTC, datetime

from blocks.digest_list import SHOWN, DigestLine
from blocks.home import home, home_settings
from blocks.review import Line, Source
from blocks.todo_view import todo_home
from blocks.todos import TodoLine
from blocks.view import Person
from sandbox.blockkit import check_view


def test_a_home_tab_with_too_much_of_everything_is_one_that_slack_takes() -> None:
    todos = [TodoLine(f"{number:032x}", "Send the notes", "Ben", late=True) for number in range(60)]
    line = Line("Summary", 60, "https://x.test/a", datetime.now(UTC), Person("U1", "Ana"))
    waiting = [Source(f"C{number}", "#dev", (line,) * 20) for number in range(20)]
    digests = [
        DigestLine(f"d{number}", ("C1",), "C2", (), "Mon 09:00", "Mon 09:00", running=True)
        for number in range(SHOWN + 5)
    ]
    settings = home_settings("@Ben decides for @Dana", is_admin=True)
    view = home(waiting, digests=digests, todos=todo_home(todos, todos, todos), settings=settings)
    assert len(view["blocks"]) <= 100
    assert check_view(view) == []
