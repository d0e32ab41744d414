from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.drafting.checks.verifier import verify
from bot.drafting.privacy.redactor import Redaction
from bot.drafting.source import Source
from bot.drafting.statement import Evidence, Statement
from bot.kinds.summary import Summary
from bot.slack import NotFound, ts_of
from bot.sources.conversation import NothingWritten, read_thread, read_window
from bot.sources.messages import Reader
from bot.sources.tally import Tally
from bot.sources.window import Window
from sandbox.fixtures import ANA, BEN, DAN, DANA, DEV, HIDDEN
from sandbox.records import Message

from .chat import Chat

Last = Callable[..., Window]


def _at(moment: datetime, microseconds: int, text: str) -> Message:
    return Message(DEV, ts_of(moment + timedelta(microseconds=microseconds)), ANA, text)


def texts(source: Source) -> list[str]:
    return [item.text for item in source.items]


def test_messages_come_oldest_first_with_replies_behind_their_root(chat: Chat, last: Last) -> None:
    root = chat.write(ANA, "first", hours_ago=5)
    chat.write(BEN, "second", hours_ago=4)
    chat.write(DANA, "a reply", hours_ago=3, thread=root)
    chat.write(BEN, "another", hours_ago=2, thread=root)
    source = read_window(chat.slack(), DEV, last(hours=24))
    assert texts(source) == ["first", "a reply", "another", "second"]
    assert [item.id for item in source.items] == ["m1", "m2", "m3", "m4"]
    assert [item.thread for item in source.items] == ["", "m1", "m1", ""]
    assert source.items[0].replies == 2
    assert source.coverage == "Read 4 messages and the replies of 1 thread"
    assert source.title == "#dev, the test's period"


def test_an_item_says_who_when_and_where(chat: Chat, last: Last) -> None:
    root = chat.write(ANA, "root", hours_ago=5, reactions={"+1": [BEN, DANA], "eyes": [BEN]})
    reply = chat.write(DANA, "for <@U0BEN> &amp; <#C0GENERAL|>, <#C0SECRET|>, <#C0HIDDEN|>", hours_ago=3, thread=root)
    first, second = read_window(chat.slack(), DEV, last(hours=24)).items
    assert (first.author, first.author_id, first.reactions) == ("Ana", ANA, 3)
    assert first.ref == f"{DEV}/{root}"
    assert (first.zone, second.zone) == ("Europe/Lisbon", "Europe/Berlin")
    assert second.text == "for @Ben & #general, #private-channel, #private-channel"
    link = f"{chat.world.base_url}/archives/{DEV}/p"
    assert first.permalink == link + root.replace(".", "")
    assert second.permalink == f"{link}{reply.replace('.', '')}?thread_ts={root}&cid={DEV}"


def test_a_window_holds_its_start_and_not_its_end(chat: Chat, last: Last) -> None:
    period = last(hours=1)
    for text, at in (("before", -1), ("start", 0)):
        chat.world.add_message(_at(period.start, at, text))
    for text, at in (("last", -1), ("end", 0)):
        chat.world.add_message(_at(period.end, at, text))
    assert texts(read_window(chat.slack(), DEV, period)) == ["start", "last"]


def test_replies_outside_the_window_stay_out_of_it(chat: Chat, last: Last) -> None:
    root = chat.write(ANA, "root", hours_ago=5)
    chat.write(BEN, "in time", hours_ago=3, thread=root)
    chat.write(BEN, "after the window", hours_ago=-2, thread=root)
    assert texts(read_window(chat.slack(), DEV, last(hours=24))) == ["root", "in time"]


def test_new_replies_to_an_older_root_are_read_with_the_root_as_context(chat: Chat, last: Last) -> None:
    older = chat.write(ANA, "older root", hours_ago=100)
    chat.write(BEN, "older reply", hours_ago=90, thread=older)
    chat.write(DANA, "new reply", hours_ago=3, thread=older)
    quiet = chat.write(ANA, "quiet root", hours_ago=99)
    chat.write(BEN, "old answer", hours_ago=98, thread=quiet)
    source = read_window(chat.slack(), DEV, last(hours=24))
    assert texts(source) == ["older root", "new reply"]
    assert source.threads == 1
    assert chat.methods().count("conversations.replies") == 1


