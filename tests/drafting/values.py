"""Made-up secrets and personal data, put together here so that no file holds what looks like a live credential."""

from __future__ import annotations

from hypothesis import strategies as st

_ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SOME = "A1b2C3d4E5f6G7h8I9j0"


def _some(length: int) -> str:
    return (_SOME * 8)[:length]


SECRETS = {
    "Slack bot token": "xoxb-" + "123456789012-" + _some(24),
    "Slack legacy token": "xoxp-" + "1234567890-" + _some(32),
    "Slack app token": "xapp-" + "1-A0123456789-" + _some(40),
    "GitHub token": "ghp_" + _some(36),
    "GitHub OAuth token": "gho_" + _some(36),
    "GitHub fine-grained token": "github_" + "pat_" + _some(22) + "_" + _some(59),
    "GitLab token": "glpat-" + _some(20),
    "AWS key": "AK" + "IA" + "ABCDEFGHIJKLMNOP",
    "AWS key with its secret": "AK" + "IA" + "ABCDEFGHIJKLMNOP " + _some(40),
    "OpenAI key": "sk-" + _some(48),
    "OpenAI project key": "sk-" + "proj-" + _some(60) + "-" + _some(40),
    "Anthropic key": "sk-" + "ant-api03-" + _some(90),
    "Google key": "AI" + "za" + _some(35),
    "Google secret": "GOC" + "SPX-" + _some(28),
    "Stripe key": "sk_" + "live_" + _some(24),
    "Stripe restricted key": "rk_" + "live_" + _some(24),
    "webhook secret": "whsec" + "_" + _some(32),
    "JSON web token": "ey" + "J" + _some(20) + ".ey" + "J" + _some(40) + "." + _some(43),
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + _some(64) + "\n-----END RSA " + "PRIVATE KEY-----",
    "private key that was cut off": "-----BEGIN " + "PRIVATE KEY-----\n" + _some(64),
    "npm token": "npm_" + _some(36),
    "SendGrid key": "SG" + "." + _some(22) + "." + _some(43),
    "Telegram token": "123456789" + ":AA" + _some(33),
}
# The text around it stays, the value goes.
LABELLED = {
    "https://hooks.slack.com/": "services/" + "T0001/B0001/" + _some(24),
    "postgresql://dana:": _some(6) + "!@db.acme.example/prod",
    "password: ": "hunter" + "22",
    "The password for the ftp is ": "hunter" + "22",
    "DB_PASSWORD=": "correct" + "horse9",
    "Passwort: ": "schwert" + "fisch",
    "DB_PASS=": "correct" + "horse",
    "dbPass = ": "'" + "hunter" + "22'",
    "pw: ": "hunter" + "22",
    "jdbc:sqlserver://db:1433;user=sa;password=": "Sup" + "3r",
    "api_key = ": "'" + _some(16) + "'",
    '{"client_secret": ': '"' + _some(20) + '"',
    "aws_secret_access_key = ": _some(40),
    "Authorization: Bearer ": _some(30),
}


def _luhn(number: str) -> str:
    total = sum(sum(divmod(2 * int(d), 10)) if place % 2 == 0 else int(d) for place, d in enumerate(reversed(number)))
    return number + str(-total % 10)


def _iban(country: str, account: str) -> str:
    digits = "".join(str(int(c, 36)) for c in account + country + "00")
    return f"{country}{98 - int(digits) % 97:02}{account}"


def _grouped(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


_plain_cards = st.builds(lambda rest: _luhn("4" + rest), digits(14))
_plain_ibans = st.builds(_iban, st.sampled_from(["DE", "NL", "GB"]), digits(18))
cards = _plain_cards | _plain_cards.map(_grouped) | _plain_cards.map(lambda card: _grouped(card).replace(" ", "-"))
ibans = _plain_ibans | _plain_ibans.map(_grouped) | _plain_ibans.map(str.lower)
emails = st.builds(
    lambda name, host: f"{name}@{host}.example", st.from_regex(r"[a-z][a-z.+_]{0,8}[a-z]", fullmatch=True),
    st.text("abcdefghij-", min_size=1, max_size=8).map(lambda host: f"x{host}y"),
)  # fmt: skip
phones = st.one_of(
    st.builds(lambda a, b: f"+49 (0)30 {a}{b}", st.sampled_from("123456789"), digits(6)),
    st.builds(lambda a, b: f"+1 415 {a} {b}", st.just("555"), digits(4)),
    st.builds(lambda a: f"(415) 555-{a}", digits(4)),
    st.builds(lambda a: f"415-555-{a}", digits(4)),
    st.builds(lambda a: f"020 7946 {a}", digits(4)),
    st.builds(lambda a: f"06 {_grouped(a).replace(' ', '')[:2]} 34 56 78", digits(2)),
)
