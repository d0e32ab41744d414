"""Transcripts (WebVTT, SRT), turn by turn: who speaks is named in the text and is the part's speaker."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import webvtt
from webvtt.errors import MalformedFileError

from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.words import words_of

TURN_CHARACTERS = 1_200  # after which a turn is told on in another part
PAUSE_SECONDS = 30  # a silence as long as this ends a part
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]{1,80})>")
_TAG = re.compile(r"<[^<>]*>")
# "Dana Meyer: we ship": as Zoom and others write it, a capital first and few words.
_NAMED = re.compile(r"(?P<name>[^\W\d_a-z][\w.'’()-]*(?: [\w.'’()-]+){0,4}): +(?P<words>\S.*)", re.DOTALL)


@dataclass
class _Turn:
    start: int
    end: int
    speaker: str
    words: list[str]


def read(path: Path, account: Account) -> Iterator[Part]:
    """A part for each turn, or for each stretch of a long one."""
    account.unit = "turn"
    text = words_of(path)
    kind = "vtt" if text.lstrip("\ufeff \n").startswith("WEBVTT") else "srt"
    try:
        captions = webvtt.WebVTT.from_buffer(StringIO(text), format=kind)
    except (MalformedFileError, ValueError) as error:
        raise Unreadable("is damaged, or is no transcript") from error
    if damaged := text.count("-->") - len(captions.captions):
        account.besides = f"captions with damaged times ({damaged})"
    turn: _Turn | None = None
    seen: dict[str, int] = {}
    for caption in captions.captions:
        start, end = int(caption.start_in_seconds), int(caption.end_in_seconds)
        for speaker, said in _spoken(caption.raw_text, turn.speaker if turn else ""):
            if turn and turn.words[-1] == said and turn.speaker == speaker:
                continue  # captions that roll say each line twice
            full = turn and sum(map(len, turn.words)) + len(said) > TURN_CHARACTERS
            if turn and not full and speaker == turn.speaker and start - turn.end <= PAUSE_SECONDS:
                turn.words.append(said)
                turn.end = end
                continue
            if turn:
                account.taken += 1
                yield _part(turn, seen)
            turn = _Turn(start, end, speaker, [said])
    if turn:
        account.taken += 1
        yield _part(turn, seen)


def _spoken(raw: str, before: str) -> Iterator[tuple[str, str]]:
    """Who says what in one caption; without a name it goes on with who spoke `before`, if names stand nowhere in it."""
    head, *voiced = _VOICE.split(raw)
    if plain := _plain(head):
        named = _NAMED.fullmatch(plain)
        yield (named["name"], named["words"]) if named else (before, plain)
    for name, said in zip(voiced[::2], voiced[1::2], strict=True):
        if plain := _plain(said):
            yield html.unescape(name).strip(), plain


def _plain(raw: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", raw)).split())


def _part(turn: _Turn, seen: dict[str, int]) -> Part:
    clock = f"{turn.start // 3600:02}:{turn.start // 60 % 60:02}:{turn.start % 60:02}"
    key = f"t{turn.start}"
    seen[key] = seen.get(key, 0) + 1
    key += f"-{seen[key]}" if seen[key] > 1 else ""
    said = " ".join(turn.words)
    return Part(key, f"at {clock}", f"{turn.speaker}: {said}" if turn.speaker else said, turn.speaker)
