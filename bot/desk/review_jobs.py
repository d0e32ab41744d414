"""The durable jobs of who reviews: hand-overs, questions, taking back, briefs and review hours."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.desk.desk import Desk
from bot.desk.job_ends import answer, surely
from bot.desk.parts import Actor
from bot.errors import CountersignError, TryAgain
from bot.work import JobBody, Run


def bodies(desk: Desk) -> Mapping[str, JobBody]:
    """Every job about reviewing, by name."""

    def direction(run: Run, draft_id: str, number: str) -> None:
        try:
            run(desk.briefs.post, draft_id, int(number))
        except TryAgain:
            raise
        except CountersignError as error:
            run(desk.briefs.not_posted, draft_id, int(number), str(error))

    def handed(run: Run, draft_id: str, number: str) -> None:
        surely(run, desk.hand_over.tell, draft_id, int(number))

    def question(run: Run, draft_id: str, number: str) -> None:
        surely(run, desk.questions.show, draft_id, int(number))

    def answered(run: Run, draft_id: str, number: str) -> None:
        surely(run, desk.questions.tell_answer, draft_id, int(number))

    def take_back(run: Run, draft_id: str, version: str, first: str) -> None:
        number, at, problem = int(first), int(version), ""
        try:
            while run(desk.apply.perform, draft_id, at, number):
                number += 1
        except CountersignError as error:
            problem = str(error)
            run(desk.apply.fail, draft_id, at, number, problem, False)
        run(desk.take_back.finish, draft_id, at, problem)
        run(desk.cards.ask_now, draft_id)

    def review(run: Run, user: str, moment: str) -> None:
        surely(run, desk.review.send, user, moment)
        run(desk.review_hours.plan, user)

    def review_hour(run: Run, actor: str, text: str, name: str) -> None:
        answer(desk, run, name, desk.review_hours.set, Actor(**json.loads(actor)), text)

    def review_turn(run: Run, actor: str, key: str, shown: str, name: str) -> None:
        who = Actor(**json.loads(actor))
        try:
            run(desk.review.turn, key, shown, who.user)
        except TryAgain:
            raise
        except CountersignError as error:
            run(desk.tell, who, str(error), name)

    return {
        "direction": direction,
        "handed": handed,
        "question": question,
        "answered": answered,
        "take_back": take_back,
        "review": review,
        "review_hour": review_hour,
        "review_turn": review_turn,
    }
