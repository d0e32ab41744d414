"""Keys, tokens and passwords that people paste into conversations, masked before anything else looks at a text.

Patterns are anchored: a known beginning, or a label such as "password:", never mere randomness. Words, code and
Slack's timestamps are left alone. Whoever writes a message may make it hard to search: repetitions are possessive or
bounded, so that the time grows with the length and no faster.
"""

from __future__ import annotations

import re

from bot.drafting.guards.cleaner import visible
from bot.drafting.privacy.columns import MASK as MASK
from bot.drafting.privacy.columns import with_masked_columns

# A secret that is known by how it begins. Not inside a longer word: "task-force" holds no "sk-".
_TOKENS = (
    r"xox[abceoprs](?:\.xox[bp])?-[\w-]{10,}",  # Slack
    r"xapp-\d-[\w-]{10,}",
    r"gh[opsur]_[A-Za-z0-9]{30,}",  # GitHub
    r"github_pat_\w{22,}",
    r"gl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent)-[\w-]{20,}(?:\.\w+)*",  # GitLab
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?:[\s:,;/|]{1,4}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))?",  # AWS
    r"sk-ant-[\w-]{20,}",  # Anthropic
    r"sk-(?=[A-Za-z_-]{0,200}+\d)(?:(?:proj|svcacct|admin|or-v1)-[\w-]{20,}|[A-Za-z0-9]{20,})",  # OpenAI and others
    r"AIza[\w-]{35}",  # Google
    r"ya29\.[\w-]{20,}",
    r"GOCSPX-[\w-]{20,}",
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"whsec_[A-Za-z0-9+/]{20,}={0,2}",
    r"eyJ[\w-]{8,2000}+\.eyJ[\w-]{8,8000}+(?:\.[\w-]*+)?",  # JSON web token
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-AgEI[\w-]{40,}",
    r"hf_[A-Za-z0-9]{30,}",
    r"gsk_[A-Za-z0-9]{40,}",
    r"SG\.[\w-]{16,}+\.[\w-]{16,}",  # SendGrid
    r"SK[0-9a-f]{32}",  # Twilio
    r"\d{8,10}:AA[\w-]{33}",  # Telegram
    r"do[oprt]_v1_[a-f0-9]{60,}",  # DigitalOcean
    r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",  # Shopify
    r"lin_api_[A-Za-z0-9]{32,}",
    r"AGE-SECRET-KEY-1[A-Z0-9]{50,}",
)
_PASSWORD = (
    r"password|passwd|passphrase|passcode|passwort|kennwort|contraseña|mot de passe|pwd"
    r"|(?:(?<![^\W_])pw|(?<=_)pass|(?-i:(?<=[a-z])Pass))(?![^\W\d_])"  # pw, DB_PASS, dbPass
)
_STEMS = ("pass", "pw", "kennwort", "contraseña", "secret", "token", "credential", "key")  # one is in every label
_LABEL = (
    rf"{_PASSWORD}|(?<![^\W_])pass(?![^\W\d_])|secret|token|credentials?"
    r"|(?:api|access|private|account|signing|auth)[_ -]?key"
)
# Slack's marks may stand around a label, its sign and what it says: *Password:* `…`
_IS = r"[\"'*_`~]{0,3}+\s{0,3}(?::=|=>|[:=：])[*_`~]{0,2}+\s{0,3}[*_`~]{0,2}+"
_FOR = r"\s{1,3}(?:for|to|of|für|von|para|pour|de|du)(?:\s[^\s:=：]{1,30}+){1,3}"
_SAYS = (  # "the password for ftp is now …"
    rf"[*_`~]{{0,2}}+(?:{_FOR})?\s{{1,3}}(?:is|was|ist|lautet|es|est):?\s{{1,3}}(?:(?:now|jetzt|nun|ahora)\s)?[*_`~]{{0,2}}+"
)
# How people and programs write that a secret goes here: $TOKEN, ****, <token>, your-token, settings.token, a link.
_VARIABLE = r"\$(?-i:[A-Z{(]|[a-z_]{1,40}+(?![\w!@#$%^&*?+~]))"  # and no password that begins with a dollar
_STAND_IN = rf"(?!{_VARIABLE}|%[A-Z(]|\*{{3}}|[xX]{{4}}|\.{{3}}|your|https?:|[A-Za-z_]+\.[A-Za-z_]|\[)"
_END = r"(?<![.:!?])(?![\w(\[{<])"
_WORD = rf"[^\s\"'`()\[\]{{}}<>,;]{{6,200}}{_END}"
_COMMA = r",(?=\w)(?!\w{1,30}+\s?[:=])"  # inside a password, and not before the next setting
_SHORT = rf"(?:[^\s\"'`()\[\]{{}}<>,;]|{_COMMA}){{4,200}}{_END}"  # what is called a password may be as short
_QUOTED = r"\"[^\s\"()\[\]{}<>]{6,200}\"|'[^\s'()\[\]{}<>]{6,200}'"
_MIXED = r"(?=[\"']?[^\s\"'`A-Za-z]{0,200}+[A-Za-z])(?=[\"']?[^\s\"'`\d]{0,200}+\d)"
_SIGNED = rf"(?=(?:[^\s\"'`()\[\]{{}}<>,;\d!@#$%^&*?+~]|{_COMMA}){{0,200}}+[\d!@#$%^&*?+~])"
_NO_PASSWORD = (
    "string|required|optional|undefined|missing|invalid|incorrect|unknown|hidden|protected|expired|changed|forgotten"
    "|password|secret|nothing|getpass"
)
# Whole keys; one that was cut off ends with the text.
_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:.*?-----END [A-Z0-9 ]{0,40}-----|.*)", re.DOTALL
)
# The rest of one whose beginning lies in another piece, read from its end: what stands before it may be very long.
_KEY_END = re.compile(
    r"-----(?:KCOLB )?YEK ETAVIRP[A-Z0-9 ]{0,40} DNE-----"
    r"(?:\s++[A-Za-z0-9+/=]{1,19}+(?=\s)){0,2}+(?:\s++[A-Za-z0-9+/=]{20,}+)++"  # its last lines may be short
)
_PATTERNS = (
    re.compile(r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/+-]{16,}"),
    re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})(?![A-Za-z0-9])"),
    re.compile(  # the password of an address, which may hold an @ or a slash unless what begins it is a port
        r"(?<=://)(?P<kept>[^\s/@:\[\]]{0,80}+:)"
        r"(?:(?!\d{1,5}[/?#\"'<>,;)|])[^\s\[\]]{1,200}|[^\s/@\[\]]{1,200}+)(?=@[\w\[])"
    ),
    re.compile(r"(?P<kept>\bBearer\s{1,3})(?=[^\s\d]{0,200}+\d)[\w.~+/-]{16,}={0,2}", re.IGNORECASE),
)
_LABELLED = (
    # What a label says is one: letters with digits, and for a password anything that is not a plain word …
    re.compile(rf"(?P<kept>(?:{_LABEL})\w{{0,24}}{_IS}){_STAND_IN}{_MIXED}(?:{_QUOTED}|{_WORD})", re.IGNORECASE),
    re.compile(
        rf"(?P<kept>(?:{_PASSWORD})(?:{_FOR})?{_IS}\(?){_STAND_IN}(?:{_QUOTED}|{_SIGNED}{_SHORT})", re.IGNORECASE
    ),
    re.compile(rf"(?P<kept>(?:{_PASSWORD}|token){_SAYS}){_STAND_IN}{_MIXED}{_WORD}", re.IGNORECASE),
    # … or a plain word at the end of its line.
    re.compile(
        rf"(?P<kept>(?:{_PASSWORD}){_IS})(?!(?:{_NO_PASSWORD})\b)[^\W\d_]{{6,60}}(?=[*_`~]{{0,2}}[ \t]*(?:\n|\Z))",
        re.IGNORECASE,
    ),
)

