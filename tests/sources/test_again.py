from __future__ import annotations

import pytest

from bot.drafting.source import SourceItem
from bot.slack import SlackError
from bot.sources.again import is_message, read_again
from bot.sources.conversation import read_thread
from sandbox.fixtures import ANA, BEN, DANA, DEV

from .chat import Chat


def thread(chat: Chat) -> list[SourceItem]:
    """A thread as it was read for a draft: root and two replies."""
    root = chat.write(ANA, "first", hours_ago=9)
    chat.write(BEN, "second", hours_ago=8, thread=root)
    chat.write(DANA, "third", hours_ago=7, thread=root)
    return list(read_thread(chat.slack(), DEV, root).items)


def roots(items: list[SourceItem]) -> dict[str, str]:
    return {item.ref: item.root for item in items}


def ts_of_ref(item: SourceItem) -> str:
    return item.ref.partition("/")[2]


def test_what_is_as_it_was_has_the_same_digest_and_a_thread_takes_one_call(chat: Chat) -> None:
    items = thread(chat)
    chat.methods()
    again = read_again(chat.slack(), roots(items), {items[0].ref: ts_of_ref(items[-1])})
    assert {ref: now.sha256 for ref, now in again.items.items() if now} == {item.ref: item.sha256 for item in items}
    assert again.newer == {}
    assert chat.methods().count("conversations.replies") == 1


def test_an_edit_says_who_made_it_and_a_deleted_reply_is_gone(chat: Chat) -> None:
    items = thread(chat)
    message = chat.world.messages[DEV][ts_of_ref(items[1])]
    message.text, message.edited = "changed", {"user": BEN, "ts": "1"}
    del chat.world.messages[DEV][ts_of_ref(items[2])]
    again = read_again(chat.slack(), roots(items), {})
    now = again.items[items[1].ref]
    assert now is not None
    assert (now.sha256 != items[1].sha256, now.author, now.edited_by) == (True, BEN, BEN)
    assert again.items[items[2].ref] is None


def test_newer_replies_of_people_are_found_and_those_of_apps_are_not(chat: Chat) -> None:
    items = thread(chat)
    root = ts_of_ref(items[0])
    new = chat.write(BEN, "fourth", hours_ago=1, thread=root)
    chat.write(chat.world.app.bot_user_id, "ours", hours_ago=0.5, thread=root, bot_id=chat.world.app.bot_id)
    last = {items[0].ref: ts_of_ref(items[-1])}
    found = read_again(chat.slack(), roots(items), last).newer[items[0].ref]
    assert [(reply.ref, reply.author) for reply in found] == [(f"{DEV}/{new}", BEN)]
    alone = read_again(chat.slack(), {items[0].ref: items[0].root}, last)  # the root alone is cited
    assert alone.newer[items[0].ref] == found
    assert read_again(chat.slack(), roots(items), {}).newer == {}  # a closed period


def test_a_thread_that_is_gone_holds_nothing_any_more(chat: Chat) -> None:
    items = thread(chat)
    for item in items:
        del chat.world.messages[DEV][ts_of_ref(item)]
    again = read_again(chat.slack(), roots(items), {items[0].ref: ts_of_ref(items[-1])})
    assert set(again.items.values()) == {None}


def test_messages_that_lie_together_are_read_together(chat: Chat) -> None:
    near = [chat.write(ANA, f"near {n}", hours_ago=9 + n / 100) for n in range(20)]
    far = chat.write(ANA, "far", hours_ago=300)
    refs = {f"{DEV}/{ts}": f"{DEV}/{ts}" for ts in [*near, far]}
    chat.methods()
    again = read_again(chat.slack(), refs, {ref: ref.partition("/")[2] for ref in refs})
    assert all(again.items.values())
    assert chat.methods().count("conversations.history") == 2


def test_where_slack_does_not_tell_nothing_is_taken_for_deleted(chat: Chat) -> None:
    items = thread(chat)
    chat.sandbox.faults.add("conversations.replies", error="missing_scope")
    with pytest.raises(SlackError):
        read_again(chat.slack(), roots(items), {})


@pytest.mark.parametrize(
    ("ref", "is_one"),
    [
        ("C0DEV/1795533295.120879", True),
        ("C0DEV/1.2/F1", False),
        ("F123", False),
        ("C0DEV/1", False),
        ("", False),
        ("/1.2", False),
    ],
)
def test_the_ref_of_a_message_is_told_from_others(ref: str, is_one: bool) -> None:
    assert is_message(ref) is is_one
