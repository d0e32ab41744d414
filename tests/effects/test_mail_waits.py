from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.effects import MailServers, MaybeDone
from bot.effects.mail import Mail
from tests.effects.post_office import PostOffice
from tests.effects.test_mail import FROM, effect

TRIED_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def mail(post_office: PostOffice, seconds: float) -> Mail:
    """Whoever takes it up so many seconds after the try whose answer was lost."""
    servers = MailServers(post_office.smtp, post_office.imap, FROM)
    return Mail(servers, timeout_s=3, second_look_s=60.0, now=lambda: TRIED_AT + timedelta(seconds=seconds))


def test_a_mail_whose_answer_was_lost_has_a_minute_to_come_to_the_sent_folder(post_office: PostOffice) -> None:
    post_office.answers["."] = ["drop"]
    with pytest.raises(MaybeDone):
        mail(post_office, 0).perform(effect(), again=False)
    late = post_office.sent.pop()
    for seconds in (1, 59):
        with pytest.raises(MaybeDone, match="not in the Sent folder yet"):
            mail(post_office, seconds).perform(replace(effect(), tried_at=TRIED_AT), again=True)
    post_office.sent.append(late)
    assert mail(post_office, 59).perform(replace(effect(), tried_at=TRIED_AT), again=True)["found"] is True
    assert len(post_office.sent) == 1


def test_a_mail_that_does_not_come_to_the_sent_folder_is_sent_again(post_office: PostOffice) -> None:
    post_office.answers["."] = ["drop unread"]
    with pytest.raises(MaybeDone):
        mail(post_office, 0).perform(effect(), again=False)
    assert mail(post_office, 61).perform(replace(effect(), tried_at=TRIED_AT), again=True)["found"] is False
    assert len(post_office.sent) == 1
