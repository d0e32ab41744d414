from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks import CHECKS, Cited, Whole
from bot.drafting.checks.match import words_found
from bot.drafting.checks.numbers import numbers, same_numbers, strange_numbers, values_in
from bot.drafting.checks.verifier import verify
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement
from tests.drafting.test_verifier import Note

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def items(*said: tuple[str, str]) -> list[SourceItem]:
    """Messages by (author, text), a minute apart."""
    return [
        SourceItem(f"m{n}", author, f"U{n}", MONDAY + timedelta(minutes=n), text)
        for n, (author, text) in enumerate(said, 1)
    ]


def judged(source: list[SourceItem], text: str, *quotes: str) -> Statement:
    """The statement, with each quote cited from the first message that holds it."""
    evidence = [
        Evidence(id=next(item.id for item in source if words_found(quote, item.text)), quote=quote) for quote in quotes
    ]
    return verify(Note(outcome=Statement(text=text, evidence=evidence)), source).outcome


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
    ("quote", "found"),
    [
        ("we ship the pricelist on Friday morning", "we ship the price list on Friday morning"),
        ("we ship the price list on Fridy morning", "we ship the price list on Friday morning"),
        ("We ship the price list on Friday", "We ship the price list on Friday"),
        ("ship price-list", ""),  # too short to be inexact
        ("we ship the price list of 12 pages on Friday morning", ""),
        ("we never ship the price list on Friday morning", ""),
        ("e list on Friday mor", ""),  # through a word at both ends
        ("they bought a boat and sailed around the world", ""),
    ],
)
def test_a_quote_with_a_slip_of_the_pen_is_given_in_the_message_s_own_words(quote: str, found: str) -> None:
    text = "Well, we ship the price list on Friday morning, then we rest."
    assert words_found(quote, text).casefold() == found.casefold()


def test_a_quote_whose_number_or_not_differs_is_no_quote_or_at_least_doubtful() -> None:
    quote = "We pay 1,500 euros for the booth in May"
    assert words_found(quote, "We pay 1,600 euros for the booth in May.") == ""
    assert words_found("we do not pay for the booth in the hall", "We do now pay for the booth in the hall.") == ""
    denied = judged(items(("Ana", "We don't pay 1,500 euros for the booth in May.")), f"{quote}.", quote)
    assert (denied.mark, denied.why) == (Mark.DOUBTFUL, "the quoted words say “not” and the sentence does not")


@given(st.text(min_size=1), st.text(), st.text())
def test_what_is_found_stands_in_the_text_and_what_stands_there_is_found(quote: str, before: str, after: str) -> None:
    text = f"{before} {quote} {after}"
    found = words_found(quote, text)
    assert found in (quote, "") or found in text
    assert not words_found(quote, "") or quote == ""


SOURCE = items(
    ("Ana", "Which day do we ship the new price list?"),
    ("Dana Smith", "We will not ship on Friday, the printer is broken."),
    ("Ben", "Maybe we could print in Lyon. I will ask the printer there by Thursday."),
    ("Li", "I have sent the customers the old list already."),
    ("Ben", "Can you please send me the list of customers, Li?"),
    ("Ana", "The booth costs 1,500 euros. Ben pays tomorrow."),
)


