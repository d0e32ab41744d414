from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.effects import Effect, MailServers, MaybeDone, Unanswerable
from bot.effects.mail import Mail
from bot.errors import CountersignError, TryAgain
from tests.effects.post_office import PostOffice

FROM = "countersign@team.example"


def effect(key: str = "effect:d1:1:0", **target: str) -> Effect:
    return Effect(key, "Mail it", {"sort": "mail", "to": "li@team.example", "subject": "Notes", "text": "Hi", **target})


def mail(office: PostOffice, *, imap: bool = True) -> Mail:
    return Mail(MailServers(office.smtp, office.imap if imap else "", FROM), timeout_s=3)


def test_a_mail_arrives_as_it_was_approved(post_office: PostOffice) -> None:
    text = "First line.\n.\n..dots\n" + "long " * 300 + "\nGrüße\n"
    receipt = mail(post_office).perform(effect(text=text, subject="Notes – Grüße"), again=False)
    (sent,) = post_office.sent
    assert (sent["From"], sent["To"], sent["Subject"]) == (FROM, "li@team.example", "Notes – Grüße")
    assert sent["Message-ID"] == receipt["message_id"]
    assert sent.get_content().replace("\r\n", "\n") == text  # type: ignore[attr-defined]
    assert receipt["found"] is False


def test_two_keys_have_two_message_ids_and_one_key_has_one(post_office: PostOffice) -> None:
    for key in ("effect:d1:1:0", "effect:d1:1:1", "effect:d1:1:0"):
        mail(post_office).perform(effect(key), again=False)
    first, second, third = (sent["Message-ID"] for sent in post_office.sent)
    assert first == third != second


def test_what_stands_in_the_sent_folder_is_not_sent_again(post_office: PostOffice) -> None:
    post_office.answers["."] = ["drop"]
    with pytest.raises(MaybeDone):
        mail(post_office).perform(effect(), again=False)
    assert mail(post_office).perform(effect(), again=True)["found"] is True
    assert len(post_office.sent) == 1


def test_what_does_not_stand_there_is_sent(post_office: PostOffice) -> None:
    mail(post_office).perform(effect("effect:other:1:0"), again=False)
    post_office.answers["."] = ["drop unread"]
    with pytest.raises(MaybeDone):
        mail(post_office).perform(effect(), again=False)
    assert mail(post_office).perform(effect(), again=True)["found"] is False
    assert len(post_office.sent) == 2


def test_without_a_sent_folder_a_lost_answer_is_for_a_person(post_office: PostOffice) -> None:
    post_office.answers["."] = ["drop"]
    with pytest.raises(Unanswerable, match="no Sent folder"):
        mail(post_office, imap=False).perform(effect(), again=False)
    with pytest.raises(Unanswerable, match="no Sent folder"):
        mail(post_office, imap=False).perform(effect(), again=True)
    assert len(post_office.sent) == 1


@pytest.mark.parametrize(("verb", "says"), [("LOGIN", "NO wrong"), ("EXAMINE", "NO such folder"), ("SEARCH", "BAD no")])
def test_a_sent_folder_that_refuses_is_for_a_person(post_office: PostOffice, verb: str, says: str) -> None:
    post_office.imap_answers[verb] = [says]
    with pytest.raises(Unanswerable, match="cannot be read"):
        mail(post_office).perform(effect(), again=True)
    assert post_office.sent == []


@pytest.mark.parametrize("verb", ["CAPABILITY", "LOGIN", "EXAMINE", "SEARCH"])
def test_a_sent_folder_that_does_not_answer_is_asked_again(post_office: PostOffice, verb: str) -> None:
    post_office.imap_answers[verb] = ["drop"]
    with pytest.raises(MaybeDone):
        mail(post_office).perform(effect(), again=True)
    assert mail(post_office).perform(effect(), again=True)["found"] is False


@pytest.mark.parametrize(
    ("verb", "says", "error"),
    [
        ("connect", "drop", TryAgain),
        ("connect", "421 busy", TryAgain),
        ("connect", "554 no", CountersignError),
        ("EHLO", "drop", TryAgain),
        ("MAIL", "451 later", TryAgain),
        ("MAIL", "550 no", CountersignError),
        ("RCPT", "drop", TryAgain),
        ("RCPT", "550 nobody", CountersignError),
        ("RCPT", "450 greylisted", TryAgain),
        ("DATA", "451 later", TryAgain),
        ("DATA", "554 no", CountersignError),
        (".", "452 full", TryAgain),
        (".", "554 spam", CountersignError),
    ],
)
def test_what_was_refused_or_never_handed_over_is_no_doubt(
    post_office: PostOffice, verb: str, says: str, error: type[CountersignError]
) -> None:
    post_office.answers[verb] = [says] * 2  # the library says HELO after a refused EHLO
    with pytest.raises(error, match="nothing was sent") as raised:
        mail(post_office).perform(effect(), again=False)
    assert not isinstance(raised.value, MaybeDone | Unanswerable)
    assert isinstance(raised.value, TryAgain) == (error is TryAgain)
    assert post_office.sent == []


def test_a_server_that_is_not_there_was_not_told_anything(free_port: int) -> None:
    with pytest.raises(TryAgain, match="nothing was sent"):
        Mail(MailServers(f"smtp://127.0.0.1:{free_port}", "", FROM)).perform(effect(), again=False)


def test_without_a_server_it_is_said_what_to_set() -> None:
    with pytest.raises(CountersignError, match="SMTP_URL"):
        Mail(MailServers()).perform(effect(), again=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.text(alphabet='a@.,<>" \r\n\x00ä:', max_size=20))
def test_no_subject_or_address_adds_a_header_or_a_recipient(post_office: PostOffice, subject: str, to: str) -> None:
    post_office.sent.clear()
    post_office.envelopes.clear()
    with suppress(CountersignError):
        mail(post_office).perform(effect(subject=subject, to=to), again=False)
    for sent in post_office.sent:
        allowed = {"from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version"}
        assert {name.lower() for name in sent} <= allowed | {"content-type", "content-transfer-encoding"}
        assert post_office.envelopes == [(f"mail FROM:<{FROM}>", f"rcpt TO:<{to}>")]
