"""A scribed call as a channel: each longer topic is a message with its discussion as the thread."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.mrkdwn import as_message
from sandbox.records import Channel, Json, Message, User
from sandbox.state import World

THREAD_FROM = 8  # a topic with fewer utterances stays at the channel's top level
TOPIC_HOURS = 15
UTTERANCE_SECONDS = 95
NEWEST_MINUTES = 25


@dataclass(frozen=True)
class Topic:
    """What was said on one subject, in order."""

    title: str
    utterances: list[Json]


def load_call(world: World, path: Path) -> Channel:
    """Add the call's channel, with its speakers as members; its topics spread over the days before now."""
    try:
        call = json.loads(path.read_text(encoding="utf-8"))
        topics = list(_topics(call["utterances"]))
        speakers = list(dict.fromkeys([*call["present"], *(one["speaker"] for one in call["utterances"])]))
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise SandboxError(f"{path.name} is not a call that can be read: {type(e).__name__} {e}.") from e
    with world.changing():
        users = {name: world.add_user(_speaker(i, name)) for i, name in enumerate(speakers)}
        purpose = f"{call['title']}, from its public minutes"
        room = Channel("C0" + call["channel"].upper().replace("-", ""), call["channel"], purpose=purpose)
        room.members = [user.id for user in users.values()]
        world.add_channel(room)
        end = world.now() - NEWEST_MINUTES * 60
        for i, topic in enumerate(topics):
            last = end - (len(topics) - 1 - i) * TOPIC_HOURS * 3600
            _discuss(world, room, topic, users, last)
    return room


def _topics(utterances: list[Json]) -> Iterator[Topic]:
    """Only the first utterance of a topic bears its title."""
    current = Topic("", [])
    for utterance in utterances:
        if utterance.get("topic"):
            if current.utterances:
                yield current
            current = Topic(utterance["topic"], [])
        current.utterances.append(utterance)
    if current.utterances:
        yield current


def _discuss(world: World, room: Channel, topic: Topic, users: dict[str, User], last: float) -> None:
    threaded = len(topic.utterances) >= THREAD_FROM
    root_ts: str | None = None
    for i, utterance in enumerate(topic.utterances):
        micros = int((last - (len(topic.utterances) - 1 - i) * UTTERANCE_SECONDS) * 1_000_000)
        ts = f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
        author = users[utterance["speaker"]]
        said = as_message(world, author.id, utterance["text"])
        text = f"Topic: {topic.title}\n{said}" if i == 0 and topic.title else said
        world.add_message(Message(room.id, ts, author.id, text, thread_ts=root_ts))
        if threaded and root_ts is None:
            root_ts = ts


def _speaker(number: int, name: str) -> User:
    handle = name.lower().replace(". ", ".").replace(" ", ".")
    return User(f"U0CALL{number:02d}", handle, name, name)
