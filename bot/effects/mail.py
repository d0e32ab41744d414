"""Sends a mail by SMTP, and finds it again by its Message-ID in the Sent folder by IMAP."""

from __future__ import annotations

import hashlib
import imaplib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.effects.effect import Effect, MaybeDone, Unanswerable
from bot.errors import CountersignError, TryAgain

TIMEOUT_S = 20.0
_NO_CONNECTION = (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError)


@dataclass(frozen=True)
class MailServers:
    """Where mail is sent and where it is found: addresses with user and password, ``imaps://…/Sent`` with the folder.

    ``smtps://`` and ``imaps://`` are TLS from the start, ``smtp://`` and ``imap://`` upgrade to it, except on loopback.
    """

    smtp: str = ""
    imap: str = ""
    sender: str = ""


class Mail:
    """`target`: to (one address), subject and text."""

    def __init__(
        self,
        servers: MailServers,
        *,
        timeout_s: float = TIMEOUT_S,
        second_look_s: float = 0.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`second_look_s`: how long a mail whose answer was lost may take to come to the Sent folder."""
        self._servers = servers
        self._timeout_s = timeout_s
        self._second_look = timedelta(seconds=second_look_s)
        self._now = now

    def perform(self, effect: Effect, *, again: bool) -> dict[str, Any]:
        """Receipt: the Message-ID, and whether it was found rather than sent."""
        if not self._servers.smtp or not self._servers.sender:
            raise CountersignError("Mail is not set up (SMTP_URL and MAIL_FROM): nothing was sent.")
        mail = self._compose(effect)
        message_id = str(mail["Message-ID"])
        found = again and self._found(message_id, effect.tried_at)
        if not found:
            self._send(mail)
        return {"message_id": message_id, "found": found}

    def _compose(self, effect: Effect) -> EmailMessage:
        """The mail, the same at each try but for its date."""
        target = effect.target
        try:
            to, sender = Address(addr_spec=target["to"]), Address(addr_spec=self._servers.sender)
            mail = EmailMessage(policy=SMTP)
            mail["From"], mail["To"], mail["Subject"] = sender, to, target["subject"]
            to.addr_spec.encode("ascii"), sender.addr_spec.encode("ascii")
        except (HeaderParseError, ValueError, IndexError) as error:
            raise CountersignError("The mail's address or subject cannot be used: nothing was sent.") from error
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{hashlib.sha256(effect.key.encode()).hexdigest()[:40]}@{sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(target["text"])
        return mail

    def _send(self, mail: EmailMessage) -> None:
        try:
            with self._smtp() as smtp:
                self._address(smtp, mail)
                code, words = self._data(smtp, mail)
        except (*_NO_CONNECTION, smtplib.SMTPException) as error:
            if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
                raise CountersignError(f"The mail server refused it ({error.smtp_code}): nothing was sent.") from error
            raise TryAgain("The mail server could not be reached: nothing was sent.") from error
        if code != 250:
            raise _refused(code, words)

    def _address(self, smtp: smtplib.SMTP, mail: EmailMessage) -> None:
        for step, address in ((smtp.mail, mail["From"]), (smtp.rcpt, mail["To"])):
            code, words = step(address.addresses[0].addr_spec)
            if code not in (250, 251):
                raise _refused(code, words)

    def _data(self, smtp: smtplib.SMTP, mail: EmailMessage) -> tuple[int, bytes]:
        """The server's last word. From here on a lost answer may mean that the mail was sent."""
        try:
            return smtp.data(mail.as_bytes())
        except smtplib.SMTPDataError as error:
            return error.smtp_code, _bytes(error.smtp_error)
        except _NO_CONNECTION as error:
            if self._servers.imap:
                raise MaybeDone("The mail may or may not have been sent: its server gave no clear answer.") from error
            raise Unanswerable("The mail server gave no clear answer, and no Sent folder is set up.") from error

    @contextmanager
    def _smtp(self) -> Iterator[smtplib.SMTP]:
        where = urlsplit(self._servers.smtp)
        host, timeout_s = where.hostname or "", self._timeout_s
        if where.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, where.port or 465, timeout=timeout_s, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(host, where.port or 587, timeout=timeout_s)
        try:
            if where.scheme == "smtp" and not _is_here(host):
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if where.username:
                smtp.login(unquote(where.username), unquote(where.password or ""))
            yield smtp
        finally:
            smtp.close()  # not quit: its answer would be waited for, and says nothing of the mail

    def _found(self, message_id: str, tried_at: datetime | None) -> bool:
        """Whether the mail is in the Sent folder. Raises MaybeDone while it may still come there."""
        if self._stands(message_id):
            return True
        if tried_at is not None and self._now() - tried_at < self._second_look:
            raise MaybeDone("The mail may or may not have been sent: it is not in the Sent folder yet.")
        return False

    def _stands(self, message_id: str) -> bool:
        """Whether the mail is in the Sent folder. Raises Unanswerable where that cannot be known."""
        if not self._servers.imap:
            raise Unanswerable("An earlier try was not clearly answered, and no Sent folder is set up.")
        where = urlsplit(self._servers.imap)
        try:
            return self._search(where.hostname or "", where.port, unquote(where.path[1:]), message_id)
        except (OSError, imaplib.IMAP4.abort) as error:
            raise MaybeDone("The mail may or may not have been sent: its Sent folder does not answer.") from error
        except imaplib.IMAP4.error as error:
            raise Unanswerable(
                "An earlier try was not clearly answered, and the Sent folder cannot be read."
            ) from error

    def _search(self, host: str, port: int | None, folder: str, message_id: str) -> bool:
        where = urlsplit(self._servers.imap)
        if where.scheme == "imaps":
            imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                host, port or 993, ssl_context=ssl.create_default_context(), timeout=self._timeout_s
            )
        else:
            imap = imaplib.IMAP4(host, port or 143, timeout=self._timeout_s)
        try:
            if where.scheme == "imap" and not _is_here(host):
                imap.starttls(ssl.create_default_context())
            imap.login(unquote(where.username or ""), unquote(where.password or ""))
            answer, words = imap.select(f'"{folder}"', readonly=True)
            if answer != "OK":
                raise imaplib.IMAP4.error(str(words))
            answer, found = imap.search(None, "HEADER", "Message-ID", f'"{message_id}"')
            if answer != "OK":
                raise imaplib.IMAP4.error(str(found))
            return bool(found and found[0] and found[0].split())
        finally:
            imap.shutdown()  # not logout: it waits for an answer, and leaves the socket open where none comes


def _refused(code: int, words: bytes | str) -> CountersignError:
    said = _bytes(words).decode("utf-8", "replace")[:200]
    if 400 <= code < 500:
        return TryAgain(f"The mail server asks to try later ({code} {said}): nothing was sent.")
    return CountersignError(f"The mail server refused it ({code} {said}): nothing was sent.")


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()


def _is_here(host: str) -> bool:
    return host in ("127.0.0.1", "::1", "localhost")
