"""A mail server on loopback: SMTP that can lose its answer, and IMAP over the folder of what was sent."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default


@dataclass
class PostOffice:
    """`sent` is the folder of what was accepted. `answers` holds, by SMTP verb, what is said in place of yes.

    "." is the end of a mail. The answer "drop" breaks the connection off: after "." the mail was accepted all the same,
    unless it is "drop unread".
    """

    smtp: str = ""
    imap: str = ""
    sent: list[Message] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    imap_answers: dict[str, list[str]] = field(default_factory=dict)
    arrived: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event | None = None  # a mail is acknowledged only after this
    envelopes: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, verb: str, usual: str) -> str:
        """What this verb is answered now."""
        ordered = self.answers.get(verb)
        return ordered.pop(0) if ordered else usual


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """Both servers, each at an address of its own."""
    office = PostOffice()
    with ExitStack() as stack:
        office.smtp = f"smtp://127.0.0.1:{stack.enter_context(_serving(_smtp(office)))}"
        office.imap = f"imap://bot:p%40ss@127.0.0.1:{stack.enter_context(_serving(_imap(office)))}/Sent%20mail"
        try:
            yield office
        finally:
            if office.go_on is not None:
                office.go_on.set()


@contextmanager
def _serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Lines(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        """One line to the client, who may be gone."""
        try:
            self.wfile.write(f"{line}\r\n".encode())
        except ConnectionError:
            self.rfile.close()


def _smtp(office: PostOffice) -> type[socketserver.BaseRequestHandler]:
    class Smtp(_Lines):
        def handle(self) -> None:
            greeting = office.answer("connect", "220 here")
            if greeting == "drop":
                return
            self.say(greeting)
            sender = ""
            while not self.rfile.closed and (line := self.rfile.readline().decode().strip()):
                verb = line.split(" ")[0].upper()
                usual = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 OK")
                said = office.answer(verb, usual)
                if said == "drop":
                    return
                self.say(said)
                if verb == "MAIL":
                    sender = line
                if verb == "RCPT":
                    office.envelopes.append((sender, line))
                if verb == "DATA" and said.startswith("354") and not self.mail():
                    return

        def mail(self) -> bool:
            """Take a mail; whether the connection goes on."""
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b"."))
            said = office.answer(".", "250 accepted")
            if said in ("250 accepted", "drop"):
                office.sent.append(message_from_bytes(b"".join(lines), policy=default))
            office.arrived.set()
            if office.go_on is not None:
                office.go_on.wait(30)
            if not said.startswith("drop"):
                self.say(said)
            return not said.startswith("drop")

    return Smtp


def _imap(office: PostOffice) -> type[socketserver.BaseRequestHandler]:
    class Imap(_Lines):
        def handle(self) -> None:
            self.say("* OK here")
            while not self.rfile.closed and (line := self.rfile.readline().decode().strip()):
                tag, verb, *rest = line.split(" ", 2)
                ordered = office.imap_answers.get(verb.upper())
                said = ordered.pop(0) if ordered else "OK done"
                if said == "drop":
                    return
                for more in _told(office, verb.upper(), rest[0] if rest else ""):
                    self.say(more)
                self.say(f"{tag} {said}")

    return Imap


def _told(office: PostOffice, verb: str, rest: str) -> list[str]:
    match verb:
        case "CAPABILITY":
            return ["* CAPABILITY IMAP4rev1"]
        case "LOGOUT":
            return ["* BYE"]
        case "EXAMINE":
            assert rest == '"Sent mail"'
            return [f"* {len(office.sent)} EXISTS"]
        case "SEARCH":
            wanted = re.findall(r'"([^"]*)"', rest)
            hits = [str(n) for n, mail in enumerate(office.sent, 1) if [mail["Message-ID"]] == wanted]
            return [" ".join(["* SEARCH", *hits])]
        case "LOGIN":
            assert rest == 'bot "p@ss"'
    return []