def test_an_older_thread_that_went_on_only_after_the_window_is_neither_read_out_nor_counted(
    chat: Chat, last: Last
) -> None:
    for user, more in ((ANA, {}), ("UAPP", {"bot_id": "B0OTHER"})):
        older = chat.write(user, "older root", hours_ago=100, **more)
        chat.write(BEN, "after the window", hours_ago=-1, thread=older)
    chat.write(DANA, "in time", hours_ago=2)
    source = read_window(chat.slack(), DEV, last(hours=24))
    assert (texts(source), source.threads, source.skipped) == (["in time"], 0, ())


def test_roots_older_than_the_look_back_are_not_searched(chat: Chat, last: Last) -> None:
    older = chat.write(ANA, "older root", hours_ago=24 * 4)
    chat.write(DANA, "new reply", hours_ago=3, thread=older)
    with pytest.raises(NothingWritten):
        read_window(chat.slack(), DEV, last(hours=24), lookback_days=2)
    assert texts(read_window(chat.slack(), DEV, last(hours=24), lookback_days=4)) == ["older root", "new reply"]


def test_a_reply_also_sent_to_the_channel_is_read_once_and_leads_to_its_thread(chat: Chat, last: Last) -> None:
    ancient = chat.write(ANA, "ancient root", hours_ago=24 * 60)
    chat.write(BEN, "for all", hours_ago=2, thread=ancient, broadcast=True)
    root = chat.write(ANA, "root", hours_ago=5)
    chat.write(BEN, "also for all", hours_ago=3, thread=root, broadcast=True)
    assert texts(read_window(chat.slack(), DEV, last(hours=24))) == ["ancient root", "for all", "root", "also for all"]


def test_what_people_did_not_write_is_left_out_and_counted(chat: Chat, last: Last) -> None:
    chat.write(ANA, "kept", hours_ago=5)
    chat.write(BEN, "<@U0BEN> has joined the channel", subtype="channel_join")
    chat.write(DANA, "<@U0DANA> has left the channel", subtype="channel_leave")
    chat.write("UAPP", "build passed", bot_id="B0OTHER")
    chat.write(ANA, "set the topic", subtype="channel_topic")
    source = read_window(chat.slack(), DEV, last(hours=24))
    assert texts(source) == ["kept"]
    assert set(source.skipped) == {"2 join and leave notices", "1 message by an app", "1 notice by Slack"}


def test_our_own_messages_are_left_out_but_what_people_reply_to_them_is_kept(chat: Chat, last: Last) -> None:
    slack = chat.slack()
    us = slack.identity()
    root = chat.write(us.bot_user_id, "Draft: waits for @dana", hours_ago=5, bot_id=us.bot_id)
    chat.write(BEN, "looks wrong", hours_ago=4, thread=root)
    chat.write(ANA, "I agree", hours_ago=3, thread=root)
    source = read_window(slack, DEV, last(hours=24))
    assert [(item.id, item.text, item.thread) for item in source.items] == [
        ("m1", "looks wrong", ""),
        ("m2", "I agree", "m1"),
    ]
    assert source.skipped == ()


def test_the_thread_of_a_deleted_root_is_kept(chat: Chat, last: Last) -> None:
    root = chat.write("USLACKBOT", "This message was deleted.", hours_ago=5, subtype="tombstone")
    chat.write(BEN, "still here", hours_ago=4, thread=root)
    source = read_window(chat.slack(), DEV, last(hours=24))
    assert texts(source) == ["still here"]
    assert source.skipped == ("1 deleted message",)


def test_people_who_left_are_named_and_unknown_ones_do_not_stop_the_reading(chat: Chat, last: Last) -> None:
    chat.write(DAN, "so long", hours_ago=3)
    chat.write("U0GONE", "who was I?", hours_ago=2)
    items = read_window(chat.slack(), DEV, last(hours=24)).items
    assert [item.author for item in items] == ["Dan", "someone (U0GONE)"]


