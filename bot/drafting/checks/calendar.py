"""The names of days and months in four languages."""

from __future__ import annotations

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PART = "(?:s|früh|morgen|vormittag|mittag|nachmittag|abend|nacht)?"
# By the English name, what German, French and Spanish have for it.
ELSEWHERE = {
    "Monday": rf"montag{_PART}|lundis?|lunes",
    "Tuesday": rf"dienstag{_PART}|mardis?|martes",
    "Wednesday": r"mittwochs?|mittwoch(?:früh|morgen|vormittag|mittag|nachmittag|abend)|mercredis?|mi[ée]rcoles",
    "Thursday": rf"donnerstag{_PART}|jeudis?|jueves",
    "Friday": rf"freitag{_PART}|vendredis?|viernes",
    "Saturday": rf"samstag{_PART}|sonnabends?|samedis?|s[áa]bados?",
    "Sunday": rf"sonntag{_PART}|dimanches?|domingos?",
    "January": "januar|jänner|janvier|enero",
    "February": "februar|f[ée]vrier|febrero",
    "March": "märz|mars|marzo",
    "April": "avril|abril",
    "May": "mai|mayo",
    "June": "juni|juin|junio",
    "July": "juli|juillet|julio",
    "August": "ao[ûu]t|agosto",
    "September": "septembre|sep?tiembre",
    "October": "oktober|octobre|octubre",
    "November": "novembre|noviembre",
    "December": "dezember|d[ée]cembre|diciembre",
}
# Short, and no words otherwise.
SHORT = {
    "January": "ene|janv",
    "February": "févr",
    "March": "mrz|mär",
    "April": "avr|abr",
    "July": "juil",
    "October": "okt",
    "December": "dez|déc|dic",
}
# In German "Fr" and the like are days behind such a word only: "So" and "Mo" are words and names.
GERMAN_SHORT = dict(zip(DAYS, ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"), strict=True))
# Names of people, planets and sauces as well: a month beside the number of a day or a year, or in "im Mai".
DOUBTFUL = frozenset(["March", "April", "May", "July"])
MONTHS = "|".join([*(f"{name}|{name[:3]}" for name in MONTH_NAMES), "sept", *(ELSEWHERE[name] for name in MONTH_NAMES)])
