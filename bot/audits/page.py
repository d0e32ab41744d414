"""The audit log as a page for people: a draft after the other, each with what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from blocks.word_diff import word_diff
from bot.audits.told import Told
from bot.audits.verify import Report
from bot.audits.words import heading

_DECISIONS = ("approved", "rejected", "expired", "withdrawn", "superseded", "taken back")
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass
class Subject:
    """All rows about one draft, channel or digest."""

    team: str
    id: str
    title: str
    rows: list[Told] = field(default_factory=list)

    @property
    def decision(self) -> Told | None:
        """The decision that stands: the last one, unless it was taken back by something that came later."""
        for told in reversed(self.rows):
            if told.entry.action == "sent back":
                return None
            if told.entry.action.startswith(_DECISIONS):
                return told
        return None

    @property
    def is_draft(self) -> bool:
        """Whether it is a draft, about which something is decided."""
        return any(told.entry.action == "proposed" or told.entry.action.startswith(_DECISIONS) for told in self.rows)


def page(rows: Sequence[Told], report: Report, titles: Mapping[str, str], at: datetime) -> str:
    """The page, complete in itself and without a script."""
    subjects = _subjects(rows, titles)
    return _PAGES.get_template("page.html").render(
        subjects=subjects,
        rows=rows,
        report=report,
        at=at,
        moment=_moment,
        heading=_heading,
        word_diff=word_diff,
        decided=sum(subject.decision is not None for subject in subjects),
        drafts=sum(subject.is_draft for subject in subjects),
    )


def _subjects(rows: Sequence[Told], titles: Mapping[str, str]) -> list[Subject]:
    found: dict[tuple[str, str], Subject] = {}
    for told in rows:
        entry = told.entry
        title = titles.get(entry.subject) or _untitled(entry.subject)
        subject = found.setdefault((entry.team, entry.subject), Subject(entry.team, entry.subject, title))
        subject.rows.append(told)
    return list(found.values())


def _untitled(subject: str) -> str:
    """ "Channel C123" or "Digest …" as it stands; what is only an id is a draft's."""
    if not subject:
        return "Rows that cannot be read"
    return subject[0].upper() + subject[1:] if " " in subject else f"Draft {subject}"


def _heading(told: Told) -> str:
    """What was done, and by whom."""
    entry = told.entry
    if not entry.readable:
        return "This row cannot be read any more"
    return heading(entry.action, told.who)


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M:%S} UTC"
