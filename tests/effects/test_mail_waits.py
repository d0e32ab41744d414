from __future__ import annotations

import pytest

from bot.effects import MailServers, MaybeDone
from bot.effects.mail import Mail
from tests.effects.post_office import PostOffice
from tests.effects.test_mail import FROM, effect


@pytest.mark.parametrize("restarted", [False, True])
def test_a_mail_whose_answer_was_lost_has_a_minute_to_come_to_the_sent_folder(
    post_office: PostOffice, restarted: bool
) -> None:
    now = [1000.0]

    def mail() -> Mail:
        servers = MailServers(post_office.smtp, post_office.imap, FROM)
        return Mail(servers, timeout_s=3, second_look_s=60.0, clock=lambda: now[0])

    one = mail()
    post_office.answers["."] = ["drop"]
    with pytest.raises(MaybeDone):
        one.perform(effect(), again=False)
    late = post_office.sent.pop()
    for seconds in (1, 30):
        one = mail() if restarted and seconds == 1 else one
        now[0] += seconds
        with pytest.raises(MaybeDone, match="not in the Sent folder yet"):
            one.perform(effect(), again=True)
    post_office.sent.append(late)
    assert one.perform(effect(), again=True)["found"] is True
    assert len(post_office.sent) == 1


def test_a_mail_that_does_not_come_to_the_sent_folder_is_sent_again(post_office: PostOffice) -> None:
    now = [1000.0]
    servers = MailServers(post_office.smtp, post_office.imap, FROM)
    one = Mail(servers, timeout_s=3, second_look_s=60.0, clock=lambda: now[0])
    post_office.answers["."] = ["drop unread"]
    with pytest.raises(MaybeDone):
        one.perform(effect(), again=False)
    now[0] += 61
    assert one.perform(effect(), again=True)["found"] is False
    assert len(post_office.sent) == 1
