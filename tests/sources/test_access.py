from __future__ import annotations

import pytest

from bot.slack import NotInChannel, SlackPerson, Unreachable
from bot.sources.access import NotAllowed, check_actor, check_reader, check_viewer
from sandbox.fixtures import ANA, BEN, DAN, DANA, DEV, GENERAL, GUS, HIDDEN, LI, OLGA, PARTNERS, RANDOM, SECRET

from .chat import Chat


def refusal(chat: Chat, user: str, channel: str) -> str:
    slack = chat.slack()
    with pytest.raises(NotAllowed) as caught:
        check_reader(slack, slack.person(user), channel)
    return str(caught.value)


@pytest.mark.parametrize(("user", "channel"), [(BEN, DEV), (LI, GENERAL), (DANA, SECRET)])
def test_a_member_of_a_channel_may_have_it_read(chat: Chat, user: str, channel: str) -> None:
    slack = chat.slack()
    assert check_reader(slack, slack.person(user), channel).id == channel


def test_a_channel_shared_with_outsiders_is_read_only_if_that_was_allowed(chat: Chat) -> None:
    assert "/countersign external on" in refusal(chat, ANA, PARTNERS)
    slack = chat.slack()
    assert check_reader(slack, slack.person(ANA), PARTNERS, lambda channel: channel == PARTNERS).id == PARTNERS


def test_a_channel_that_is_about_to_be_shared_counts_as_shared(chat: Chat) -> None:
    chat.world.channels[DEV].is_pending_ext_shared = True
    assert "/countersign external on" in refusal(chat, BEN, DEV)


def test_who_is_not_in_a_shared_channel_learns_no_more_than_of_any_other(chat: Chat) -> None:
    assert refusal(chat, LI, PARTNERS) == "You are not in #partners: join it first, then ask again."


@pytest.mark.parametrize(
    ("user", "channel", "sees"),
    [
        (*(BEN, DEV), True),
        (*(LI, DEV), True),  # a full member may read what is public
        (*(DANA, SECRET), True),
        (*(BEN, SECRET), False),
        (*(ANA, HIDDEN), False),  # the bot is not in it
        (*(ANA, "C0NOWHERE"), False),
        (*(GUS, GENERAL), False),
        (*(OLGA, PARTNERS), False),
        (*(DAN, DEV), False),
        (*(ANA, PARTNERS), False),  # shared, and nobody has allowed it
    ],
)
def test_who_may_see_what_was_drafted_from_a_channel(chat: Chat, user: str, channel: str, sees: bool) -> None:
    slack = chat.slack()
    if sees:
        check_viewer(slack, slack.person(user), channel)
        return
    with pytest.raises(NotAllowed):
        check_viewer(slack, slack.person(user), channel)


def test_a_private_channel_is_refused_in_the_same_words_whether_it_exists_or_not(chat: Chat) -> None:
    not_yours = refusal(chat, BEN, SECRET)
    assert refusal(chat, BEN, "C0NOWHERE") == not_yours
    assert refusal(chat, BEN, HIDDEN) == not_yours
    assert refusal(chat, ANA, HIDDEN) == not_yours
    assert "secret" not in not_yours


def test_a_public_channel_has_to_be_joined_first(chat: Chat) -> None:
    assert refusal(chat, LI, DEV) == "You are not in #dev: join it first, then ask again."


def test_a_public_channel_without_the_bot_asks_for_an_invitation(chat: Chat) -> None:
    slack = chat.slack()
    with pytest.raises(NotInChannel, match=r"I am not in #random\. Invite me first: /invite @countersign"):
        check_reader(slack, slack.person(LI), RANDOM)


def test_somebody_elses_direct_messages_are_as_hidden_as_a_channel_that_does_not_exist(chat: Chat) -> None:
    other = chat.world.dm(ANA, LI).id
    own = chat.world.dm(BEN).id
    assert refusal(chat, BEN, other) == refusal(chat, BEN, "C0NOWHERE")
    assert refusal(chat, ANA, own) == refusal(chat, BEN, "C0NOWHERE")
    assert refusal(chat, BEN, own) == refusal(chat, BEN, "C0NOWHERE")
    assert "conversations.info" not in [call.method for call in chat.world.calls if call.args.get("channel") == own]


@pytest.mark.parametrize(("user", "words"), [(GUS, "Guests"), (OLGA, "Only members"), (DAN, "deactivated")])
def test_guests_outsiders_and_those_who_left_are_refused_before_any_channel_is_looked_at(
    chat: Chat, user: str, words: str
) -> None:
    said = {refusal(chat, user, channel) for channel in (GENERAL, PARTNERS, SECRET, "C0NOWHERE")}
    assert len(said) == 1
    assert words in said.pop()
    assert "conversations.info" not in chat.methods()


def test_someone_removed_meanwhile_is_refused_at_the_next_look(chat: Chat) -> None:
    slack = chat.slack()
    person = slack.person(BEN)
    check_reader(slack, person, DEV)
    with chat.world.changing():
        chat.world.channels[DEV].members.remove(BEN)
    with pytest.raises(NotAllowed):
        check_reader(slack, person, DEV)


def test_if_membership_cannot_be_read_nothing_is(chat: Chat) -> None:
    slack = chat.slack().quick
    person = slack.person(BEN)
    chat.sandbox.faults.add("conversations.members", status=500)
    with pytest.raises(Unreachable):
        check_reader(slack, person, DEV)


def test_an_active_full_member_may_act() -> None:
    check_actor(SlackPerson("U1", "T1", "Ana"))


@pytest.mark.parametrize(
    "person",
    [
        SlackPerson("U1", "T1", "x", is_guest=True),
        SlackPerson("U1", "T1", "x", is_bot=True),
        SlackPerson("U1", "T1", "x", deleted=True),
        SlackPerson("U1", "T2", "x", outsider=True),
        SlackPerson("U1", "T1", "x", is_stranger=True),
    ],
)
def test_nobody_else_may_act(person: SlackPerson) -> None:
    with pytest.raises(NotAllowed):
        check_actor(person)
