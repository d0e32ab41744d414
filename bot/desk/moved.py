"""The world moves on while a draft waits: what it cites is edited or deleted, a thread it was written from goes on.

It is looked before the card is shown, and after the click before anything is done. What is found is kept with the
draft; who then approves has seen it and approves in spite of it, and is asked again only for what comes later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot import wording
from bot.desk.parts import Parts
from bot.drafting.source import Source
from bot.drafting.statement import standing, walk
from bot.slack import moment_of
from bot.sources.again import Reply, is_message, read_again
from bot.sources.files.refs import GONE, change_of, file_of
from storage import audit, drafts
from storage.models import DraftRow

NOT_YET = "I could not check yet whether its standing approval still stands"
Change = dict[str, Any]  # plain JSON: what, where, and the state it is in now


def watched(source: Source, payload: BaseModel, at: datetime) -> dict[str, Any]:
    """What to look at again of a source read at `at`, as plain JSON: where what is cited lies, how far it was read."""
    cited = {piece.ref for _, said in walk(payload) for piece in said.evidence if piece.found}
    read = {item.ref for item in source.items}
    # What brought a file or a forwarded message; one that was left out, a request to us, cannot be looked at again.
    shares = {item.ref: item.shared for item in source.items if item.ref in cited and item.shared in read}
    refs = {ref for ref in cited if is_message(ref)} | set(shares.values())
    roots = {item.ref: item.root for item in source.items if item.ref in refs and item.root}
    threads: dict[str, str] = {}
    if source.grows:
        wanted = set(roots.values()) | ({source.thread} if source.thread else set())
        for item in source.items:
            ts = item.ref.rpartition("/")[2]
            if item.root in wanted and is_message(item.ref):
                threads[item.root] = max(threads.get(item.root, ts), ts, key=moment_of)
    # Of the text as it was read: for some readers a draft is written from less than that.
    texts = {item.ref: item.sha256 for item in source.items if item.ref in refs}
    return {"roots": roots, "threads": threads, "texts": texts, "shares": shares, "at": at.isoformat()}


class Moved:
    """Looks again, and keeps what it found."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def look(self, draft_id: str) -> None:
        """Note on a draft that nobody has seen yet what has changed while it was written."""
        row = self._parts.database.read(lambda session: drafts.get(session, draft_id))
        if row is None or row.status != "proposed" or row.version != 1:
            return
        if found := self.changes(row):
            self._parts.database.write(lambda session: self._note(session, draft_id, found))

    def unseen(self, draft_id: str, why: str) -> None:
        """Note on the card that it could not be looked, and why. It is looked again after the click."""

        def note(session: Session) -> None:
            row = drafts.held(session, draft_id)
            if row is not None and row.status == "proposed" and row.version == 1:
                said = f"I could not look whether the conversation has changed since it was read: {why}"
                origin = {**row.origin, "notices": [*row.origin["notices"], said]}
                drafts.move(session, row.id, was=("proposed", 1), origin=origin)

        self._parts.database.write(note)

    def changes(self, row: DraftRow) -> list[Change]:
        """What has changed of what this version cites, and of its threads. Raises SlackError."""
        payload = standing(self._parts.payload(row, row.payload))
        if "watched" not in row.origin:  # drafted by an earlier version of the program
            return []
        roots, threads = row.origin["watched"]["roots"], row.origin["watched"]["threads"]
        cited = {
            piece.ref: piece
            for _, said in walk(payload)
            for piece in said.evidence
            if piece.found and piece.ref in roots
        }
        shares = row.origin["watched"].get("shares", {})
        brought = dict.fromkeys(
            shares[piece.ref]
            for _, said in walk(payload)
            for piece in said.evidence
            if piece.found and piece.ref in shares and shares[piece.ref] not in cited
        )
        again = read_again(self._parts.slack, {ref: roots[ref] for ref in (*cited, *brought)}, threads)
        found: list[Change] = []
        for ref, piece in cited.items():
            now = again.items[ref]
            if now is None:
                found.append({"what": "deleted", "ref": ref, "state": "", "author": piece.author, "link": ""})
            elif now.sha256 != row.origin["watched"]["texts"][ref]:
                by = {"by": now.edited_by, "author": now.author, "link": piece.permalink}
                found.append({"what": "edited", "ref": ref, "state": now.sha256, **by})
        found += [
            {"what": "share deleted", "ref": ref, "state": "", "link": ""}
            for ref in brought
            if again.items[ref] is None
        ]
        found += [_gone_on(root, replies) for root, replies in again.newer.items()]
        return found + self._files(payload, datetime.fromisoformat(row.origin["watched"]["at"]))

    def _files(self, payload: BaseModel, since: datetime) -> list[Change]:
        """What has become of the files that are cited, each once."""
        links: dict[str, str] = {}
        for _, said in walk(payload):
            for piece in said.evidence:
                if piece.found and (file := file_of(piece.ref)):
                    links.setdefault(file[0], piece.permalink)
        found: list[Change] = []
        for file_id, link in links.items():
            if state := change_of(self._parts.slack, file_id, since):
                what = "file deleted" if state == GONE else "file changed"
                found.append({"what": what, "ref": file_id, "state": state, "link": "" if state == GONE else link})
        return found

    def _note(self, session: Session, draft_id: str, found: Sequence[Change]) -> None:
        row = drafts.held(session, draft_id)
        if row is not None and drafts.move(session, row.id, was=("proposed", 1), **with_changes(row, found)):
            record(session, self._parts, row, found, version=1, by="", action="changed meanwhile")