@pytest.mark.parametrize(
    ("text", "quote", "why"),
    [
        ("The price list ships on Friday.", "ship on Friday", "the quoted words say “not” and the sentence does not"),
        ("We ship on Friday", "We will not ship on Friday", "the quoted words say “not” and the sentence does not"),
        ("The price list does not ship on Friday.", "We will not ship on Friday", ""),
        ("Shipping on Friday was cancelled.", "We will not ship on Friday", ""),
        ("The printer is not broken.", "the printer is broken", ""),  # there is a "not" in the message: nobody knows
        ("The old list was not sent to the customers.", "sent the customers the old list", "it says “not” and"),
        ("We print in Lyon.", "Maybe we could print in Lyon", "less certain than the sentence"),
        ("Printing in Lyon is an option.", "Maybe we could print in Lyon", ""),
        ("The new price list ships this day.", "Which day do we ship the new price list?", "are a question"),
        ("It is open which day the new price list ships.", "Which day do we ship the new price list?", ""),
        ("Li is to send the list of customers.", "send me the list of customers, Li?", ""),  # a polite request
        ("Ben has asked the printer there.", "I will ask the printer there by Thursday", "of what is to come"),
        ("Ben will ask the printer there.", "I will ask the printer there by Thursday", ""),
        ("Li will send the customers the old list.", "I have sent the customers the old list", "of what is done"),
        ("Dana will ask the printer there.", "I will ask the printer there by Thursday", "Dana neither wrote nor"),
        ("Li Wu has sent the customers the old list.", "I have sent the customers the old list", ""),
        ("Li wants the list of customers sent.", "send me the list of customers, Li?", ""),  # named in it
        ("Ben pays on Tuesday.", "Ben pays tomorrow", ""),
        ("Ben pays on 24 November 2026.", "Ben pays tomorrow", ""),
        ("Ben pays on Wednesday.", "Ben pays tomorrow", "Wednesday is not in the cited messages"),
        ("The booth costs 1500 dollars.", "The booth costs 1,500 euros", "the unit $"),
        ("The bakery hired seventeen clowns.", "The booth costs 1,500 euros", "seventeen is nowhere in what was read"),
        ("Many bakers dance outside every evening.", "The booth costs 1,500 euros", "few of its words"),
    ],
)
def test_a_statement_is_compared_with_the_words_that_it_cites(text: str, quote: str, why: str) -> None:
    outcome = judged(SOURCE, text, quote)
    assert why in outcome.why
    if not why:
        assert (outcome.mark, outcome.why) == (Mark.CITED, "") or outcome.mark is Mark.QUOTED
    else:
        assert outcome.mark is (Mark.UNSUPPORTED if "nowhere" in why else Mark.DOUBTFUL)


TALK = items(
    ("Ana", "We ship the price list on Friday."),
    ("Ben", "The cake was good, thanks."),
    ("Li", "Agreed, fine with me."),
    ("Ana", "Who writes the notes of the meeting?"),
    ("Ben", "I will."),
)


@pytest.mark.parametrize(
    ("text", "quotes", "doubted"),
    [
        ("Ben said that we ship the price list on Friday.", ("We ship the price list", "The cake was good"), "Ben"),
        ("Ben said that we ship the price list on Friday.", ("We ship the price list", "I will."), "Ben"),
        ("Ben agreed to ship the price list on Friday.", ("We ship the price list", "The cake was good"), "Ben"),
        ("Ana said that we ship the price list on Friday.", ("We ship the price list", "The cake was good"), ""),
        ("Li agreed to ship the price list on Friday.", ("We ship the price list", "Agreed, fine"), ""),
        ("Ben writes the notes of the meeting.", ("Who writes the notes", "I will."), ""),
        ("Ana ships the list on Friday, and Ben found the cake good.", ("We ship the price", "The cake was good"), ""),
    ],
)
def test_a_person_is_said_to_say_only_what_a_message_of_theirs_says(
    text: str, quotes: tuple[str, ...], doubted: str
) -> None:
    outcome = judged(TALK, text, *quotes)
    assert ("do not say this" in outcome.why, outcome.why.find(f"of {doubted}") >= 0) == (bool(doubted), bool(doubted))
    assert (outcome.mark is Mark.DOUBTFUL) == bool(doubted)


def test_a_quotation_keeps_only_the_message_in_which_it_stands() -> None:
    outcome = judged(TALK, "We ship the price list on Friday", "We ship the price list", "The cake was good")
    assert (outcome.mark, [piece.author for piece in outcome.evidence]) == (Mark.QUOTED, ["Ana"])
    cut = items(("Ana", "Maybe we ship on Friday."), ("Ben", "The cake was good, thanks."))
    assert judged(cut, "we ship on Friday", "we ship on Friday", "The cake was good").mark is Mark.DOUBTFUL


