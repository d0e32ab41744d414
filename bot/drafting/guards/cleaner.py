"""Text made harmless in both directions: what goes to a model, and what a model wrote for people to read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MODEL_TEXT_LIMIT = 4000  # characters of one statement; a longer one is a flood, not a sentence
PERSON_TEXT_LIMIT = 12000  # what a person may make of it in the edit form

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_GAPS = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # spaces of every width, but never a line break

# Shown as nothing although Unicode calls them letters, marks or symbols: fillers, selectors, joiners, blank Braille.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})

# Words that chat templates give a meaning of their own. A space after the bracket makes them ordinary text:
# a tokenizer then sees eight plain tokens where it saw one that ends the message.
_TEMPLATE_TAGS = (
    "s|bos|eos|pad|unk|mask|cls|sep|sys|system|user|assistant|tool|think|thinking|thought|reasoning|answer|"
    "start_of_turn|end_of_turn|start_of_image|end_of_image|start_header_id|end_header_id|tool_call|tool_calls|"
    "tool_response|tools|function|function_call|function_results|im_start|im_end|begin_of_text|end_of_text|"
    "endoftext|eot_id|eom_id|eod|human|bot|channel|turn|unused\\d+|extra_id_\\d+|reserved_\\w+"
)
_ANGLE_TAG = re.compile(rf"<(?=/?(?:{_TEMPLATE_TAGS})\s*/?>)", re.IGNORECASE)
_SQUARE_TAG = re.compile(
    r"\[(?=/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|THINK|ARGS|IMG|PREFIX"
    r"|SUFFIX|MIDDLE|gMASK|CLS|SEP|MASK|PAD|UNK|BOS|EOS)\])",
    re.IGNORECASE,
)
_PIPE_OPEN = re.compile(r"<(?=[|｜])")
_PIPE_CLOSE = re.compile(r"(?<=[|｜])>")

_MANY_BREAKS = re.compile(r"\n{3,}")
_MANY_SPACES = re.compile(r"[^\S\n]{2,}")
_EDGE_SPACES = re.compile(r" *\n *")
_SAME_SIGN = re.compile(r"([^\w\s])\1{15,}")
_SAME_LETTER = re.compile(r"([^\W\d_])\1{15,}")
_SAME_WORD = re.compile(r"(?<!\S)(\S{1,60})(?:\s+\1){5,}(?!\S)")
_PILED = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"  # combining marks
_MARK_PILE = re.compile(f"({_PILED}{{3}}){_PILED}+")
_LOUD = re.compile(r"@(?=(?:channel|here|everyone)(?!\w))", re.IGNORECASE)
_WORD_JOINER = "\u2060"
_FILLED_IN = re.compile(r"\{(?=@|at )")  # what bot/wording.py puts a name or a moment in the place of


@dataclass(frozen=True)
class Cleaned:
    """Text for a model, and what was done to it, in words."""

    text: str
    notes: tuple[str, ...] = ()


def clean(text: str) -> Cleaned:
    """The text for a model: nothing invisible, no control token of any chat template, lines kept."""
    notes = []
    seen = visible(text)
    if len(seen) < len(_one_break(text)):
        notes.append("hidden characters removed")
    plain = defused(seen)
    if plain != seen:
        notes.append("model control tokens made plain")
    return Cleaned(plain, tuple(notes))


class _Visible(dict[int, str | None]):
    """For str.translate: what each character becomes, None for nothing. What comes often is looked up once."""

    def __missing__(self, code: int) -> str | None:
        c = _GAPS.sub(" ", _one_break(chr(code)))
        unseen = c != "\n" and (unicodedata.category(c) in _UNSEEN_CATEGORIES or _UNSEEN.match(c) is not None)
        shown = None if unseen else c
        if code < _OFTEN:
            self[code] = shown
        return shown


_OFTEN = 0x10000
_SHOWN = _Visible()


def visible(text: str) -> str:
    """The text without characters that nobody sees; every line break is a newline, every gap a space."""
    return text.replace("\r\n", "\n").translate(_SHOWN)


def defused(text: str) -> str:
    """The text with the control tokens of chat templates broken by a space."""
    for opening, broken in ((_PIPE_OPEN, "< "), (_ANGLE_TAG, "< "), (_SQUARE_TAG, "[ "), (_PIPE_CLOSE, " >")):
        text = opening.sub(broken, text)
    return text


def for_people(text: str, limit: int = MODEL_TEXT_LIMIT) -> str:
    """What a model or a form gave, fit to be stored and read: visible, not flooding, waking nobody, ≤ `limit`."""
    text = _with_joiners(text)
    text = _EDGE_SPACES.sub("\n", _MANY_SPACES.sub(" ", text)).strip()
    text = _MANY_BREAKS.sub("\n\n", text)
    text = _MARK_PILE.sub(r"\1", text)
    text = _SAME_SIGN.sub(r"\1\1\1", text)
    text = _SAME_LETTER.sub(r"\1\1\1", text)
    text = _SAME_WORD.sub(r"\1 \1 \1", text)
    text = _LOUD.sub(f"@{_WORD_JOINER}", text)
    text = _FILLED_IN.sub(f"{{{_WORD_JOINER}", text)
    return text if len(text) <= limit else _cut(text, limit)


def _one_break(text: str) -> str:
    return _LINE_BREAKS.sub("\n", text)


def _with_joiners(text: str) -> str:
    """Visible text that keeps the joiners emoji and some scripts are written with, where they join something."""
    text = _GAPS.sub(" ", _one_break(text))
    kept: list[str] = []
    for index, c in enumerate(text):
        before = kept[-1] if kept else ""
        after = text[index + 1 : index + 2]
        if c in "\u200c\u200d":
            if _joins(before) and _joins(after):
                kept.append(c)
        elif c == "\ufe0f":  # emoji style
            if unicodedata.category(before or " ") == "So" or before in "#*0123456789©®‼⁉":
                kept.append(c)
        elif c == "\n" or (unicodedata.category(c) not in _UNSEEN_CATEGORIES and not _UNSEEN.match(c)):
            kept.append(c)
    return "".join(kept)


def _joins(c: str) -> bool:
    return c == "\ufe0f" or (c > "\u0600" and unicodedata.category(c)[0] in "LMS" and not _UNSEEN.match(c))


def _cut(text: str, limit: int) -> str:
    """The first words, at most `limit` characters with the ellipsis."""
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip() + "…"
