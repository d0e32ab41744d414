"""The durable jobs: which steps, in which order, and who is told when one fails for good.

While Slack is away a job that lets TryAgain through is begun anew later: each body can be, from its first step. Where a
person waits for an answer that would come too late, they are told instead that nothing came of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from bot.desk import review_jobs, todo_jobs
from bot.desk.desk import Desk
from bot.desk.job_ends import answer, surely
from bot.desk.parts import Actor
from bot.errors import CountersignError, TryAgain
from bot.work import JobBody, Run

log = logging.getLogger("countersign")
DRAFTING_JOBS = frozenset(
    ["draft", "digest", "overhear"]
)  # what reads and writes at length: nobody watches it being done


def bodies(desk: Desk) -> Mapping[str, JobBody]:
    """Every job that the desk enqueues, by name."""

    def begin(run: Run, request_id: str) -> None:
        try:
            run(desk.propose.aim, request_id)
            run(desk.propose.announce, request_id)
        except CountersignError as error:
            refuse(run, request_id, error)

    def refuse(run: Run, request_id: str, error: CountersignError) -> None:
        if isinstance(error, TryAgain) and not run(desk.is_waited_for, request_id):
            raise error
        run(desk.propose.refuse, request_id, str(error))

    def draft(run: Run, request_id: str) -> None:
        try:
            draft_id = run(desk.propose.write, request_id)
        except CountersignError as error:
            refuse(run, request_id, error)
        else:
            if draft_id:
                look_again(run, draft_id)
                try:
                    run(desk.digests.standing.settle, draft_id)
                except CountersignError as error:
                    run(desk.digests.standing.settle_later, draft_id, str(error))
                run(desk.cards.ask_now, draft_id)
            else:
                run(desk.propose.clear, request_id)
                run(desk.digests.runs.nothing, request_id)

    def settle(run: Run, draft_id: str) -> None:
        try:
            run(desk.digests.standing.settle, draft_id)
        except TryAgain as error:
            run(desk.digests.standing.not_yet, draft_id, str(error))
            raise
        except CountersignError as error:
            run(desk.digests.standing.give_up, draft_id, str(error))
        run(desk.cards.ask_now, draft_id)

    def cancelled(run: Run, request_id: str) -> None:
        run(desk.propose.show_cancelled, request_id)

    def look_again(run: Run, draft_id: str) -> None:
        try:
            run(desk.moved.look, draft_id)
        except CountersignError as error:
            run(desk.moved.unseen, draft_id, str(error))

    def refused(run: Run, request_id: str) -> None:
        run(desk.propose.show_refused, request_id)

    def digest(run: Run, run_id: str) -> None:
        try:
            run(desk.digests.runs.prepare, run_id)
        except TryAgain:
            raise
        except CountersignError as error:
            run(desk.digests.runs.failed, run_id, str(error))

    def quiet(run: Run, run_id: str, words: str) -> None:
        try:
            run(desk.digests.runs.say_quiet, run_id, words)
        except TryAgain:
            raise
        except CountersignError as error:
            run(desk.digests.runs.failed, run_id, str(error))

    def digest_check(run: Run, digest_id: str, revision: str) -> None:
        try:
            run(desk.digests.check, digest_id, int(revision))
        except TryAgain:
            raise
        except CountersignError as error:
            run(desk.digests.unchecked, digest_id, int(revision), str(error))

    def apply(run: Run, draft_id: str, version: str) -> None:
        number, at = 0, int(version)
        problem = ""
        try:
            goes_on = run(desk.apply.recheck, draft_id, at)
        except CountersignError as error:
            goes_on, problem = False, str(error)
            if run(desk.apply.fail, draft_id, at, number, problem, isinstance(error, TryAgain)):
                raise
        if goes_on:
            run(desk.cards.ask_now, draft_id)
        while goes_on:  # each effect knows which of those before it it has to wait for
            try:
                goes_on = run(desk.apply.perform, draft_id, at, number)
            except CountersignError as error:
                problem = problem or str(error)
                if run(desk.apply.fail, draft_id, at, number, str(error), isinstance(error, TryAgain)):
                    raise
            number += 1
        run(desk.apply.finish, draft_id, at, problem)
        run(desk.cards.ask_now, draft_id)

    def render(run: Run, draft_id: str, _attempt: str) -> None:
        try:
            if run(desk.cards.render, draft_id):
                run(desk.asking.show_all, draft_id)
        except CountersignError as error:  # a refusal may be another tomorrow: the bot is invited again, say
            raise TryAgain(str(error)) from error

    def asked(run: Run, key: str) -> None:
        surely(run, desk.asking.show, key)

    def asked_again(run: Run, key: str) -> None:
        run(desk.asking.forget, key)
        asked(run, key)

    def refresh(run: Run, draft_id: str) -> None:
        run(desk.cards.forget, draft_id)
        render(run, draft_id, "0")

    def place(run: Run, draft_id: str) -> None:
        try:
            run(desk.reviewers.look, draft_id)
            run(desk.propose.place, draft_id)
        except TryAgain:
            raise
        except CountersignError as error:
            text = f"Not everybody who decides on your draft could be shown it: {error}"
            run(desk.tell_asker, draft_id, text, f"tell-unplaced-{draft_id}")
        run(desk.cards.ask_now, draft_id)

    def remind(run: Run, draft_id: str) -> None:
        place(run, draft_id)  # who is away by now is not waited for
        try:
            run(desk.timers.remind, draft_id)
        except TryAgain:
            raise
        except CountersignError as error:
            text = f"Not everybody who decides on your draft could be reminded of it: {error}"
            run(desk.tell_asker, draft_id, text, f"tell-unreminded-{draft_id}")

    def escalate(run: Run, draft_id: str) -> None:
        try:
            run(desk.timers.escalate, draft_id)
        except TryAgain:
            raise
        except CountersignError as error:
            text = f"The second reviewer of your draft could not be asked: {error}"
            run(desk.tell_asker, draft_id, text, f"tell-unasked-{draft_id}")
        place(run, draft_id)

    def retime(run: Run, draft_id: str) -> None:
        surely(run, desk.timers.retime, draft_id)

    def renew(run: Run, timed: str) -> None:
        after = ""
        while after := run(desk.waiting.renew, bool(timed), after):
            pass
        if timed:
            run(desk.todos.reminders.sweep)

    def reroute(run: Run) -> None:
        renew(run, "")  # somebody's dates begin or end

    def stand_in(run: Run, actor: str, text: str, name: str) -> None:
        answer(desk, run, name, desk.stand_ins.set, Actor(**json.loads(actor)), text)

    def expire(run: Run, draft_id: str, attempt: str) -> None:
        if run(desk.timers.expire, draft_id, int(attempt)):
            run(desk.cards.ask_now, draft_id)  # for a step done by release 0.1.0, which left that to this one

    def expired(run: Run, draft_id: str) -> None:
        surely(run, desk.timers.tell_reviewers, draft_id)

    def twins(run: Run, key: str) -> None:
        try:
            found = run(desk.twins.find, key)
            run(desk.twins.remove, key, found)
            run(desk.twins.note, key, found)
        except TryAgain:
            raise
        except CountersignError as error:
            run(desk.twins.give_up, key, str(error))

    def tell(run: Run, actor: str, text: str, name: str) -> None:
        run(desk.tell, Actor(**json.loads(actor)), text, name)

    def leads(run: Run, actor: str, channel: str, users: str, name: str) -> None:
        answer(desk, run, name, desk.set_leads, Actor(**json.loads(actor)), channel, json.loads(users))

    def external(run: Run, actor: str, channel: str, allowed: str, name: str) -> None:
        answer(desk, run, name, desk.set_external, Actor(**json.loads(actor)), channel, json.loads(allowed))

    def listen(run: Run, actor: str, text: str, name: str) -> None:
        answer(desk, run, name, desk.listening.switch, Actor(**json.loads(actor)), text, f"{name}-said")

    def invited(run: Run, channel: str, ts: str) -> None:
        run(desk.listening.begin_anew, channel, ts)

    def overhear(run: Run, channel: str, ts: str, why: str, by: str = "") -> None:
        try:
            run(desk.overheard.look, channel, ts, why, by)
        except TryAgain:
            raise
        except CountersignError as error:
            log.warning("what was heard in %s could not be looked at: %s", channel, error)

    def home(run: Run, user: str) -> None:
        run(desk.show_home, user)

    return {
        "begin": begin,
        "draft": draft,
        "settle": settle,
        "cancelled": cancelled,
        "refused": refused,
        "digest": digest,
        "quiet": quiet,
        "digest_check": digest_check,
        "apply": apply,
        "render": render,
        "refresh": refresh,
        "asked": asked,
        "asked_again": asked_again,
        "place": place,
        "remind": remind,
        "escalate": escalate,
        "retime": retime,
        "renew": renew,
        "reroute": reroute,
        "stand_in": stand_in,
        "expire": expire,
        "expired": expired,
        "twins": twins,
        "tell": tell,
        "leads": leads,
        "external": external,
        "listen": listen,
        "invited": invited,
        "overhear": overhear,
        "home": home,
        **todo_jobs.bodies(desk),
        **review_jobs.bodies(desk),
    }
