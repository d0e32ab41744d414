"""Keeps a program in the middle of its work, as a release leaves it to the next one.

`python -m tests.upgrade.freeze 0.1.0` is run when a version is released, and writes two files beside this one:
the database, and what Slack knew. In it one draft waits, one was approved and not yet posted, one is being drafted;
of the one that waits a lead was reminded, who was named when its card stood.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bot.work import Job
from sandbox.fixtures import ANA, DEV
from sandbox.records import Message
from tests.flows.office import Office, button, open_office

HERE = Path(__file__).parent
QUESTIONS = ("Which day do we ship?", "Who writes the notes?", "Which price do we ask for?")
ANSWERS = ("We decided to ship on Friday.", "Ben writes the notes.", "We decided on 12 euros.")


def files_of(version: str) -> tuple[Path, Path]:
    """Where the database and the messages of a frozen version are."""
    return HERE / f"in-flight-{version}.db.gz", HERE / f"in-flight-{version}.json"


def freeze(version: str) -> None:
    """Write the files of this version."""
    with tempfile.TemporaryDirectory() as folder, open_office(Path(folder)) as office:
        roots = [_thread(office, *words) for words in zip(QUESTIONS, ANSWERS, strict=True)]
        waiting, approved = (_card(office, root) for root in roots[:2])
        office.people.slash("ana", "dev", "/countersign leads @ana @dana")
        office.told(ANA, "decided by")
        office.settled(lambda o: not o.unfinished())
        (draft,) = [row for row in office.drafts() if row.destination["thread_ts"] == waiting.thread_ts]
        remind = Job("remind", "remind-early", (draft.id,))
        office.program.database.write(lambda session: office.program.work.enqueue(session, remind))
        office.settled(lambda o: not o.unfinished())
        # Each call hangs while the database is copied: what the copy holds is what a kill -9 leaves behind.
        hung = [office.box.faults.add(method, delay=6.0) for method in ("users.info", "conversations.replies")]
        office.people.click("ana", DEV, approved.ts, "draft_approve")
        office.people.shortcut("ana", "dev", roots[2], "summarise_thread")
        office.settled(lambda _: all(fault.times <= 0 for fault in hung))
        database, messages = files_of(version)
        with tempfile.NamedTemporaryFile(suffix=".db") as copied:
            source = sqlite3.connect(str(office.program.database.engine.url.database))
            target = sqlite3.connect(copied.name)
            source.backup(target)
            target.execute("VACUUM")
            target.close()
            source.close()
            database.write_bytes(gzip.compress(Path(copied.name).read_bytes(), mtime=0))
        known = {
            "at": office.world.now(),
            "messages": [asdict(message) for message in office.world.messages[DEV].values()],
            "waiting": waiting.ts,
            "approved": approved.ts,
            "drafting": roots[2],
        }
        messages.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n")


def _thread(office: Office, question: str, answer: str) -> str:
    root = office.people.post("ana", "dev", question)
    office.people.post("dana", "dev", answer, thread_ts=root)
    return root


def _card(office: Office, root: str) -> Message:
    assert office.people.shortcut("ana", "dev", root, "summarise_thread").ok

    def waits(opened: Office) -> Message | None:
        cards = [m for m in opened.world.bot_messages(DEV) if m.thread_ts == root and button(m, "draft_approve")]
        return cards[0] if cards else None

    return office.settled(waits)


if __name__ == "__main__":
    freeze(sys.argv[1])
