"""Transcripts (WebVTT, SRT), turn by turn."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import webvtt
from webvtt.errors import MalformedFileError

from bot.sources.files.parts import Account, Part, Unreadable
from bot.sources.files.turns import Said, named, turns
from bot.sources.files.words import words_of

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]{1,80})>")
_TAG = re.compile(r"<[^<>]*>")


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
        account.besides.append(f"captions with damaged times ({damaged})")
    yield from turns(
        (
            Said(int(caption.start_in_seconds), int(caption.end_in_seconds), speaker, said)
            for caption in captions.captions
            for speaker, said in _spoken(caption.raw_text)
        ),
        account,
    )


def _spoken(raw: str) -> Iterator[tuple[str, str]]:
    """Who says what in one caption; "" where no name stands there."""
    head, *voiced = _VOICE.split(raw)
    if plain := _plain(head):
        yield named(plain)
    for name, said in zip(voiced[::2], voiced[1::2], strict=True):
        if plain := _plain(said):
            yield html.unescape(name).strip(), plain


def _plain(raw: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", raw)).split())
