"""What people type after /summarise and the like, in any order: where, which stretch of time, and for whom."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.errors import CountersignError
from bot.sources.window import DEFAULT_PERIOD, Ago, Between, Period, Since, Window, parse_period, resolve

__all__ = [
    "DEFAULT_PERIOD",
    "Ago",
    "Between",
    "ConversationAsk",
    "MessageRef",
    "Period",
    "Since",
    "Window",
    "parse_request",
    "resolve",
]

EXAMPLES = "try {0} #dev 7d, {0} since monday or {0} 2026-11-01..2026-11-14"
_CHANNEL = re.compile(r"<#(?P<id>[CGD][A-Z0-9]{1,30})(?:\|(?P<name>[^>]*))?>")
_BARE_CHANNEL = re.compile(r"(?<![^\s])#(?P<name>[^\s<>#&|,]{1,80})")
_PERSON = re.compile(r"<@[A-Z0-9]+\|([^>]*)>")
_WRAPPED = re.compile(r"<(?P<url>https?://[^\s<>|]+)(?:\|[^<>]*)?>")
_PERMALINK = re.compile(
    r"https?://[^\s/<>?#]+/archives/(?P<channel>[CGD][A-Z0-9]{1,30})/p(?P<s>[0-9]{10})(?P<us>[0-9]{6})"
    r"(?:\?(?P<query>[^\s<>]*))?"
)
_THREAD = re.compile(r"(?:^|&)thread_ts=([0-9]{10}\.[0-9]{6})(?:&|$)")
_FILLER = frozenset(["please", "the", "in", "of", "from", "for", "on", "over", "during"])
_HERE = re.compile(r"(?<![\w-])here(?![\w-])")
_THIS_THREAD = re.compile(r"\b(?:this|the) thread\b")
_FOR = re.compile(r"(?<![^\s,])(?:for|to)\s+<@(?P<id>[A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)
_PRIVATELY = re.compile(r"\b(?:privately|(?:just |only )?(?:for|to) me(?: only| alone)?|only me)\b")


@dataclass(frozen=True)
class MessageRef:
    """A message that a permalink points at; `thread_ts` is the root it replies to, or None."""

    channel_id: str
    ts: str
    thread_ts: str | None = None

    @property
    def root_ts(self) -> str:
        """The timestamp to read the thread by."""
        return self.thread_ts or self.ts


@dataclass(frozen=True)
class ConversationAsk:
    """What was asked for. With neither channel nor message: the place where it was typed."""

    channel_id: str | None = None
    channel_name: str | None = None  # typed as a bare #name, so that Slack gave no id
    message: MessageRef | None = None
    period: Period = DEFAULT_PERIOD
    privately: bool = False
    here: bool = False  # what is read elsewhere is to be posted where it was asked for
    reader: str = ""  # whose direct messages it is to go to, and nobody else's
    this_thread: bool = False  # typed in words: it means something only to what was written inside a thread

    def where(self, here: str) -> str:
        """The id of the channel to read, `here` if none was named; raises CountersignError for a name without an id."""
        if self.channel_name is not None:
            name = _quoted(self.channel_name)
            raise CountersignError(f"I cannot tell which channel #{name} is: pick it from Slack's list as you type.")
        return self.message.channel_id if self.message else self.channel_id or here


def parse_request(text: str, command: str = "/summarise") -> ConversationAsk:
    """The ask in this text; without a period the last 7 days. Raises CountersignError for what is unclear."""
    readers = [found["id"] for found in _FOR.finditer(text)]
    rest, refs = _take_links(_PERSON.sub(r"@\1", _FOR.sub(" ", text)))
    named = [(found["id"], found["name"]) for found in _CHANNEL.finditer(rest)]
    rest = _CHANNEL.sub(" ", rest)
    bare = [found["name"] for found in _BARE_CHANNEL.finditer(rest)]
    rest = _BARE_CHANNEL.sub(" ", rest)
    if len(named) + len(bare) + len(refs) > 1:
        raise CountersignError(f"I read one channel or one thread at a time, for example {command} #dev 7d.")
    words = " ".join(rest.casefold().replace(",", " ").split())
    privately = _PRIVATELY.search(words) is not None
    words = _PRIVATELY.sub(" ", words)
    here = _HERE.search(words) is not None
    if len(readers) + privately + here > 1:
        raise CountersignError("It goes to one place: “for me”, “here”, or “for @name” of one person.")
    words = _HERE.sub(" ", words)
    this_thread = _THIS_THREAD.search(words) is not None
    words = _without_filler(_THIS_THREAD.sub(" ", words))
    if refs and words:
        raise CountersignError("A thread is read whole: give the link alone, or a channel with a period like #dev 7d.")
    period = parse_period(words) if words else DEFAULT_PERIOD
    if period is None:
        raise CountersignError(f"I do not understand “{_quoted(words)}”: {EXAMPLES.format(command)}.")
    return ConversationAsk(
        channel_id=named[0][0] if named else None,
        channel_name=bare[0] if bare else None,
        message=refs[0] if refs else None,
        period=period,
        privately=privately,
        here=here,
        reader=readers[0] if readers else "",
        this_thread=this_thread,
    )


def _take_links(text: str) -> tuple[str, list[MessageRef]]:
    """The text without its links to messages, and these; raises where a link leads elsewhere."""
    rest = _WRAPPED.sub(lambda found: f" {found['url']} ", text)
    refs: list[MessageRef] = []
    words: list[str] = []
    for word in rest.split():
        if not word.casefold().startswith(("http://", "https://")):
            words.append(word)
            continue
        found = _PERMALINK.fullmatch(html.unescape(word).rstrip(".,;"))
        if found is None:
            raise CountersignError("That link is not to a Slack message: use Copy link in the message's menu.")
        refs.append(_ref(found))
    return " ".join(words), refs


def links_to_messages(text: str, workspace: str) -> list[MessageRef]:
    """The messages that a plain text links to, each once, of the workspace with this address ("https://x.slack.com/")."""
    ours = urlsplit(workspace)
    found = (match for match in _PERMALINK.finditer(text) if urlsplit(match[0])[:2] == ours[:2])
    return list(dict.fromkeys(map(_ref, found)))


def _ref(found: re.Match[str]) -> MessageRef:
    thread = _THREAD.search(found["query"] or "")
    return MessageRef(found["channel"], f"{found['s']}.{found['us']}", thread[1] if thread else None)


def _without_filler(words: str) -> str:
    """The period in "please the last 7 days in": words at either end that say nothing more are left out."""
    kept = re.sub(r"\bthis channel\b", " ", words).split()
    while kept and kept[0] in _FILLER:
        kept.pop(0)
    while kept and kept[-1] in _FILLER:
        kept.pop()
    return " ".join(kept)


def _quoted(words: str) -> str:
    """A piece of what was typed, with nothing in it that Slack would bring to life."""
    plain = re.sub(r"[<>&*_~`@]", "", words)
    return plain if len(plain) <= 40 else f"{plain[:39]}…"
