"""The process that reads one file: ``python -m bot.sources.files.child FAMILY PATH``, JSON lines to its output.

A hostile file can exhaust nothing but this process, which has no secret in its environment and writes no file.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import cast

from bot.drafting.privacy.secrets import masked
from bot.sources.files import limits
from bot.sources.files.formats import Family, reader
from bot.sources.files.parts import Account, Part, Unreadable

_LONGEST = 20_000  # characters of a secret, but for keys, which are masked to the end where they were cut
TOO_MUCH = "needs more memory than I allow"
DAMAGED = "is damaged, or not what its name says"


def main(family: str, path: str) -> None:
    """Print a line for each part, then one that says how it ended."""
    _confine()
    logging.disable()  # libraries have much to say about damaged files
    warnings.simplefilter("ignore")
    account, end = Account(), {"problem": "", "bug": "", "full": ""}
    try:
        end["full"] = _print(family, path, account)
    except Unreadable as error:
        end["problem"] = str(error)
    except (MemoryError, RecursionError):
        end["problem"] = TOO_MUCH
    except Exception as error:  # noqa: BLE001 whatever a library makes of a damaged file; the parent logs it
        end["problem"], end["bug"] = DAMAGED, f"{type(error).__name__}: {error}"[:500]
    print(json.dumps({"end": {**end, **asdict(account)}}))  # noqa: T201


def _print(family: str, path: str, account: Account) -> str:
    """Which limit ended it before the file did: "parts", "characters" or ""."""
    for number, part in enumerate(reader(cast(Family, family)).read(Path(path), account)):
        if number >= limits.PARTS:
            account.taken -= 1
            return "parts"
        room = limits.CHARACTERS - account.characters
        told = replace(part, text=masked_within(part.text, room))
        account.characters += len(told.text)
        for piece in pieces(told):
            print(json.dumps({"part": asdict(piece)}))  # noqa: T201
        sys.stdout.flush()
        if len(part.text) > room:
            return "characters"
    return ""


def masked_within(text: str, room: int) -> str:
    """As much of it as there is room for; masked before it is cut, since half a key is no longer known for one."""
    if len(text) <= room + _LONGEST:
        return masked(text)[0][:room]
    found = masked(text[: room + _LONGEST])[0]  # not all of it, which may take longer than there is
    return found[: min(room, len(found) - _LONGEST)]


def pieces(part: Part, size: int = limits.PIECE) -> Iterator[Part]:
    """The part, in several where it is longer than one item may be; cut between lines or words where there are any."""
    rest, number = part.text.strip(), 0
    while rest:
        number += 1
        cut = len(rest)
        if cut > size:
            window = rest[:size]
            cut = next((at + 1 for sign in ("\n", " ") if (at := window.rfind(sign)) > size // 2), size)
        more = number > 1 or cut < len(rest)
        place = f"{part.place or 'text'}, piece {number}" if more else part.place
        said = f"{part.speaker}: " if part.speaker and number > 1 else ""
        yield Part(f"{part.key}.{number}" if more else part.key, place, said + rest[:cut].strip(), part.speaker)
        rest = rest[cut:].strip()


def _confine() -> None:
    bounds = {
        resource.RLIMIT_AS: limits.MEMORY_BYTES,
        resource.RLIMIT_CPU: limits.CPU_SECONDS,
        resource.RLIMIT_FSIZE: limits.OUTPUT_BYTES,
        resource.RLIMIT_NOFILE: limits.OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "darwin":
        del bounds[resource.RLIMIT_AS]  # macOS refuses it; the limits on time and size still hold there
    for which, bound in bounds.items():
        _, most = resource.getrlimit(which)
        bound = bound if most == resource.RLIM_INFINITY else min(bound, most)
        resource.setrlimit(which, (bound, bound))


if __name__ == "__main__":
    main(*sys.argv[1:])