@pytest.mark.parametrize(
    ("message", "text", "doubted"),
    [
        ("Wir liefern die Preisliste nicht am Freitag.", "Wir liefern die Preisliste am Freitag, heißt es.", True),
        ("Wir liefern die Preisliste am Freitag.", "Die Preisliste liefern wir nicht am Freitag.", True),
        ("Wir liefern keine Preisliste am Freitag.", "Am Freitag liefern wir die Preisliste.", True),
        ("Nous ne livrons pas la liste vendredi.", "La liste, nous livrons vendredi.", True),
        ("Nous livrons la liste vendredi.", "La liste, nous ne la livrons jamais vendredi.", True),
        ("Nunca enviamos la lista el viernes.", "La lista, enviamos el viernes.", True),
        ("Wir liefern die Preisliste nicht am Freitag.", "Die Preisliste liefern wir am Freitag nicht.", False),
        ("Wir liefern die Preisliste nicht am Freitag.", "Die Preisliste wird ohne Freitag geliefert, liefern.", False),
        ("Das Budget beträgt 1.500 Euro.", "Das Budget, es beträgt 1500 €.", False),
        ("Das Budget beträgt 1.500 Euro.", "Das Budget, es beträgt 1.600 €.", True),
        ("Das Budget ist 20 Prozent kleiner.", "Um 20% kleiner ist das Budget.", False),
        ("Revenue changed by -20% in the shop.", "In the shop revenue changed by 20%.", True),
        ("Revenue changed by -20% in the shop.", "In the shop revenue fell by 20%.", False),
        ("Revenue changed by minus 20% in the shop.", "In the shop revenue changed by -20%.", False),
    ],
)
def test_a_not_or_a_number_that_differs_is_doubted_in_other_languages_too(
    message: str, text: str, doubted: bool
) -> None:
    outcome = judged(items(("Ana", message)), text, message)
    assert (outcome.mark in (Mark.DOUBTFUL, Mark.UNSUPPORTED), bool(outcome.why)) == (doubted, doubted)


def test_a_person_is_known_by_whom_the_messages_mention_and_not_by_capitals() -> None:
    (first, *rest) = items(("Ana", "Thanks to @Zoë Green for the cake."), ("Ben", "It was good."))
    source = [replace(first, mentions=("Zoë Green",)), *rest]
    assert "Zoë neither wrote nor is named" in judged(source, "Zoë said that it was good.", "It was good").why
    assert judged(source, "Zoë baked the cake.", "for the cake").why == ""
    assert judged(source, "Berlin said that it was good.", "It was good").why == ""  # nobody's name here


def test_a_first_name_that_is_a_word_counts_only_where_it_is_clearly_a_name() -> None:
    source = items(("Will Young", "The lamp is broken."), ("Ana", "The repair is on Friday."))
    assert judged(source, "The repair will be on Friday.", "The repair is on Friday").why == ""
    assert "Will Young neither" in judged(source, "Will Young plans the repair on Friday.", "The repair is on").why


odd = st.sampled_from(["We will not ship 1,500 on Friday?", "May", "@Ana", "\ud800", "ß", "٣ k"])
said = st.text(max_size=80) | odd


@given(said, st.lists(st.tuples(said, said), min_size=1, max_size=3), said)
def test_no_text_is_too_strange_to_be_compared(text: str, source: list[tuple[str, str]], quote: str) -> None:
    messages = items(*source)
    cited = Cited(text, tuple(messages), tuple((item, quote) for item in messages), Whole(messages))
    for check in CHECKS:
        for doubt in check(cited):
            assert doubt.words


@given(st.lists(said, min_size=1, max_size=3))
def test_a_whole_message_in_its_own_words_is_never_doubted(texts: list[str]) -> None:
    source = items(*(("Ana", text) for text in texts))
    for item in source:
        said_itself = Statement(text=item.text, evidence=[Evidence(id=item.id, quote=item.text)])
        outcome = verify(Note(outcome=said_itself), source).outcome
        assert outcome.mark in (Mark.QUOTED, Mark.UNSUPPORTED) or "link" in outcome.why


def test_a_quotation_that_leaves_out_the_not_says_that_it_was_cut() -> None:
    cut = judged(items(("Ana", "We do not ship on Friday.")), "ship on Friday", "ship on Friday")
    assert (cut.mark, cut.why) == (Mark.DOUBTFUL, "it is cut out of a clause that says “not”")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("The budget for the fair is €500,000 this year.", "The budget for the fair is $500,000 this year."),
        ("Revenue changed by -20% in May.", "Revenue changed by +20% in May."),
        ("👎 for shipping the list", "👍 for shipping the list"),
        ("Answers must stay < 500 ms.", "Answers must stay > 500 ms."),
        ("We ship on Friday?", "We ship on Friday."),
        ("Maybe we ship on Friday.", "we ship on Friday"),
        ("If legal agrees, we ship on Friday.", "we ship on Friday"),
    ],
)
def test_what_differs_by_a_sign_or_by_what_it_was_cut_out_of_is_no_quotation(message: str, text: str) -> None:
    found = judged(items(("Dana", message)), text, text)
    assert found.mark in (Mark.DOUBTFUL, Mark.UNSUPPORTED)
    assert all(piece.quote in message for piece in found.evidence if piece.found)