_UNSEEN = re.compile(r"[^\n -~]")  # what may be invisible


def masked(text: str) -> tuple[str, int]:
    """The text with each secret replaced by MASK, and how many were. Text without any is returned as it is."""
    found, count = _masked(text)
    # A secret with an invisible character in it would become one as soon as somebody cleans the text.
    if _UNSEEN.search(found):
        plain, more = _masked(visible(found))
        if more:
            return plain, count + more
    return found, count


def secrets_in(text: str) -> int:
    """How many secrets were masked in a text."""
    return text.count(MASK)


def _masked(text: str) -> tuple[str, int]:
    text, count = _without_keys(text)
    lower = text.lower()
    labelled = any(stem in lower for stem in _STEMS)
    for pattern in (*_PATTERNS, *_LABELLED) if labelled else _PATTERNS:
        text, hits = pattern.subn(_with_mask, text)
        count += hits
    text, hits = with_masked_columns(text) if labelled else (text, 0)
    return text, count + hits


def _without_keys(text: str) -> tuple[str, int]:
    text, count = _KEY.subn(MASK, text)
    if "-----END" not in text:
        return text, count
    backwards, hits = _KEY_END.subn(MASK[::-1], text[::-1])
    return backwards[::-1], count + hits


def _with_mask(match: re.Match[str]) -> str:
    return f"{match.groupdict().get('kept') or ''}{MASK}"
