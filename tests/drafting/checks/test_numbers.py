"""Which numbers are the same, and which stand in no message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks.numbers import numbers, same_numbers, strange_numbers, values_in
from tests.drafting.checks.judged import items, judged


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500", "1500"),
        ("1.50", "1,5"),
        ("15k", "15,000"),
        ("15k", "fifteen thousand"),
        ("2 million", "2,000,000"),
        ("2.5 bn", "2.5 bn"),
        ("twenty-five", "25"),
        ("twenty five", "25"),
        ("three hundred", "300"),
        ("٣", "3"),
        ("007", "7"),
        ("1.500", "1500"),
        ("1.500", "1.5"),
        ("1 500", "1,500"),
        ("1\u202f500", "1500"),
        ("1'500", "1500"),
        ("1’234’567", "1.234.567"),
        ("1.234,56", "1,234.56"),
        ("1 234,56", "1234.56"),
        ("2,5 Mio", "2.5 million"),
        ("2 Milliarden", "two billion"),
        ("fünfzehntausend", "15k"),
        ("einundzwanzig", "21"),
        ("zweihundertfünfzig", "250"),
        ("dreißig", "30"),
        ("quatre-vingt-dix-sept", "97"),
        ("deux millions", "2,000,000"),
        ("treinta y cinco", "35"),
        ("veintidós", "22"),
        ("3:30 pm", "15:30"),
        ("15.30 Uhr", "15:30"),
        ("half a million", "500.000"),
        ("eine halbe Million", "500.000"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert same_numbers(f"We pay {one} for it.", f"We pay {other} for it.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500", "15,000"),
        ("15k", "15"),
        ("1.5", "15"),
        ("two", "12"),
        ("hundred", "thousand"),
        ("1.500", "1.600"),
        ("1.500", "150"),
        ("1,500", "1.5"),
        ("1 500", "1 600"),
        ("1 500", "500"),
        ("1.234,56", "1.234,57"),
        ("20.000", "2000"),
        ("fünf", "fünfzehn"),
        ("vingt-cinq", "vingt-six"),
        ("50 cents", "5000"),
        ("treinta y cinco", "treinta"),
    ],
)
def test_another_number_is_another_number(one: str, other: str) -> None:
    assert not same_numbers(f"We pay {one} for it.", f"We pay {other} for it.")


def test_the_hour_may_be_told_in_two_ways() -> None:
    assert strange_numbers("The call is at 14:00.", values_in(["See you at 2 pm, room 00."])) == []
    assert [number.written for number in strange_numbers("The call is at 15.", values_in(["At 2 pm."]))] == ["15"]


def test_a_word_that_is_a_number_elsewhere_is_one_only_among_words_of_its_language() -> None:
    assert numbers("Once upon a time an elf ran DOS, and I am to die for ten cents.")[1:] == []
    assert [number.values for number in numbers("Wir sind elf und das ist gut.")] == [{"11"}]


@given(st.text(), st.text())
def test_no_number_of_a_text_is_strange_beside_the_text_itself(before: str, after: str) -> None:
    text = f"{before} 1,500 {after}"
    assert strange_numbers(text, values_in([text])) == []
    assert all(number.values for number in numbers(text))


@pytest.mark.parametrize(
    ("message", "text", "doubted"),
    [
        ("The team wants to take the new market.", "The team wants to seize the new market.", False),
        ("We made a cake for them.", "They got a quince cake, made by us.", False),
        ("Nous avons un bureau récent, et les murs sont blancs.", "Les murs sont blancs, le bureau est neuf.", False),
        ("Wir müssen auf das Budget achten und sparen.", "Wir sparen und geben auf das Budget acht.", False),
        ("On March 3 500 people came.", "500 people came on March 3.", False),
        ("The pages 12 300 450 are wrong.", "Page 300 is wrong.", False),
        ("The pages 12, 300, 450 are wrong.", "The wrong pages are 12 300 450.", False),
        ("The booth costs 1 500 euros.", "500 euros is what the booth costs.", True),
        ("The booth costs $1 500 for us.", "500 for us is what the booth costs.", True),
        ("The pages 12 300 450 are wrong.", "Page 310 is wrong.", True),
        ("The call is at 15:30.", "At 3:30 pm is the call.", False),
        ("The call is at 15:30.", "At 4:30 pm is the call.", True),
        ("Der Termin ist um 15.30 Uhr.", "Um 15:30 ist der Termin.", False),
        ("Der Termin ist um 15.30 Uhr.", "Um 15:40 ist der Termin.", True),
        ("Der Termin ist am 24.12. bei uns.", "Bei uns ist am 24.12.2026 der Termin.", False),
        ("Der Termin ist am 24.12. bei uns.", "Bei uns ist am 23.12.2026 der Termin.", True),
        ("Der Termin ist am 24.12. bei uns.", "Bei uns ist am 24.12.2031 der Termin.", True),
        ("Das Budget ist 500.000 Euro.", "Eine halbe Million Euro ist das Budget.", False),
        ("The budget is 500,000 euros.", "Half a million euros is the budget.", False),
        ("The budget is 600,000 euros.", "Half a million euros is the budget.", True),
    ],
)
def test_a_number_is_doubted_where_no_reading_of_it_is_in_the_message(message: str, text: str, doubted: bool) -> None:
    outcome = judged(items(("Ana", message)), text, message)
    assert (outcome.mark in (Mark.DOUBTFUL, Mark.UNSUPPORTED), bool(outcome.why)) == (doubted, doubted), outcome.why