def test_the_vowel_signs_of_a_script_are_part_of_its_words() -> None:
    assert words_found("मैं कल दिन करूंगा", "मैं कल दान करूंगा") == ""
    assert words_found("मैं कल दान", "मैं कल दान करूंगा") == "मैं कल दान"


def test_a_word_that_ends_like_a_not_is_none() -> None:
    for word in ("point", "client", "payment", "percent", "want", "went", "sent"):
        whole = judged(items(("Ana", f"We ship on Friday, {word}.")), "We ship on Friday", "We ship on Friday")
        assert (whole.mark, whole.why) == (Mark.QUOTED, ""), word
    assert words_found("we will sent the invoices on Friday", "We will not the invoices on Friday.") == ""


PAY = "Somebody has to pay the budget for Berlin."
BUDGET = "The budget for Berlin is what we need by Friday."
SELL = "We should sell the old printer to the school."


def answered(asked: str, reply: str, text: str) -> Statement:
    """A statement that cites what Ana asked and what Ben replied."""
    return judged(items(("Ana", asked), ("Ben", reply)), text, asked, reply)


@pytest.mark.parametrize(
    ("asked", "reply", "text"),
    [
        (PAY, "I'm leaving the company today, bye", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, I'm leaving the company today, bye", "Ben will pay the budget for Berlin."),
        (PAY, "Ok but not me, ask Cem please", "Ben will pay the budget for Berlin."),
        (PAY, "Sure, but ask Cem first", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, ask Cem please", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, nein", "Ben will pay the budget for Berlin."),
        (PAY, "Done with this company", "Ben will pay the budget for Berlin."),
        (PAY, "Klar, aber erst im Mai", "Ben will pay the budget for Berlin."),
        (PAY, "Oui, mais en mai", "Ben will pay the budget for Berlin."),
        (PAY, "Claro, pero en mayo", "Ben will pay the budget for Berlin."),
        (PAY, "I'll be away all week", "Ben will pay the budget for Berlin."),
        (PAY, "I'll think about it", "Ben will pay the budget for Berlin."),
        (PAY, "I will ask Cem about the budget", "Ben will pay the budget for Berlin."),
        (PAY, "I can see why", "Ben will pay the budget for Berlin."),
        (PAY, "I do hate meetings", "Ben will pay the budget for Berlin."),
        (PAY, "Me, I hate meetings", "Ben will pay the budget for Berlin."),
        (PAY, "Let me be clear: Cem does that", "Ben will pay the budget for Berlin."),
        (PAY, "Sure?", "Ben will pay the budget for Berlin."),
        (PAY, "Maybe, yes, I'll see", "Ben will pay the budget for Berlin."),
        (PAY, "Ok, maybe", "Ben will pay the budget for Berlin."),
        (BUDGET, "Right, but I will never sign that off", "Ben approved the budget for Berlin."),
        (BUDGET, "Ja, das kommt auf keinen Fall in Frage", "Ben approved the budget for Berlin."),
        (BUDGET, "Right now I am in a call", "Ben approved the budget for Berlin."),
        (BUDGET, "Good morning everybody", "Ben approved the budget for Berlin."),
        (BUDGET, "Great, another week lost to this talk", "Ben approved the budget for Berlin."),
        (BUDGET, "Ok, I am against it", "Ben approved the budget for Berlin."),
        (SELL, "I can not agree with this at all", "Ben agreed to sell the old printer to the school."),
        (SELL, "Me neither, I am against it", "Ben agreed to sell the old printer to the school."),
        (PAY, "Ok bye", "Ben will pay the budget for Berlin."),
        (PAY, "Sure, see you", "Ben will pay the budget for Berlin."),
        (PAY, "Yes, the weather is fine", "Ben will pay the budget for Berlin."),
        (PAY, "Ja, die Sonne ist heute schön", "Ben will pay the budget for Berlin."),
        (BUDGET, "Ok, my holiday was great", "Ben approved the budget for Berlin."),
    ],
)
def test_an_opening_that_may_mean_no_or_anything_is_no_yes(asked: str, reply: str, text: str) -> None:
    outcome = answered(asked, reply, text)
    assert outcome.mark is Mark.DOUBTFUL
    assert "of Ben or about Ben do not say this" in outcome.why


@pytest.mark.parametrize(
    "reply",
    [
        *("Mach ich", "Ich mache das.", "Ich übernehme das", "Gerne", "Klar", "Klar, mache ich heute", "Passt"),
        *("Einverstanden", "Je m'en occupe", "Yo me encargo", "Leave it with me", "No problem", "Kein Problem"),
        *("Got it", "Works for me", "Of course", "np", "Ok", "Sure thing", "Fine with me", "Me", "I can.", "I will"),
        *(
            "I'll do it, give me an hour",
            "I can do that tomorrow",
            "I'd be happy to",
            "I'm on it",
            "I’ll pay",
            "Alles klar",
            "Let me do that",
        ),
        *(
            "Ana, yes",
            "@Ana sure, I'll take care of it",
            "Great, thanks",
            "Yes, I'll pay by card",
            "👍 fine",
            "Will do",
            "Yes, the budget is in my plan",
            "Sure, my pleasure",
            "Yes, that is fine",
        ),
    ],
)
def test_a_plain_yes_says_what_was_asked(reply: str) -> None:
    outcome = answered(PAY, reply, "Ben will pay the budget for Berlin.")
    assert (outcome.mark, outcome.why) == (Mark.CITED, "")


@pytest.mark.parametrize(
    ("reply", "text", "doubted"),
    [
        ("I never sign off budgets for Berlin.", "Ben approved the budget for Berlin.", True),
        ("There is no budget for Berlin.", "Ben approved the budget for Berlin.", True),
        ("Für Berlin gebe ich kein Budget frei.", "Ben approved the budget for Berlin.", True),
        ("I never sign off budgets for Berlin.", "Ben refused the budget for Berlin.", False),
        ("I never sign off budgets for Berlin.", "Ben does not approve the budget for Berlin.", False),
        ("No problem, the budget for Berlin is approved.", "Ben approved the budget for Berlin.", False),
        ("I don't mind. The budget for Berlin is approved.", "Ben approved the budget for Berlin.", False),
        ("The budget for Berlin is approved, why not.", "Ben approved the budget for Berlin.", False),
    ],
)
def test_who_says_not_has_not_done_what_was_asked_of_them(reply: str, text: str, doubted: bool) -> None:
    outcome = answered("Please approve the budget for Berlin by Friday.", reply, text)
    assert outcome.why == ("what Ben says of it says “not” and the sentence does not" if doubted else "")
    assert (outcome.mark is Mark.DOUBTFUL) == doubted


@pytest.mark.parametrize(
    ("quote", "message"),
    [
        ("the PAs ship the list on Fridey", "The PAs ship the list on Friday."),
        ("the list for the PAs ships on Fridey", "Here it is: the list for the PAs ships on Friday"),
    ],
)
def test_the_pas_of_an_office_are_no_not(quote: str, message: str) -> None:
    assert words_found(quote, message)
    assert words_found(quote.replace("PAs ", ""), message) == ""


LONG_TALK = items(
    *(("Ana", f"The remote of line {n} has a new case, and the remote is cheaper.") for n in range(40)),
    ("Ben", "So that looks good, and customers find it easily."),
    ("Cem", "Shipping to Norway takes three weeks."),
)


@pytest.mark.parametrize(
    ("text", "quote", "doubted"),
    [
        ("The remote will look nice and is easily found.", "that looks good", False),
        ("The remote will look nice and is easily found.", "Shipping to Norway", True),
        ("The remote ships to Norway in three weeks.", "Shipping to Norway", False),
        ("The remote ships to Norway in three weeks.", "that looks good", True),
        ("The remote ships to Norway in three weeks.", "remote of line 3 has", True),  # all that it shares is the topic
    ],
)
def test_what_a_whole_conversation_is_about_tells_no_message_from_another(text: str, quote: str, doubted: bool) -> None:
    outcome = judged(LONG_TALK, text, quote)
    assert ("few of its words" in outcome.why) == doubted


def test_a_word_against_that_was_asked_for_takes_nothing_from_a_yes() -> None:
    asked = "Somebody has to cancel the hotel booking in Berlin."
    assert answered(asked, "Sure, I'll cancel it", "Ben will cancel the hotel booking in Berlin.").why == ""
    assert answered(asked, "Sure, I'll stop it", "Ben will cancel the hotel booking in Berlin.").mark is Mark.DOUBTFUL


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("Ben will send the report to the customer.", False),
        ("Ben will report the state of the claim to the customer.", False),
        ("Ben will send the customer the reported mention.", False),
        ("Ben reports that somebody has to send the report to the customer.", True),
        ("Ben has also stated that somebody sends the report to the customer.", True),
        ("According to Ben somebody has to send the report to the customer.", True),
        ("That somebody has to send the report to the customer was proposed by Ben.", True),
        ("Ben from the office said that somebody has to send the report to the customer.", True),
    ],
)
def test_a_report_to_be_sent_is_no_saying_of_who_sends_it(text: str, doubted: bool) -> None:
    asked = "Somebody has to send the report to the customer, the state of the claim and the reported mention too."
    outcome = answered(asked, "I'll do it, give me an hour", text)
    assert ("do not say this" in outcome.why) == doubted
    assert (outcome.mark is Mark.DOUBTFUL) == doubted