def test_an_empty_period_is_said_in_the_askers_clock(chat: Chat, last: Last) -> None:
    chat.write(ANA, "joined", subtype="channel_join")
    with pytest.raises(NothingWritten) as caught:
        read_window(chat.slack(), DEV, last(hours=24))
    assert str(caught.value) == (
        "Nobody wrote anything in #dev between 22 November 2026, 13:00 and 23 November 2026, 13:00 "
        "(left out: 1 join and leave notice): try a longer period, for example 14d."
    )


def test_tiny_pages_lose_nothing(chat: Chat, last: Last) -> None:
    for number in range(7):
        root = chat.write(ANA, f"root {number}", hours_ago=20 - number)
    for number in range(7):
        chat.write(BEN, f"reply {number}", hours_ago=10 - number, thread=root)
    chat.sandbox.faults.cap_pages(2)
    expected = [*(f"root {number}" for number in range(7)), *(f"reply {number}" for number in range(7))]
    assert texts(read_window(chat.slack(), DEV, last(hours=24))) == expected


def test_a_rate_limit_in_the_middle_is_waited_for(chat: Chat, last: Last) -> None:
    root = chat.write(ANA, "root", hours_ago=5)
    chat.write(BEN, "reply", hours_ago=3, thread=root)
    chat.sandbox.faults.rate_limit("conversations.replies", retry_after=0)
    assert texts(read_window(chat.slack(), DEV, last(hours=24))) == ["root", "reply"]
    assert chat.methods().count("conversations.replies") == 2


def test_the_cap_keeps_the_newest_and_says_what_it_left_out(chat: Chat, last: Last) -> None:
    for number in range(5):
        root = chat.write(ANA, f"root {number}", hours_ago=20 - number)
        chat.write(BEN, f"reply {number}", hours_ago=10 - number, thread=root)
    source = read_window(chat.slack(), DEV, last(hours=24), cap=3)
    assert texts(source) == ["root 2", "root 3", "root 4"]
    assert source.skipped == (
        "all before 22 November 2026, 19:00 (more than 3 messages)",
        "the replies of 3 threads (the limit of messages was reached)",
    )
    source = read_window(chat.slack(), DEV, last(hours=24), cap=7)
    assert texts(source) == ["root 0", "root 1", "root 2", "root 3", "reply 3", "root 4", "reply 4"]
    assert source.skipped == ("the replies of 3 threads (the limit of messages was reached)",)


def test_the_search_for_older_threads_ends_at_the_cap_and_says_so(chat: Chat, last: Last) -> None:
    for number in range(3):
        root = chat.write(ANA, f"older root {number}", hours_ago=50 - number)
        chat.write(BEN, f"reply {number}", hours_ago=4, thread=root)
    source = read_window(chat.slack(), DEV, last(hours=24), cap=2)
    assert texts(source) == ["older root 1", "reply 1", "older root 2", "reply 2"]
    assert source.skipped == ("replies to messages from before 21 November 2026, 12:00",)


def test_calls_grow_with_pages_and_threads_and_not_with_messages(chat: Chat, last: Last) -> None:
    people = [ANA, BEN, DANA]
    roots = [chat.write(people[n % 3], f"root {n}", hours_ago=20 - n / 100) for n in range(500)]
    for root in roots[:40]:
        for n in range(3):
            chat.write(people[n], f"reply {n}", hours_ago=2, thread=root)
    slack = chat.slack()
    chat.methods()
    source = read_window(slack, DEV, last(hours=24))
    assert len(source.items) == 620
    assert Counter(chat.methods()) == {
        "conversations.info": 1,
        "auth.test": 1,
        "conversations.history": 3 + 1,  # the window's pages and the look back
        "conversations.replies": 40,
        "users.info": 3,
    }


def test_a_thread_is_read_whole_from_its_root_or_from_any_reply(chat: Chat) -> None:
    root = chat.write(ANA, "root", hours_ago=500)
    reply = chat.write(BEN, "reply", hours_ago=400, thread=root)
    chat.write(DANA, "later", hours_ago=1, thread=root)
    chat.write(DANA, "elsewhere", hours_ago=1)
    for ts in (root, reply):
        source = read_thread(chat.slack(), DEV, ts)
        assert texts(source) == ["root", "reply", "later"]
        assert source.title == "Thread in #dev, 2 November 2026"
        assert source.threads == 1


