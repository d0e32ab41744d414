from __future__ import annotations

import urllib.request

import pytest
from slack_sdk import WebClient

from sandbox.errors import NotAllowedError
from sandbox.fixtures import ANA, BEN, DAN, DEV, GENERAL, GUS, OLGA, PARTNERS, RANDOM, SECRET
from sandbox.records import OTHER_TEAM
from sandbox.server import Sandbox
from tests.sandbox.conftest import refusal


def test_the_list_has_no_private_channel_that_the_bot_is_not_in(client: WebClient) -> None:
    listed = client.conversations_list(types="public_channel,private_channel")["channels"]
    assert {channel["name"] for channel in listed} == {"general", "dev", "secret", "partners", "random"}
    assert {channel["name"] for channel in client.conversations_list()["channels"]} == {
        "general",
        "dev",
        "partners",
        "random",
    }


def test_lists_are_paged(client: WebClient) -> None:
    pages = [page["channels"] for page in client.conversations_list(limit=3)]
    assert [len(page) for page in pages] == [3, 1]
    members = [user for page in client.conversations_members(channel=GENERAL, limit=4) for user in page["members"]]
    assert ANA in members
    assert len(members) == len(set(members)) == 6


def test_an_unknown_type_is_refused(client: WebClient) -> None:
    assert refusal(client.conversations_list, types="secret_channel")["error"] == "invalid_types"


def test_a_users_channels_are_shown_as_far_as_the_bot_may_know(client: WebClient) -> None:
    types = "public_channel,private_channel"
    names = {channel["name"] for channel in client.users_conversations(user=ANA, types=types)["channels"]}
    assert names == {"general", "dev", "secret", "partners", "random"}
    assert [channel["id"] for channel in client.users_conversations(user=GUS)["channels"]] == [GENERAL]


def test_users_show_what_decides_their_rights(client: WebClient) -> None:
    assert client.users_info(user=GUS)["user"]["is_restricted"]
    assert client.users_info(user=DAN)["user"]["deleted"]
    assert client.users_info(user=OLGA)["user"]["team_id"] == OTHER_TEAM
    assert client.users_info(user=BEN)["user"]["tz"] == "America/New_York"
    assert refusal(client.users_info, user="U0NOBODY")["error"] == "user_not_found"
    assert {GUS, DAN, OLGA} <= {user["id"] for page in client.users_list(limit=3) for user in page["members"]}


def test_a_shared_channel_says_so(client: WebClient) -> None:
    assert client.conversations_info(channel=PARTNERS)["channel"]["is_ext_shared"]
    assert not client.conversations_info(channel=DEV)["channel"]["is_ext_shared"]


def test_a_private_channel_cannot_be_joined(client: WebClient) -> None:
    assert refusal(client.conversations_join, channel=SECRET)["error"] == "method_not_supported_for_channel_type"
    assert client.conversations_join(channel=DEV)["warning"] == "already_in_channel"
    assert client.conversations_join(channel=RANDOM)["channel"]["is_member"]


def test_reactions_are_counted_and_not_doubled(client: WebClient, box: Sandbox) -> None:
    ts = box.people.post("ana", DEV, "hi")
    box.people.react("ben", DEV, ts, "eyes")
    client.reactions_add(channel=DEV, timestamp=ts, name="eyes")
    assert refusal(client.reactions_add, channel=DEV, timestamp=ts, name="eyes")["error"] == "already_reacted"
    (reaction,) = client.reactions_get(channel=DEV, timestamp=ts)["message"]["reactions"]
    assert reaction == {"name": "eyes", "users": [BEN, box.world.bot.id], "count": 2}
    box.people.react("ben", DEV, ts, "eyes")
    assert box.world.messages[DEV][ts].reactions == {"eyes": [box.world.bot.id]}


def test_a_files_content_is_for_the_bot_token_where_the_bot_is(client: WebClient, box: Sandbox) -> None:
    box.people.upload("ana", DEV, "notes.txt", b"agreed", "the notes")
    box.people.upload("ana", RANDOM, "other.txt", b"private")
    shown = client.conversations_history(channel=DEV)["messages"][0]["files"][0]
    assert client.files_info(file=shown["id"])["file"]["size"] == 6
    headers = {"Authorization": f"Bearer {box.bot_token}"}
    with urllib.request.urlopen(urllib.request.Request(shown["url_private"], headers=headers)) as response:
        assert response.read() == b"agreed"
    other = next(file.id for file in box.world.files.values() if file.name == "other.txt")
    assert refusal(client.files_info, file=other)["error"] == "file_not_found"


def test_who_may_not_have_a_file_is_sent_the_sign_in_page(client: WebClient, box: Sandbox) -> None:
    box.people.upload("ana", DEV, "notes.txt", b"agreed")
    shown = client.conversations_history(channel=DEV)["messages"][0]["files"][0]
    with urllib.request.urlopen(shown["url_private"]) as response:
        assert response.headers["content-type"].startswith("text/html")
        assert "redir=" in response.url


def test_a_deleted_file_leaves_its_place_in_the_message(client: WebClient, box: Sandbox) -> None:
    box.people.upload("ana", DEV, "notes.txt", b"agreed")
    shown = client.conversations_history(channel=DEV)["messages"][0]["files"][0]
    with pytest.raises(NotAllowedError):
        box.people.delete_file("ben", shown["id"])
    box.people.delete_file("ana", shown["id"])
    tombstone = client.conversations_history(channel=DEV)["messages"][0]["files"][0]
    assert tombstone == {"id": shown["id"], "mode": "tombstone"}
    assert refusal(client.files_info, file=shown["id"])["error"] == "file_deleted"


def test_a_canvas_is_html_and_says_when_it_was_changed(client: WebClient, box: Sandbox) -> None:
    box.people.write_canvas("ana", DEV, "Plan", "<h1>Plan</h1>")
    shown = client.conversations_history(channel=DEV)["messages"][0]["files"][0]
    assert (shown["mode"], shown["filetype"], shown["mimetype"]) == ("quip", "quip", "text/html")
    assert "updated" not in shown
    box.people.change_canvas("ana", shown["id"], "<h1>New plan</h1>")
    assert client.files_info(file=shown["id"])["file"]["updated"] >= shown["created"]


def test_of_an_external_file_slack_has_only_the_address(client: WebClient, box: Sandbox) -> None:
    box.people.share_link("ana", DEV, "Plan", "https://docs.example/plan")
    shown = client.conversations_history(channel=DEV)["messages"][0]["files"][0]
    assert (shown["is_external"], shown["url_private"]) == (True, "https://docs.example/plan")
    assert "url_private_download" not in shown


def test_the_team_and_the_bot_are_described(client: WebClient, box: Sandbox) -> None:
    assert client.team_info()["team"]["domain"] == "small"
    assert client.bots_info(bot=box.world.app.bot_id)["bot"]["user_id"] == box.world.bot.id
    assert refusal(client.bots_info, bot="B0OTHER")["error"] == "bot_not_found"