@pytest.mark.parametrize(
    ("message", "text", "why"),
    [
        ("Wer schreibt die Notizen vom Treffen?", "Ben fragt, ob jemand die Notizen vom Treffen schreibt.", ""),
        ("Wer schreibt die Notizen vom Treffen?", "Offen ist, wer die Notizen vom Treffen schreibt.", ""),
        ("Wer schreibt die Notizen vom Treffen?", "Ana schreibt die Notizen vom Treffen.", "are a question"),
        ("Qui écrit les notes de la réunion ?", "Ben demande qui écrit les notes de la réunion.", ""),
        ("Qui écrit les notes de la réunion ?", "Ana écrit les notes de la réunion.", "are a question"),
        ("¿Quién escribe las notas de la reunión?", "Ben pregunta quién escribe las notas de la reunión.", ""),
        ("¿Quién escribe las notas de la reunión?", "Ana escribe las notas de la reunión.", "are a question"),
        ("Kannst du die Notizen vom Treffen schreiben?", "Die Notizen vom Treffen soll jemand schreiben.", ""),
        ("Die Notizen vom Treffen schreibt Ana, oder?", "Die Notizen vom Treffen schreibt Ana.", ""),
        ("Pouvez-vous écrire les notes de la réunion ?", "Les notes de la réunion sont à écrire.", ""),
        ("¿Puedes escribir las notas de la reunión?", "Las notas de la reunión, hay que escribir.", ""),
        ("Who was at the fair in Lyon?", "Ana was at the fair in Lyon.", "are a question"),
        ("The PAs ship the list on Friday.", "On Friday the list is shipped by PAs.", ""),
        ("The PAs ship the list on Friday.", "On Friday they ship the list.", ""),
        ("On ne livre Pas la liste vendredi.", "La liste, on livre vendredi.", "the quoted words say “not”"),
        ("Wir liefern die Liste vielleicht am Freitag.", "Die Liste liefern wir am Freitag sicher.", "less certain"),
        ("Wir liefern die Liste vielleicht am Freitag.", "Die Liste liefern wir eventuell am Freitag.", ""),
        ("Wir liefern die Liste vielleicht am Freitag.", "Am Freitag könnten wir die Liste liefern.", ""),
        ("Nous livrons peut-être la liste vendredi.", "La liste, nous livrons vendredi.", "less certain"),
        ("Nous livrons peut-être la liste vendredi.", "La liste, nous livrons probablement vendredi.", ""),
        ("Quizás enviamos la lista el viernes.", "La lista, enviamos el viernes.", "less certain"),
        ("Tal vez enviamos la lista el viernes.", "La lista, a lo mejor enviamos el viernes.", ""),
    ],
)
def test_questions_and_maybes_are_known_in_other_languages_too(message: str, text: str, why: str) -> None:
    outcome = judged(items(("Ben", message), ("Ana", "Hm.")), text, message)
    outcome_why = outcome.why.replace("Ana neither wrote nor is named in the cited messages", "").strip("; ")
    assert (why in outcome_why) if why else outcome_why == ""