def news(row: DraftRow, found: Sequence[Change]) -> bool:
    """Whether something was found that nobody has approved in spite of."""
    known = {_key(change) for change in row.origin.get("accepted", ())}
    return any(_key(change) not in known for change in found)


def with_changes(row: DraftRow, found: Sequence[Change]) -> dict[str, Any]:
    """The columns of a draft that waits for somebody who sees what has changed: no standing approval covers that."""
    terms = {**row.destination["terms"], "unreviewed": False}
    origin = {**row.origin, "notices": but_not_yet(row), "moved": list(found)}
    return {"origin": origin, "destination": {**row.destination, "terms": terms}}


def but_not_yet(row: DraftRow) -> list[str]:
    """What the card of a draft says, without the notice that its standing approval is not known yet to stand."""
    return [notice for notice in row.origin["notices"] if not notice.startswith(NOT_YET)]


def accepted(row: DraftRow) -> dict[str, Any]:
    """The origin of a draft that was approved in spite of what its card said had changed."""
    return {**row.origin, "accepted": row.origin.get("moved", [])}


def record(
    session: Session, parts: Parts, row: DraftRow, found: Sequence[Change], *, version: int, by: str, action: str
) -> None:
    """The audit row about what has changed."""
    audit.append(
        session,
        team=row.team,
        subject=row.id,
        action=action,
        by=by,
        version=version,
        at=parts.clock(),
        facts=facts(found),
        words="; ".join(map(sentence, found)),
    )


def facts(found: Sequence[Change]) -> dict[str, Any]:
    """What has changed as facts for the audit log: no words."""
    return {"moved": [[change["what"], change["ref"], change["state"]] for change in found]} if found else {}


def sentence(change: Mapping[str, Any]) -> str:
    """One change in words, with its people as tokens."""
    if change["what"] == "deleted":
        return f"a message of {change['author'] or 'somebody'} was deleted"
    if change["what"] == "edited":
        author = wording.person(change["author"])
        if not change["by"]:
            return f"a message of {author} reads differently now"
        whose = "" if change["by"] == change["author"] else f" of {author}"
        return f"{wording.person(change['by'])} edited a message{whose}"
    if change["what"] == "share deleted":
        return "a message that shared a file or a message of others was deleted"
    if change["what"] == "file deleted":
        return "a file was deleted"
    if change["what"] == "file changed":
        return "a file was changed"
    count = change["count"]
    return f"{count} newer repl{'y' if count == 1 else 'ies'} in a thread, by {wording.both(change['by'])}"


def _gone_on(root: str, replies: Sequence[Reply]) -> Change:
    authors = list(dict.fromkeys(reply.author for reply in replies))
    state = {"state": replies[-1].ref, "count": len(replies), "by": authors, "link": replies[0].permalink}
    return {"what": "gone on", "ref": root, **state}


def _key(change: Mapping[str, Any]) -> tuple[str, str, str]:
    return change["what"], change["ref"], change["state"]
