"""English words by which somebody says that something is done, or not quite."""

from __future__ import annotations

from collections.abc import Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


HEDGES = _set(
    "if when once until till before after while will would could should can may might must shall going gonna need "
    "needs want wants hope hopefully plan trying tried try almost nearly half partly partially most mostly some part "
    "wrong maybe perhaps probably think guess believe last usually always every ago again soon tomorrow later next "
    "instead expected first second draft"
)
FILLERS = _set(
    "the a an my our your his her its their this that these those all both new latest final quick short and or "
    "just already finally now also today yesterday morning afternoon evening tonight monday tuesday wednesday thursday "
    "friday saturday sunday successfully asap eod"
)
ADVERBS = _set("just already finally now also all both successfully")
BE = _set("is are was were has have been's 's been")
PARTICLES = _set("up out over in back down off away through")
TO = _set("to with at in on into onto by via")  # where, with whom: may be left unsaid
OF = _set("of about for from regarding re")  # which one: may not be another
NOTHING = _set("it one thing things stuff everything something")  # no thing by name
ANYBODY = _set("you me us them him her everyone everybody all")
PAST: Mapping[str, str] = {
    "bring": "brought",
    "build": "built",
    "buy": "bought",
    "choose": "chose chosen",
    "cut": "cut",
    "draw": "drew drawn",
    "find": "found",
    "get": "got",
    "give": "gave given",
    "hold": "held",
    "make": "made",
    "meet": "met",
    "pay": "paid",
    "put": "put",
    "read": "read",
    "rebuild": "rebuilt",
    "resend": "resent",
    "rewrite": "rewrote rewritten",
    "run": "ran run",
    "send": "sent emailed mailed",
    "set": "set",
    "show": "showed shown",
    "speak": "spoke",
    "take": "took taken",
    "tell": "told",
    "write": "wrote written",
    "call": "called phoned rang",
    "book": "booked reserved",
    "reserve": "reserved booked",
}
# Of these a thing that is ready is not yet done with; of the personal ones the thing may be who did it.
TRANSFER = _set(
    "send resend share forward post publish submit deliver ship give hand upload return email mail announce circulate "
    "bring present show distribute"
)
PERSONAL = _set(
    "call email mail contact ask tell invite message ping meet remind notify inform speak phone pay chase update help "
    "follow check support"
)