def test_a_quotation_cut_out_of_a_german_maybe_says_so() -> None:
    cut = judged(items(("Ben", "Vielleicht liefern wir die Liste.")), "liefern wir die Liste", "liefern wir die Liste")
    assert (cut.mark, cut.why) == (Mark.DOUBTFUL, "it is cut out of a sentence that is less certain")


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


@pytest.mark.parametrize(
    ("message", "text", "doubted"),
    [
        ("Das Release kommt am Freitag.", "Das Release kommt am Dienstag.", "Tuesday"),
        ("Das Release kommt am Freitag.", "Am Freitagabend kommt das Release.", ""),
        ("Das Release kommt am Fr, sagt QA.", "Am Freitag kommt das Release.", ""),
        ("So kommt das Release, sagt QA.", "Am Sonntag kommt das Release.", "Sunday"),
        ("Das Release kommt morgen.", "Am Dienstag kommt das Release.", ""),  # it was said on a Monday
        ("Das Release kommt am 5. April.", "Am 5. Mai kommt das Release.", "May"),
        ("Das Release kommt im Oktober.", "Im Dezember kommt das Release.", "December"),
        ("The release comes on 5 April.", "Das release kommt am 5. April.", ""),
        ("Das Release ist für Mai Lan fertig.", "Fertig ist das Release für Mai Lan.", ""),
        ("Nous livrons la liste vendredi.", "La liste, nous livrons mardi.", "Tuesday"),
        ("Nous livrons la liste le 5 avril.", "La liste, nous livrons le 5 mars.", "March"),
        ("Nous livrons la liste demain.", "La liste, nous livrons le 24 novembre.", ""),
        ("Nous livrons la sonde pour la planète rouge.", "Nous livrons la sonde pour mars, la planète.", ""),
        ("Enviamos la lista el viernes.", "La lista, enviamos el miércoles.", "Wednesday"),
        ("Enviamos la lista el 5 de abril.", "La lista, enviamos el 5 de mayo.", "May"),
        ("Enviamos la lista por mar.", "La lista por mar, enviamos.", ""),
        ("Das Release kommt am 24.12. heraus.", "Am 24. Dezember kommt das Release heraus.", ""),
        ("Das Release kommt am 24.12.2026 heraus.", "Am 24. Dezember 2026 kommt das Release heraus.", ""),
        ("The release comes on 2026-12-24.", "On Thursday 24 December the release comes.", ""),
        ("Livrons la liste avec son équipe.", "Mon équipe livre la liste.", ""),
        ("The list ships Mon morning.", "On Monday morning the list ships.", ""),
    ],
)
def test_a_day_that_differs_is_doubted_in_german_french_and_spanish(message: str, text: str, doubted: str) -> None:
    outcome = judged(items(("Ana", message)), text, message)
    assert outcome.why == (f"{doubted} is not in the cited messages" if doubted else "")
    assert (outcome.mark is Mark.DOUBTFUL) == bool(doubted)


@pytest.mark.parametrize(
    ("message", "text", "doubted"),
    [
        ("Das Release kommt am 24.11. heraus.", "Am 24. Dezember kommt das Release heraus.", "December"),
        ("Das Release kommt am 24.12. heraus.", "Am 24. Mai kommt das Release heraus.", "May"),
        ("Das Release kommt am 99.99. heraus.", "Am 24. Mai kommt das Release heraus.", "May"),
        ("Mon équipe livre la liste.", "La liste, mon équipe la livre lundi.", "Monday"),
        ("The list ships early.", "The list ships early, Mon at noon.", "Monday"),
        ("The list ships early, Mon at noon.", "The list ships early, on Monday at noon.", ""),
    ],
)
def test_a_day_in_figures_and_a_short_monday_are_what_they_look_like(message: str, text: str, doubted: str) -> None:
    friday = [replace(item, at=MONDAY + timedelta(days=4)) for item in items(("Ana", message))]
    outcome = judged(friday, text, message)
    assert (f"{doubted} is not in the cited messages" in outcome.why) if doubted else outcome.why == ""
