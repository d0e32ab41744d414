"""The durable jobs: which steps, in which order, and what is done when one fails for good."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.desk.desk import Desk
from bot.desk.parts import Actor
from bot.errors import CountersignError
from bot.work import JobBody, Run


def bodies(desk: Desk) -> Mapping[str, JobBody]:
    """Every job that the desk enqueues, by name."""

    def begin(run: Run, request_id: str) -> None:
        try:
            run(desk.propose.aim, request_id)
            run(desk.propose.announce, request_id)
        except CountersignError as error:
            run(desk.propose.refuse, request_id, str(error))

    def draft(run: Run, request_id: str) -> None:
        try:
            draft_id = run(desk.propose.write, request_id)
        except CountersignError as error:
            run(desk.propose.refuse, request_id, str(error))
        else:
            run(desk.cards.ask_now, draft_id)

    def apply(run: Run, draft_id: str, version: str) -> None:
        number, at = 0, int(version)
        problem = ""
        try:
            if run(desk.apply.recheck, draft_id, at):
                run(desk.cards.ask_now, draft_id)
                while run(desk.apply.perform, draft_id, at, number):
                    number += 1
        except CountersignError as error:
            problem = str(error)
            run(desk.apply.fail, draft_id, at, number, problem)
        run(desk.apply.finish, draft_id, at, problem)
        run(desk.cards.ask_now, draft_id)

    def render(run: Run, draft_id: str, attempt: str) -> None:
        try:
            run(desk.cards.render, draft_id)
        except CountersignError:
            run(desk.cards.ask_later, draft_id, int(attempt))

    def place(run: Run, draft_id: str) -> None:
        run(desk.propose.place, draft_id)
        run(desk.cards.ask_now, draft_id)

    def tell(run: Run, actor: str, text: str) -> None:
        run(desk.tell, Actor(**json.loads(actor)), text)

    def leads(run: Run, actor: str, channel: str, users: str) -> None:
        who = Actor(**json.loads(actor))
        try:
            answer = run(desk.set_leads, who, channel, json.loads(users))
        except CountersignError as error:
            answer = str(error)
        run(desk.tell, who, answer)

    def home(run: Run, user: str) -> None:
        run(desk.show_home, user)

    return {
        "begin": begin,
        "draft": draft,
        "apply": apply,
        "render": render,
        "place": place,
        "tell": tell,
        "leads": leads,
        "home": home,
    }
