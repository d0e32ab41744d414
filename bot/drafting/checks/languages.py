"""What the checks know of German, French and Spanish: number words, and the words that say "not"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

# "no" is Spanish as well; the French "ne" never stands alone, "personne" is a person.
NOT = (
    *("nicht", "nie", "niemals", "kein\\w{0,2}", "niemand\\w{0,2}", "nichts", "weder", "niet", "geen"),
    *("pas", "jamais", "aucune?", "rien", "nunca", "jamás", "nadie", "nada", "ning[uú]n[oa]?", "tampoco", "não"),
)
# Says no in other words.
AGAINST = (
    *("ohne", "gegen", "statt", "außer", "abgesag\\w*", "abgelehn\\w*", "ablehn\\w*", "storn\\w+", "verschob\\w*"),
    *("sans", "contre", "sauf", "annul\\w*", "rejet\\w*", "sin", "contra", "salvo", "rechaz\\w*", "aplaz\\w*"),
)
LARGE = {
    **{"tausend": 1000, "mille": 1000, "mil": 1000, "mio": 10**6, "million": 10**6, "millionen": 10**6},
    **{"millions": 10**6, "millón": 10**6, "millones": 10**6, "milliarde": 10**9, "milliarden": 10**9},
    **{"mrd": 10**9, "milliard": 10**9, "milliards": 10**9, "hundert": 100, "cent": 100, "cents": 100},
}


def _words(text: str) -> list[str]:
    return text.split()


_GERMAN_UNITS = _words("null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf")
_GERMAN_TEENS = _words("dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn")
_GERMAN_TENS = _words("zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig")
_FRENCH_TEENS = _words("dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf")
_FRENCH_UNITS = _words("zéro un deux trois quatre cinq six sept huit neuf")
_SPANISH_UNITS = _words("cero uno dos tres cuatro cinco seis siete ocho nueve")
_SPANISH_TEENS = _words("diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve")
_SPANISH_TWENTIES = _words(
    "veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_SPANISH_TENS = _words("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_SPANISH_HUNDREDS = _words(
    "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
# Words of other languages as well, articles among them: they count beside two little words of their own language.
_SHARED = frozenset(_words("null elf once dos dix sept cent cents mil mille un uno ein six tres sin"))
# Words of everyday use besides, of English or of their own language: never numbers by themselves to be doubted.
ORDINARY = frozenset(_words("seize quince mio neuf diez once acht"))
_LITTLE = re.compile(  # none that is English as well: am, die, pour, con
    r"(?<!\w)(?:der|das|und|ist|sind|wir|für|nicht|den|wird|haben|ein|eine"
    r"|les|est|sont|nous|avec|une|du|avons|et|los|las|por|hay|que|tenemos|una)(?!\w)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?: y [^\W\d_]+)?")


def _german() -> Iterator[tuple[str, int]]:
    small = [*_GERMAN_UNITS, *_GERMAN_TEENS]
    small += [f"{_GERMAN_UNITS[unit]}und{ten}" if unit else ten for ten, unit in product(_GERMAN_TENS, range(10))]
    yield from ((word, value) for value, word in enumerate(small))
    yield "eins", 1
    for hundreds, word in enumerate(["", *_GERMAN_UNITS[1:10]]):
        below = f"{word}hundert"
        for rest, value in [("", 0), *((word, value) for value, word in enumerate(small) if value)]:
            yield below + rest, max(hundreds, 1) * 100 + value
    for value, word in enumerate(small):
        if value:
            yield f"{word}tausend", value * 1000


def _french() -> Iterator[tuple[str, int]]:
    yield from ((word, value) for value, word in enumerate([*_FRENCH_UNITS, *_FRENCH_TEENS]))
    for value, ten in ((20, "vingt"), (30, "trente"), (40, "quarante"), (50, "cinquante"), (60, "soixante")):
        yield ten, value
        yield from ((f"{ten}-{unit}", value + more) for more, unit in enumerate(_FRENCH_UNITS) if more)
        yield f"{ten}-et-un", value + 1
    yield "quatre-vingts", 80
    for base, ten in ((60, "soixante"), (80, "quatre-vingt")):
        yield from ((f"{ten}-{teen}", base + 10 + more) for more, teen in enumerate(_FRENCH_TEENS))
    yield from ((f"quatre-vingt-{unit}", 80 + more) for more, unit in enumerate(_FRENCH_UNITS) if more)


def _spanish() -> Iterator[tuple[str, int]]:
    words = [*_SPANISH_UNITS, *_SPANISH_TEENS, *_SPANISH_TWENTIES]
    yield from ((word, value) for value, word in enumerate(words))
    for value, ten in enumerate(_SPANISH_TENS, 3):
        yield ten, value * 10
        yield from ((f"{ten} y {unit}", value * 10 + more) for more, unit in enumerate(_SPANISH_UNITS) if more)
    yield from (("cien", 100), ("ciento", 100))
    yield from ((word, value * 100) for value, word in enumerate(_SPANISH_HUNDREDS, 2))


_VALUES = dict([*_french(), *_spanish(), *_german(), *((word, value) for word, value in LARGE.items())])
_LATER = re.compile(rf"[ -](?P<word>{'|'.join(LARGE)})(?!\w)")


def number_words(text: str) -> Iterator[tuple[int, str, int]]:
    """Where a number word of these languages stands, as written, and its value."""
    folded = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    spoken: bool | None = None
    done = 0
    for match in _WORD.finditer(folded):
        word = match[0]
        if match.start() < done:
            continue
        value = _VALUES.get(word.replace("ß", "ss"))
        if value is None and " y " in word:
            word = word.partition(" y ")[0]
            value = _VALUES.get(word)
        if value is None:
            continue
        if word in _SHARED or word in ORDINARY:
            spoken = len(_LITTLE.findall(folded)) > 1 if spoken is None else spoken
            if not spoken or value == 1:
                continue
        end = match.start() + len(word)
        later = _LATER.match(folded, end) if word not in LARGE else None
        if later:
            value, end = value * LARGE[later["word"]], later.end()
        done = end
        yield match.start(), text[match.start() : end], value
