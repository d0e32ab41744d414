"""Who would be a new reader of what was read elsewhere, and when there must be none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sources.access import NotAllowed
from bot.sources.audience import (
    MOST_NAMED,
    MOST_READERS,
    Audience,
    check_audience,
    check_can_be_named,
    may_show,
    new_readers,
)
from sandbox.fixtures import ANA, BEN, DEV, GENERAL, LI, SECRET
from sandbox.records import Channel, User

from .chat import Chat

ROOM = "C0ROOM"


def room(chat: Chat, people: int) -> Audience:
    """#room, private, with Ana and so many who are not in #secret; Ana decides."""
    with chat.world.changing():
        for number in range(people):
            chat.world.add_user(User(f"U0N{number}", f"n{number}", f"N {number}"))
        members = [ANA, chat.world.bot.id, *(f"U0N{number}" for number in range(people))]
        chat.world.add_channel(Channel(ROOM, "room", is_private=True, members=members))
    return Audience((SECRET,), ROOM, (), (ANA,))


def test_so_many_are_named_and_one_more_is_refused(chat: Chat) -> None:
    audience = room(chat, MOST_NAMED)
    assert len(new_readers(chat.slack(), ANA, audience)) == MOST_NAMED
    with chat.world.changing():
        chat.world.channels[ROOM].members.append(BEN)
    with pytest.raises(NotAllowed, match="51 people would read it in #room"):
        new_readers(chat.slack(), ANA, audience)


def test_in_a_channel_of_too_many_nobody_is_looked_up(chat: Chat) -> None:
    audience = room(chat, MOST_READERS)
    with pytest.raises(NotAllowed, match="too many to look up"):
        new_readers(chat.slack(), ANA, audience)
    assert chat.world.calls_of("users.info") == []


def test_what_is_private_is_shown_in_no_public_channel_be_all_its_members_in_it_unless_that_was_named(
    chat: Chat,
) -> None:
    with chat.world.changing():
        chat.world.channels[GENERAL].members[:] = [ANA, chat.world.bot.id]
    audience = Audience((SECRET,), GENERAL, (), (ANA,))
    with pytest.raises(NotAllowed, match="#general is public"):
        check_audience(chat.slack(), ANA, audience)
    assert new_readers(chat.slack(), ANA, audience) == ("everybody",)


def test_new_readers_of_one_channel_are_none_of_what_it_links_to(chat: Chat) -> None:
    named = Audience((DEV,), ROOM, (), (ANA,), named=("U0N0", "everybody"))
    room(chat, 1)
    assert not may_show(chat.slack(), ANA, named, SECRET)


def test_who_decides_is_never_a_new_reader(chat: Chat) -> None:
    room(chat, 0)
    with chat.world.changing():
        chat.world.channels[ROOM].members.append(BEN)
    with pytest.raises(NotAllowed, match="is not in #secret"):
        check_audience(chat.slack(), ANA, Audience((SECRET,), ROOM, (), (BEN,), named=(BEN,)))


def test_each_person_is_asked_for_once_in_a_check_however_many_sources_there_are(chat: Chat) -> None:
    audience = replace(room(chat, 20), reads=(SECRET, DEV))
    with chat.world.changing():
        chat.world.channels[DEV].members[:] = [ANA, chat.world.bot.id]
    new_readers(chat.slack(), ANA, audience)
    asked = [call.args["user"] for call in chat.world.calls_of("users.info")]
    assert sorted(asked) == sorted({ANA, *(f"U0N{number}" for number in range(20))})


def test_before_anything_is_read_too_many_are_refused_in_the_same_words_and_few_are_not_looked_up(chat: Chat) -> None:
    audience = room(chat, MOST_NAMED - 1)
    check_can_be_named(chat.slack(), audience)
    assert chat.world.calls_of("users.info") == []
    with chat.world.changing():
        chat.world.channels[ROOM].members += [BEN, LI]
    said = []
    for check in (lambda: new_readers(chat.slack(), ANA, audience), lambda: check_can_be_named(chat.slack(), audience)):
        with pytest.raises(NotAllowed) as refused:
            check()
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert said[0].startswith("51 people would read it in #room")
