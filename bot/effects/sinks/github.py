"""A to-do as an issue in a repository of GitHub's, or of an Enterprise server. The only file that knows its client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from github import Auth, BadAttributeException, Github, GithubException, RateLimitExceededException
from github.Issue import Issue
from github.Repository import Repository
from requests.exceptions import RequestException

from bot.effects.effect import MaybeDone
from bot.effects.sinks import transport, words
from bot.effects.sinks.places import GitHubPlace
from bot.effects.sinks.sink import DONE, DROPPED, OPEN, Made, Outside, Task
from bot.errors import CountersignError, TryAgain

TITLE = 250  # characters; GitHub takes 256
NEWEST = 300  # issues that are looked through: the search finds older ones, new ones only after a while

# What its client raises on an answer that is not GitHub's, or a redirect to another host.
_UNREADABLE = (BadAttributeException, AttributeError, KeyError, RuntimeError, TypeError, ValueError)


class GitHubSink:
    """Issues of one repository. The client repeats nothing by itself."""

    settles_s = 30.0  # GitHub ends a call after ten

    def __init__(self, place: GitHubPlace, secret: str, outside: Outside) -> None:
        self._place = place
        self._client = Github(
            auth=Auth.Token(secret),
            base_url=place.api.rstrip("/"),
            timeout=int(outside.timeout_s),
            retry=None,
            per_page=100,
            seconds_between_requests=None,
            seconds_between_writes=None,
            user_agent="countersign",
            lazy=True,  # nothing is asked for that is not needed
        )

    def check(self) -> None:
        """Whether the token sees the repository, and that has issues."""
        with self._calling(writing=False):
            if not self._there().has_issues:
                raise CountersignError(f"{self._place.label()} has its issues turned off.")

    def make(self, task: Task, key: str) -> Made:
        """Open an issue."""
        with self._calling(writing=True):
            issue = self._repo().create_issue(words.title(task, TITLE), _body(task, key))
            if not isinstance(
                issue.number, int
            ):  # a redirect that the client does not follow, or no answer of GitHub's
                raise self._renamed() if "location" in issue.raw_headers else MaybeDone(self._unclear())
            return self._made(issue.number)

    def find(self, key: str) -> Made | None:
        """The issue with this key among the newest, or by the search."""
        mark = words.mark(key)
        with self._calling(writing=False):
            newest = self._there().get_issues(state="all", sort="created", direction="desc")
            found = self._client.search_issues(f"{mark} in:body is:issue repo:{self._place.repo}")
            for listed in (lambda: islice(newest, NEWEST), lambda: islice(found, 10)):
                if number := _with(mark, listed):
                    return self._made(number)
        return None

    def changes(self, since: datetime) -> Mapping[str, str]:
        """The state of every issue that was touched since then."""
        with self._calling(writing=False):
            touched = self._there().get_issues(state="all", sort="updated", direction="asc", since=since)
            return {str(issue.number): _state(issue) for issue in touched}

    def _repo(self) -> Repository:
        return self._client.get_repo(self._place.repo)

    def _there(self) -> Repository:
        """The repository, asked for: of one that was renamed the client would leave out what it is asked."""
        repo = self._repo()
        if repo.raw_data["full_name"].casefold() != self._place.repo.casefold():
            raise self._renamed()
        return repo

    def _renamed(self) -> CountersignError:
        return CountersignError(f"{self._place.label()} was renamed: add it under its new name.")

    def _unclear(self) -> str:
        return f"{self._place.label()} gave no answer that can be read."

    def _made(self, number: int) -> Made:
        place = self._place
        link = f"{place.web.rstrip('/')}/{place.repo}/issues/{int(number)}"
        return Made(str(number), f"{place.repo}#{int(number)}", link)

    @contextmanager
    def _calling(self, *, writing: bool) -> Iterator[None]:
        whose = self._place.label()
        try:
            yield
        except RateLimitExceededException as error:
            raise TryAgain(f"{whose} asks to be called later: nothing was made.") from error
        except _UNREADABLE as error:
            raise (MaybeDone if writing else CountersignError)(self._unclear()) from error
        except GithubException as error:
            if error.status in (404, 410):
                why = "it is gone, its issues are turned off, or the token may not see it"
                raise CountersignError(f"{whose} cannot be used: {why}.") from error
            raise transport.answered(error.status, whose, error.message or "", writing=writing) from error
        except RequestException as error:
            raise transport.lost(error, whose, writing=writing) from error


def _with(mark: str, listed: Callable[[], Iterator[Issue]]) -> int:
    """The oldest of these issues that carries the mark; 0 for none."""
    return min((issue.number for issue in listed() if mark in (issue.body or "")), default=0)


def _state(issue: Issue) -> str:
    if issue.state != "closed":
        return OPEN
    return DROPPED if issue.state_reason in ("not_planned", "duplicate") else DONE


def _body(task: Task, key: str) -> str:
    """What people wrote stands in code, where GitHub mentions nobody, links nothing and loads no picture."""
    said = [f"    {line}" for line in words.lines(task, TITLE)]
    source = [f"From [a conversation in Slack]({task.evidence})."] if task.evidence else []
    return "\n".join([*said, "", *source, "Approved by a person in Slack.", "", f"`{words.mark(key)}`"])
