"""Which files can be read, and by what: Slack's name of the type, else the ending of the file's name, to a reader."""

from __future__ import annotations

from importlib import import_module
from typing import Literal, cast

from bot.sources.files.parts import Reader

Family = Literal["pdf", "word", "workbook", "slides", "rows", "plain", "web", "captions"]

# Each family is the module of that name in this package; loaded only in the process that reads.
FORMATS: dict[str, Family] = {
    "pdf": "pdf",
    "docx": "word",
    "docm": "word",
    "dotx": "word",
    "xlsx": "workbook",
    "xlsm": "workbook",
    "pptx": "slides",
    "pptm": "slides",
    "ppsx": "slides",
    "csv": "rows",
    "tsv": "rows",
    "text": "plain",
    "txt": "plain",
    "log": "plain",
    "markdown": "plain",
    "md": "plain",
    "html": "web",
    "htm": "web",
    "xhtml": "web",
    "quip": "web",  # a canvas, which the API gives as HTML
    "canvas": "web",
    "vtt": "captions",
    "srt": "captions",
}


def family_of(filetype: str, name: str, mode: str) -> Family | None:
    """The family of a file, or None for what cannot be read. The ending is asked where Slack's type says little."""
    if mode in ("quip", "canvas"):
        return "web"
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if filetype in ("", "auto", "binary", "text") and ending in FORMATS:
        return FORMATS[ending]
    if mode == "snippet":  # typed or pasted text of whatever language
        return FORMATS.get(filetype, "plain")
    return FORMATS.get(filetype)


def reader(family: Family) -> Reader:
    """The module that reads a family."""
    return cast("Reader", import_module(f"bot.sources.files.{family}"))
