"""Passwords of addresses with signs of addresses in them, values beside a port and in digits of other widths."""

from __future__ import annotations

import pytest

from bot.drafting.privacy.personal import closed
from bot.drafting.privacy.redactor import Redaction
from bot.drafting.privacy.secrets import MASK, masked


@pytest.mark.parametrize("password", ["p@ss" + "w0rd", "pa/" + "ss1", "p@/@" + "ss#1?x", "8080", "hunter" + "22"])
@pytest.mark.parametrize("host", ["db", "db.acme.example:5432/prod", "[::1]:5432"])
def test_the_password_of_an_address_is_masked_whole(password: str, host: str) -> None:
    assert masked(f"it is postgres://dana:{password}@{host}, ok") == (f"it is postgres://dana:{MASK}@{host}, ok", 1)


@pytest.mark.parametrize(
    "text",
    [
        "https://acme.example:8080/@dana",
        "https://acme.example:8080/invite?to=dana@acme.example",
        "see http://acme.example: write to dana@acme.example",
    ],
)
def test_a_port_is_no_password(text: str) -> None:
    assert masked(text) == (text, 0)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to dana@acme.example:8080", "to [e-mail address]:8080"),
        ("to dana@acme.example:thanks", "to [e-mail address]:thanks"),
        ("to dana＠acme.example", "to [e-mail address]"),
        ("ring ０１７１１２３４５６７", "ring [phone number]"),
        ("ring ＋49 30 1234567", "ring [phone number]"),
        ("ring ٠١٧١١٢٣٤٥٦٧", "ring [phone number]"),
        ("call for 2 345 67² m", "call for 2 345 67² m"),
        ("git@github.com:acme/shop.git", "git@github.com:acme/shop.git"),
    ],
)
def test_a_value_is_found_beside_a_port_and_in_other_digits(text: str, left: str) -> None:
    assert closed(text) == left
    redaction = Redaction([text], [])
    assert redaction.restore(redaction.hide(text)) == text
