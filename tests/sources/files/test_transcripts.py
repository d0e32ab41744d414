"""What is a transcript, and who speaks in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.files.reads import read, told

from . import made


def test_a_transcript_is_read_by_turns_with_their_speakers(tmp_path: Path) -> None:
    reading = read(tmp_path, "captions", made.VTT)
    assert [(part.key, part.place, part.speaker, part.text) for part in reading.parts] == [
        ("t1", "at 00:00:01", "Dana Meyer", "Dana Meyer: We ship the price list on Friday. Not on Thursday."),
        ("t7", "at 00:00:07", "Ben", "Ben: I will write the <notes>."),
        ("t725", "at 00:12:05", "unknown speaker", "and send them to the customers"),
    ]


def test_subrip_is_a_transcript_too(tmp_path: Path) -> None:
    reading = read(tmp_path, "captions", made.SRT)
    assert [(part.speaker, part.text) for part in reading.parts] == [
        ("Dana", "Dana: We ship on Friday."),
        ("Ben", "Ben: I write the notes."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Call of Monday\n\n[00:00:40] Dana Meyer: We ship\non Friday.\n[00:01:00] Ben: I write.\n[00:02:00] [music]",
        "00:40 Dana Meyer: We ship on Friday.\n01:00 Ben: I write.\n2:00 [music]\n",
        "Dana Meyer (00:40): We ship on Friday.\nBen (1:00): I write.\n(2:00) [music]",
        "Dana Meyer  0:40\nWe ship on Friday.\n\nBen  1:00\nI write.\n\n[2:00] [music]",
    ],
)
def test_a_text_with_times_and_names_is_read_as_a_transcript(tmp_path: Path, text: str) -> None:
    parts = read(tmp_path, "plain", text).parts
    said = [(part.place, part.speaker, part.text) for part in parts if "Monday" not in part.text]
    assert said == [
        ("at 00:00:40", "Dana Meyer", "Dana Meyer: We ship on Friday."),
        ("at 00:01:00", "Ben", "Ben: I write."),
        ("at 00:02:00", "unknown speaker", "[music]"),
    ]


@pytest.mark.parametrize("label", ["Decision", "Note", "Action", "TODO", "Action item", "Next steps"])
def test_a_label_in_a_transcript_is_nobody(tmp_path: Path, label: str) -> None:
    lines = f"[00:40] Dana: We ship.\n[00:45] Ben: Fine.\n[00:50] {label}: ship on Friday.\n{label}: tell Li."
    parts = read(tmp_path, "plain", lines).parts
    assert [part.speaker for part in parts] == ["Dana", "Ben", "unknown speaker"]
    assert f"{label}: ship on Friday." in parts[2].text
    cue = f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Dana>Hi.\n\n00:00:05.000 --> 00:00:06.000\n{label}: ship it.\n"
    assert [part.speaker for part in read(tmp_path, "captions", cue).parts] == ["Dana", "unknown speaker"]


def test_a_text_that_only_mentions_times_is_no_transcript(tmp_path: Path) -> None:
    text = (
        "Plan of the day\n09:00 Breakfast: bread\n10:00 we talk\n11:00 we walk\n12:00 lunch\nBring shoes.\nThat is all."
    )
    assert told(read(tmp_path, "plain", text)) == [("", text)]


def test_captions_whose_times_cannot_be_read_are_counted(tmp_path: Path) -> None:
    broken = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nWe ship.\n\n00:00:05,000 --> 00:00:06,000\nStop.\n"
    reading = read(tmp_path, "captions", broken)
    assert "captions with damaged times (1)" in reading.account.besides


@pytest.mark.parametrize(
    "text",
    [
        "12:00:01 Server: started\n12:00:02 ERROR: Disk: full\n12:00:03 WARN: Disk: slow\n12:00:04 Server: stops",
        "12:00:01.120 INFO Scheduler: tick\n12:00:02.120 DEBUG Scheduler: tock\n12:00:03.120 Scheduler: stops",
        "[00:00:01] Error: it fails\n[00:00:05] Error: it fails again\n[00:00:09] Dana: why?",
        "09:00 Welcome: coffee in the hall\n09:30 Budget: Ana presents\n11:15 Roadmap: open talk",
        "9:00 Welcome: coffee\n10:00 Break: tea\n12:30 Lunch: in the canteen",
    ],
)
def test_the_lines_of_a_log_and_the_hours_of_an_agenda_are_nobody_s_words(tmp_path: Path, text: str) -> None:
    (part,) = read(tmp_path, "plain", text).parts
    assert (part.speaker, part.text) == ("", text)


@pytest.mark.parametrize(
    "text",
    [
        "09:00 Dana: We begin.\n09:02 Ben: Fine.",  # not on round minutes
        "09:00 Dana: We begin.\n09:05 Ben: Fine.\n09:10 Dana: We ship.",  # she speaks twice
        "0:05 Dana: We begin.\n0:10 Ben: Fine.",  # from the beginning of a recording
        "[10:00] Dana: We begin.\n[11:00] Ben: The server says ERROR: disk full.",
    ],
)
def test_people_who_speak_by_the_clock_are_speakers(tmp_path: Path, text: str) -> None:
    assert [part.speaker for part in read(tmp_path, "plain", text).parts][:2] == ["Dana", "Ben"]
