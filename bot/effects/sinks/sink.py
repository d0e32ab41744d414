"""What a sink promises: to make something of a to-do once, to find it again, and to tell what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

OPEN, DONE, DROPPED = "open", "done", "dropped"


@dataclass(frozen=True)
class Outside:
    """What holds for every call to the outside."""

    private: bool = False  # webhooks in our own network may be called, too
    slack_api: str = "https://slack.com/api/"
    timeout_s: float = 15.0  # GitHub ends what takes longer than ten seconds by itself


@dataclass(frozen=True)
class Task:
    """A to-do as it was approved. All of it is text that people or models wrote: a sink shows it and never obeys it."""

    id: str
    text: str
    owner: str = ""  # a name
    owner_id: str = ""  # in Slack
    due: str = ""  # an ISO day
    evidence: str = ""  # permalink of what it was said in


@dataclass(frozen=True)
class Made:
    """What was made. `link` is put together from the sink's own address, never taken from an answer."""

    ref: str = ""  # its name there, by which it is found when its state is asked for
    label: str = ""  # for people: "acme/web#12"
    link: str = ""


class Sink(Protocol):
    """One place, with the credentials for it. All that is raised is a CountersignError, in words."""

    settles_s: float  # after so long a call that was not answered has ended there, and what it made can be found

    def check(self) -> None:
        """Ask whether something can be made there, as far as that can be known beforehand."""
        ...

    def make(self, task: Task, key: str) -> Made:
        """Make it, marked with the key. Raises MaybeDone or Unanswerable where nobody knows whether it was made."""
        ...

    def find(self, key: str) -> Made | None:
        """What carries this key. Raises Unanswerable where the receiver cannot be asked; None lets it be made again."""
        ...

    def changes(self, since: datetime) -> Mapping[str, str]:
        """What has changed since then, by ref: OPEN, DONE or DROPPED. It may tell more than that."""
        ...
