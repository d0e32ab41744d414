"""A not, a question, a maybe and a day are known in other languages too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks.view import Mark
from tests.drafting.checks.judged import MONDAY, items, judged


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
