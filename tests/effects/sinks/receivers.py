"""Every sort of sink beside a receiver of its own, seen alike: for what must hold of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from bot.effects.sinks.opened import SORTS, check_place, open_sink
from bot.effects.sinks.sink import Outside, Sink
from tests.effects.hook import open_hook
from tests.effects.sinks.github_api import REPO, GitHubApi
from tests.effects.sinks.jira_api import PROJECT, USER, JiraApi
from tests.effects.sinks.lists_api import LIST, ListsApi

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OUTSIDE = Outside(private=True, timeout_s=3)


@dataclass
class Receiver:
    """`sort` and `place` set up a sink that leads here."""

    sort: str
    place: dict[str, object]
    secret: str
    made: Callable[[], list[str]]  # all that stands there of each thing that was made
    faults: Callable[[str | int], None]  # for the next write, see Api
    done: Callable[[int], None] | None = None  # somebody finishes the nth that was made
    again: Callable[[int], None] = lambda _: None  # somebody takes it up again, where that is tried out
    calls: Callable[[], int] = lambda: 0  # how often it was asked for anything
    forbidden: Callable[[], None] = lambda: None  # the next thing that is asked is refused
    host: str = ""  # where links lead
    outside: Outside = OUTSIDE

    def sink(self, secret: str = "") -> Sink:
        """A sink that leads here."""
        return open_sink(self.sort, check_place(self.sort, self.place), secret or self.secret, self.outside)


@contextmanager
def github() -> Iterator[Receiver]:
    """A repository."""
    api = GitHubApi("ghp_secret")
    with api.serving():
        yield Receiver(
            "github",
            {"repo": REPO, "web": "https://git.example", "api": api.url},
            api.secret,
            made=lambda: [f"{one['title']}\n{one['body']}" for one in api.issues.values()],
            faults=api.faults.append,
            done=lambda number: api.close(number + 1),
            again=lambda number: api.move(number + 1, "open", "reopened"),
            calls=lambda: len(api.calls),
            forbidden=lambda: api.read_faults.append(403),
            host="https://git.example",
        )


@contextmanager
def jira(*, cloud: bool) -> Iterator[Receiver]:
    """A project. Links lead to where its API is: there is no other address."""
    api = JiraApi("jira-token", cloud=cloud)
    with api.serving():
        yield Receiver(
            "jira",
            {"server": api.url, "project": PROJECT, "user": USER if cloud else ""},
            api.secret,
            made=lambda: [f"{one['fields']['summary']}\n{one['fields']['description']}" for one in api.issues],
            faults=api.faults.append,
            done=api.resolve,
            calls=lambda: len(api.calls),
            forbidden=lambda: api.read_faults.append(403),
            host=api.url,
        )


@contextmanager
def slack_list() -> Iterator[Receiver]:
    """A list of to-dos."""
    api = ListsApi("xoxb-lists")
    with api.serving():
        yield Receiver(
            "slack_list",
            {"url": f"https://acme.slack.example/lists/T0/{LIST}"},
            api.secret,
            made=lambda: [json.dumps(row, ensure_ascii=False) for row in api.rows],
            faults=api.faults.append,
            done=api.tick,
            calls=lambda: len(api.calls),
            forbidden=lambda: api.read_faults.append(403),
            host="https://acme.slack.example",
            outside=Outside(private=True, slack_api=f"{api.url}/api/", timeout_s=3),
        )


@contextmanager
def webhook(*, heeds_keys: bool) -> Iterator[Receiver]:
    """An address that is called. It answers nothing that could be asked for."""
    with open_hook() as hook:

        def made() -> list[str]:
            bodies = [(call.headers["webhook-id"], json.loads(call.body)) for call in hook.calls]
            kept = dict(bodies).values() if heeds_keys else [body for _, body in bodies]
            return [json.dumps(body, ensure_ascii=False) for body in kept]

        def faults(fault: str | int) -> None:
            hook.answers.append(fault if isinstance(fault, int) else 0)

        yield Receiver("webhook", {"url": hook.url, "heeds_keys": heeds_keys}, SECRET, made=made, faults=faults)


RECEIVERS: Mapping[str, Callable[[], AbstractContextManager[Receiver]]] = {
    "github": github,
    "jira in the cloud": lambda: jira(cloud=True),
    "jira in a data center": lambda: jira(cloud=False),
    "slack_list": slack_list,
    "webhook": lambda: webhook(heeds_keys=False),
    "webhook that heeds keys": lambda: webhook(heeds_keys=True),
}
assert {name.split()[0] for name in RECEIVERS} == set(SORTS)
