"""The sinks of a workspace, opened: place and secret out of the vault, and the client that fits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.effects.sinks.places import GitHubPlace, JiraPlace, SlackListPlace, WebhookPlace
from bot.effects.sinks.sink import Outside, Sink
from bot.effects.sinks.slack_list import SlackListSink
from bot.effects.sinks.webhook import WebhookSink
from bot.errors import CountersignError
from bot.vault import Vault
from storage import sinks
from storage.database import Database
from storage.models import SinkRow


@dataclass(frozen=True)
class SinkSort:
    """A sort of sink: what has to be known of a place, and how one is opened."""

    place: type[BaseModel]
    label: Callable[[Any], str]
    open: Callable[[Any, str, Outside], Sink]  # place, secret
    where: tuple[str, ...]  # what of a place makes it another one


def _github(place: GitHubPlace, secret: str, outside: Outside) -> Sink:
    from bot.effects.sinks.github import GitHubSink

    return GitHubSink(place, secret, outside)


def _jira(place: JiraPlace, secret: str, outside: Outside) -> Sink:
    from bot.effects.sinks.jira import JiraSink

    return JiraSink(place, secret, outside)


# Clients are extras, and loaded where one is used.
SORTS: Mapping[str, SinkSort] = {
    "webhook": SinkSort(WebhookPlace, WebhookPlace.label, WebhookSink, ("url",)),
    "github": SinkSort(GitHubPlace, GitHubPlace.label, _github, ("repo", "web", "api")),
    "slack_list": SinkSort(SlackListPlace, SlackListPlace.label, SlackListSink, ("url",)),
    "jira": SinkSort(JiraPlace, JiraPlace.label, _jira, ("server", "project")),
}


def open_sink(sort: str, place: BaseModel, secret: str, outside: Outside) -> Sink:
    """A sink, ready to be used. Raises CountersignError where its client is not installed, or its secret would be seen
    on the way."""
    if not outside.private and any(str(value).startswith("http://") for value in place.model_dump().values()):
        raise CountersignError("A place needs an https:// address.")
    try:
        return SORTS[sort].open(place, secret, outside)
    except ModuleNotFoundError as error:
        raise CountersignError(f"{error.name} is not installed: pip install 'countersign[{sort}]'") from error


def check_place(sort: str, values: Mapping[str, Any]) -> BaseModel:
    """The place as it is stored. Raises CountersignError that names what is wrong."""
    try:
        return SORTS[sort].place.model_validate(values)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
        raise CountersignError("\n".join(["This place cannot be used:", *lines])) from error


def sealed(vault: Vault, team: str, name: str, place: BaseModel, secret: str) -> str:
    """Place and secret as they are stored."""
    return vault.seal(_of(team, name), {"place": place.model_dump(mode="json"), "secret": secret})


def print_of(team: str, name: str, sort: str, place: BaseModel) -> str:
    """A digest by which a place is known again and which tells nothing of it: an address may be its own password."""
    where = [str(getattr(place, field)).rstrip("/") for field in SORTS[sort].where]
    return hashlib.sha256(json.dumps([team, name, sort, *where]).encode()).hexdigest()


class Sinks:
    """Opens the sinks of one workspace."""

    def __init__(self, database: Database, team: str, vault: Vault, outside: Outside) -> None:
        self._database = database
        self._team = team
        self._vault = vault
        self._outside = outside

    def sink(self, name: str) -> Sink:
        """The sink of this name, ready to be used. Raises CountersignError where it is none any more."""
        row = self._database.read(lambda session: sinks.get(session, self._team, name))
        if row is None or not row.sealed:
            raise CountersignError(f"The sink {name} was removed: nothing was sent.")
        found = self._vault.open(_of(self._team, name), row.sealed)
        return open_sink(row.sort, check_place(row.sort, found["place"]), found["secret"], self._outside)

    def print_of(self, row: SinkRow) -> str:
        """As that of a place, for one that is stored. Raises CountersignError where no key opens it."""
        found = self._vault.open(_of(self._team, row.name), row.sealed)
        return print_of(self._team, row.name, row.sort, check_place(row.sort, found["place"]))

    def with_secret(self, name: str, secret: str) -> str:
        """What is to be stored for the place of a sink with another secret."""
        row = self._database.read(lambda session: sinks.get(session, self._team, name))
        if row is None or not row.sealed:
            raise CountersignError(f"There is no sink {name}: countersign sink list shows those there are.")
        found = self._vault.open(_of(self._team, name), row.sealed)
        return sealed(self._vault, self._team, name, check_place(row.sort, found["place"]), secret)


def renewed(vault: Vault, team: str, name: str, value: str) -> str:
    """The same, sealed with the first key."""
    return vault.renew(_of(team, name), value)


def _of(team: str, name: str) -> str:
    return f"{name} ({team})"
