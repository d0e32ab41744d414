from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import SandboxError
from sandbox.imports import load_export, shifted
from sandbox.state import World, ts_micros

USERS = [{"id": "U1", "name": "ana", "profile": {"display_name": "Ana"}, "tz": "Mars/Olympus"}]
CHANNELS = [{"id": "C1", "name": "dev", "members": ["U1", "U2"], "topic": {"value": "work"}}]
THREAD = [
    {"type": "message", "user": "U1", "text": "root", "ts": "1460000000.000001", "thread_ts": "1460000000.000001"},
    {"type": "message", "user": "U2", "text": "reply", "ts": "1460000060.5", "thread_ts": "1460000000.000001"},
    {
        "type": "message",
        "user": "U1",
        "text": "edited",
        "ts": "1460000100.000000",
        "edited": {"user": "U1", "ts": "1460000101.000000"},
        "reactions": [{"name": "eyes", "users": ["U2"], "count": 1}],
    },
    {"type": "message", "subtype": "bot_message", "bot_id": "B9", "text": "beep", "ts": "1460000110.000000"},
    {"type": "message", "text": "nobody's", "ts": "1460000120.000000"},
]


def export(folder: Path, **entries: Any) -> Path:
    """A zip of these entries; `dev__day` is dev/day.json."""
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            text = content if isinstance(content, str) else json.dumps(content)
            archive.writestr(f"{name.replace('__', '/')}.json", text)
    return path


def test_an_export_brings_users_channels_threads_reactions_and_edits(tmp_path: Path) -> None:
    world = World()
    came = load_export(world, export(tmp_path, users=USERS, channels=CHANNELS, dev__2016=THREAD))
    assert (came.users, came.channels, came.messages, came.skipped) == (1, 1, 4, 1)
    assert (world.users["U1"].display_name, world.users["U1"].tz) == ("Ana", "Etc/UTC")
    assert world.channels["C1"].topic == "work"
    assert [m.text for m in world.thread("C1", "1460000000.000001")] == ["root", "reply"]
    edited = world.messages["C1"]["1460000100.000000"]
    assert edited.reactions == {"eyes": ["U2"]}
    assert edited.edited == {"user": "U1", "ts": "1460000101.000000"}
    assert world.users["B9"].is_bot
    assert not world.users["U2"].is_bot


def test_private_channels_and_dms_come_too(tmp_path: Path) -> None:
    groups = [{"id": "G1", "name": "quiet", "members": ["U1"]}]
    dms = [{"id": "D1", "members": ["U1", "U2"]}]
    world = World()
    load_export(
        world, export(tmp_path, users=USERS, channels=[], groups=groups, dms=dms, quiet__a=THREAD, D1__a=THREAD[:1])
    )
    assert world.channels["G1"].is_private
    assert len(world.messages["G1"]) == 4
    assert world.channels["D1"].is_im
    assert len(world.messages["D1"]) == 1


def test_shifting_makes_the_newest_message_as_old_as_asked_and_keeps_threads(tmp_path: Path) -> None:
    world = World(now=lambda: 2_000_000_000.0)
    load_export(world, export(tmp_path, users=USERS, channels=CHANNELS, dev__2016=THREAD), newest_age=300)
    messages = world.history("C1")
    assert messages[-1].ts == "1999999700.000000"
    assert [m.text for m in messages] == ["root", "reply", "edited", "beep"]
    assert messages[1].thread_ts == messages[0].ts
    assert messages[2].edited == {"user": "U1", "ts": "1999999691.000000"}
    assert float(world.new_ts()) > float(messages[-1].ts)


@given(st.lists(st.integers(0, 2**50), min_size=2, max_size=8, unique=True), st.integers(0, 2**50))
def test_any_shift_keeps_the_order_and_the_distances(moments: list[int], by: int) -> None:
    stamps = [f"{one // 1_000_000}.{one % 1_000_000:06d}" for one in moments]
    moved = [ts_micros(shifted(stamp, by)) for stamp in stamps]
    assert [after - before for after, before in zip(moved, moments, strict=True)] == [by] * len(moments)


def test_a_bad_export_is_refused_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    not_zip = tmp_path / "notes.txt"
    not_zip.write_text("hello")
    bad = [
        (not_zip, "notes.txt is not a zip file"),
        (tmp_path / "missing.zip", "There is no file"),
    ]
    for path, words in bad:
        with pytest.raises(SandboxError, match=words):
            load_export(World(), path)
    broken: list[tuple[dict[str, Any], str]] = [
        ({"users": USERS}, "it has no channels.json at its top"),
        ({"users": "{", "channels": []}, "users.json in export.zip is not JSON"),
        ({"users": {}, "channels": []}, "users.json in export.zip is not a list of objects"),
        ({"users": [{"name": "x"}], "channels": []}, "entry without id"),
        ({"users": USERS, "channels": CHANNELS, "dev__a": ["hi"]}, "dev/a.json in export.zip is not a list of objects"),
    ]
    for entries, words in broken:
        world = World()
        before = set(world.users)
        with pytest.raises(SandboxError, match=words):
            load_export(world, export(tmp_path, **entries))
        assert set(world.users) == before
        assert world.channels == {}