def test_a_long_thread_is_cut_aloud(chat: Chat) -> None:
    root = chat.write(ANA, "root", hours_ago=9)
    for number in range(4):
        chat.write(BEN, f"reply {number}", hours_ago=5 - number, thread=root)
    source = read_thread(chat.slack(), DEV, root, cap=3)
    assert texts(source) == ["root", "reply 0", "reply 1"]
    assert source.skipped == ("all that came later in the thread (more than 3 messages)",)


def test_a_thread_that_is_gone_or_only_by_apps_is_said_to_be(chat: Chat) -> None:
    with pytest.raises(NotFound, match="gone"):
        read_thread(chat.slack(), DEV, "1600000000.000100")
    root = chat.write("UAPP", "alert", bot_id="B0OTHER")
    with pytest.raises(NothingWritten, match=r"Nobody wrote anything in that thread of #dev \(left out: 1 message by"):
        read_thread(chat.slack(), DEV, root)


def test_a_channel_that_the_bot_may_not_see_gives_nothing(chat: Chat, last: Last) -> None:
    chat.write(ANA, "secret", channel=HIDDEN)
    with pytest.raises(NotFound):
        read_window(chat.slack(), HIDDEN, last(hours=24))


def test_a_forwarded_message_is_read_as_its_own_author_s(chat: Chat) -> None:
    slack, tally = chat.slack(), Tally()
    link = f"{slack.identity().url}archives/{DEV}/p1700000000000100"
    share = {"is_share": True, "author_id": DANA, "text": "We ship on Friday.", "files": [{"name": "plan.pdf"}]}
    message = {"ts": "1700000009.000100", "user": ANA, "text": "See:", "attachments": [{**share, "from_url": link}]}
    reader = Reader(slack, DEV, tally)
    root = reader.item(message)
    (brought,) = reader.shared_items(message)
    assert root
    assert root.text == "See:\n[forwarded: a message]"
    assert (brought.author, brought.author_id, brought.text) == ("Dana", DANA, "We ship on Friday.")
    assert (brought.permalink, brought.shared) == (link, root.ref)
    assert tally.words == ("1 file: “plan.pdf” is in a forwarded message",)
    (strange,) = reader.shared_items({**message, "attachments": [{**share, "from_url": "https://evil.example/x"}]})
    assert strange.permalink == root.permalink


def test_a_copy_that_gives_a_name_and_no_account_is_nobody_s_we_know(chat: Chat) -> None:
    copies = [
        {"is_share": True, "author_name": "Dana", "text": "I approve the budget."},
        {"is_share": True, "text": "x"},
    ]
    message = {"ts": "1700000009.000100", "user": ANA, "text": "See:", "attachments": copies}
    named, nameless = Reader(chat.slack(), DEV, Tally()).shared_items(message)
    assert (named.author, named.author_id, nameless.author) == ("somebody called Dana", "", "somebody")
    other = replace(named, id="m2", author="Dana", author_id=DANA, text="Hello.")
    text = "Dana approved the budget."
    said = Statement(text=text, evidence=[Evidence(id="m1", quote="approve the budget")])
    checked = verify(Summary(points=[said]), [replace(named, id="m1"), other]).points[0]
    assert "Dana neither wrote nor is named" in checked.why


def test_who_is_named_in_a_forwarded_message_is_mentioned_there_and_nowhere_else(chat: Chat) -> None:
    texts = [f"<@{BEN}> ships, says <@{DANA}>", f"<@{ANA}> knows"]
    copies = [{"is_share": True, "author_id": DANA, "text": text} for text in texts]
    message = {"ts": "1700000009.000100", "user": ANA, "text": f"See, <@{BEN}>:", "attachments": copies}
    reader = Reader(chat.slack(), DEV, Tally())
    root = reader.item(message)
    first, second = reader.shared_items(message)
    assert root
    assert (root.mentions, root.mention_ids) == (("Ben",), (BEN,))
    assert (first.mentions, first.mention_ids) == (("Ben", "Dana"), (BEN, DANA))
    assert second.mentions == ("Ana",)
    hidden = Redaction([first.text], [first.author, *first.mentions]).hide(first.text)
    assert not [name for name in ("Ben", "Dana") if name in hidden]
    assert "Dana" not in root.text
