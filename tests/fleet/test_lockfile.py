from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import CountersignError
from bot.lockfile import Lock


def test_who_comes_second_is_told_who_was_first_and_what_to_do(tmp_path: Path) -> None:
    first = Lock(tmp_path / "x.db")
    for _ in range(2):
        with pytest.raises(CountersignError, match=rf"\(process {os.getpid()}\).*PostgreSQL"):
            Lock(tmp_path / "x.db")
    first.close()


def test_a_link_to_a_file_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    (tmp_path / "linked.db").symlink_to(tmp_path / "x.db")
    first = Lock(tmp_path / "x.db")
    with pytest.raises(CountersignError, match="PostgreSQL"):
        Lock(tmp_path / "linked.db")
    first.close()


def test_the_lock_is_free_again_when_it_was_closed_and_others_are_not_touched(tmp_path: Path) -> None:
    Lock(tmp_path / "x.db").close()
    again, other = Lock(tmp_path / "x.db"), Lock(tmp_path / "y.db")
    again.close()
    other.close()


def test_a_lock_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(CountersignError, match="cannot be written"):
        Lock(tmp_path / "no such folder" / "x.db")
