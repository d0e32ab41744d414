"""No kind: what the kinds share that are asked for a conversation. A channel for a period, a thread, for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.drafting.source import Source
from bot.errors import CountersignError
from bot.kinds.kind import Aim, Asked, Destination, Opener, Terms
from bot.slack import Slack, SlackPerson
from bot.sources.access import is_direct
from bot.sources.conversation import read_thread, read_window
from bot.sources.files.shared import Files
from bot.sources.period import DEFAULT_PERIOD, ConversationAsk, Window, parse_request, resolve


@dataclass(frozen=True)
class Conversation:
    """What is asked for, as its title begins ("Summary"), and the command by which one asks."""

    title: str
    command: str
    briefs: bool = False  # whether it may be asked for somebody else, who answers it from their direct messages

    def check(self, text: str) -> None:
        """Raises CountersignError if the text after the command cannot be understood."""
        self._asked(text)

    def _asked(self, text: str) -> ConversationAsk:
        ask = parse_request(text, self.command)
        if ask.reader and not self.briefs:
            raise CountersignError(f"{self.command} is not for one other person: leave “for @name” out.")
        return ask

    def aim(self, asked: Asked, person: SlackPerson, open_channel: Opener) -> Aim:
        """Settle what is read and where the draft goes: where it is about if asked for there, else to the asker.

        “For @name” sends it to that person; “here” posts what is read elsewhere where it was asked for. Both reach
        people who may not read that.
        """
        ask = self._asked(asked.text)
        if ask.this_thread and not asked.thread_ts:
            raise CountersignError("“This thread” means the one you write in: mention me there, or give its link.")
        where = ask.where(asked.channel)
        if where == asked.channel and is_direct(where):
            raise CountersignError(f"Say which channel to read, for example: {self.command} #general 7d")
        channel = open_channel(where)
        here = channel.id == asked.channel
        thread_ts = ask.message.root_ts if ask.message else asked.thread_ts if not ask.channel_id else ""
        privately = ask.privately or ask.reader == asked.by or (not here and not ask.reader)
        destination, terms = Destination(channel.id, thread_ts, private=privately), Terms()
        if ask.reader and not privately:
            destination = replace(destination, users=(ask.reader,))
            terms = Terms(may_widen=True, brief=True)
        if ask.here and not here and not ask.privately and not is_direct(asked.channel):
            destination = Destination(open_channel(asked.channel).id, asked.thread_ts)
            terms = Terms(may_widen=True)
        if thread_ts and ask.period != DEFAULT_PERIOD:
            raise CountersignError("A thread is read whole: leave the period out, or ask in the channel.")
        if thread_ts:
            title = f"{self.title} of a thread in {channel.title}"
            return Aim((channel.id,), destination, title, {"thread_ts": thread_ts}, terms)
        window = resolve(ask.period, asked.at, person.tz)
        detail = {"start": window.start.isoformat(), "end": window.end.isoformat(), "label": window.label}
        detail["zone"] = window.zone
        title, closed = f"{self.title} of {channel.title}, {window.label}", window.end < asked.at
        return Aim((channel.id,), destination, title, {**detail, "closed": closed}, terms)

    def read(self, aim: Aim, slack: Slack) -> Source:
        """The conversation itself."""
        if "thread_ts" in aim.detail:
            return read_thread(slack, aim.reads[0], aim.detail["thread_ts"], files=Files(slack))
        start, end = (datetime.fromisoformat(aim.detail[edge]) for edge in ("start", "end"))
        window = Window(start, end, aim.detail["label"], aim.detail["zone"])
        source = read_window(slack, aim.reads[0], window, files=Files(slack))
        return replace(source, grows=source.grows and not aim.detail.get("closed", True))
