"""The people of a source by the names that others call them by. A name that fits two of them is nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from bot.drafting.source import SourceItem

_EVERYBODY = frozenset({"here", "channel", "everyone", "group", "all", "team"})
_MENTION = re.compile(r"(?<![\w@/.`'\"])@(\w[\w'’-]*(?:\.\w+)*(?: [A-Z][\w'’-]+)?)")
_MOST = 500  # people: the names of more make a pattern too long


@dataclass(frozen=True)
class Person:
    """Somebody of the source. Who is only named has no id here."""

    name: str
    id: str = ""


@dataclass(frozen=True)
class Named:
    """Where somebody is named in a text, and who: None for a name that fits two, or for everybody."""

    start: int
    end: int
    person: Person | None


class People:
    """Authors and mentioned people by full name, by first name and by the handle made of both (Ana Lima: alima).

    Who speaks in a transcript has no id there, but has that of the one author, mentioned person or member of the
    channel who is called the same.
    """

    def __init__(self, items: Iterable[SourceItem]) -> None:
        items = list(items)
        authors = dict.fromkeys(Person(item.author, item.author_id or item.speaker_id) for item in items)
        mentioned = dict.fromkeys(
            Person(name, user_id)
            for item in items
            for name, user_id in zip_longest(item.mentions, item.mention_ids[: len(item.mentions)], fillvalue="")
        )
        known = [person for person in [*authors, *mentioned] if person.name.strip()]
        with_id = {_plain(person.name) for person in known if person.id}
        self._by_alias: dict[str, set[Person]] = {}
        for person in [one for one in known if one.id or _plain(one.name) not in with_id][:_MOST]:
            for alias in _aliases(person.name):
                self._by_alias.setdefault(alias, set()).add(person)
        names = "|".join(sorted(map(re.escape, self._by_alias), key=len, reverse=True))
        self._names = (
            re.compile(rf"(?<![\w@./`-])@?(?P<who>{names})(?![\w@]|(?: [A-Z]\w*)?['’]s\b)", re.IGNORECASE)
            if names
            else None
        )

    def named(self, name: str) -> Person | None:
        """The one author who is called this, with or without @."""
        found = self._by_alias.get(_plain(name.removeprefix("@")), set())
        accounts = {one.id or one for one in found}  # of one account there may be a longer and a shorter name
        return max(found, key=lambda one: (len(one.name), one.name)) if len(accounts) == 1 else None

    def in_text(self, text: str, *, small: bool = False) -> list[Named]:
        """Who is named in a text, in order. A short name in small letters without @ counts only if asked for."""
        found = [
            Named(*match.span(), self.named(match["who"]))
            for match in (self._names.finditer(text) if self._names else ())
            if small or match[0].startswith("@") or match["who"][0].isupper() or len(match["who"]) > 5
        ]
        for match in _MENTION.finditer(text):
            owns = match[1].endswith(("'s", "’s"))  # "@ana's offer" calls nobody
            if not owns and not any(one.start < match.end() and match.start() < one.end for one in found):
                everybody = match[1].lower() in _EVERYBODY
                found.append(Named(*match.span(), None if everybody else Person(match[1])))
        return sorted(found, key=lambda one: one.start)


def is_called(name: str, person: str) -> bool:
    """Whether somebody of this full name is called so, with or without @."""
    return _plain(name.removeprefix("@")) in _aliases(person)


def _aliases(name: str) -> set[str]:
    full = _plain(name)
    words = [word for word in full.split() if len(word.strip(".")) > 1]
    if len(words) < 2:
        return {full}
    handle = words[0][0] + words[-1]
    return {full, words[0]} | ({handle} if len(handle) >= 5 else set())


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
