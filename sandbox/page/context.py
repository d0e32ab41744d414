"""What a renderer must know besides the blocks themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from sandbox.page.mrkdwn import Names, plain_to_html, to_html

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Context:
    """For whom and where blocks are drawn.

    `prefix` keeps the ids of inputs apart on one page; `people` and `conversations` are the (id, name) pairs that
    pickers offer; `errors` are a submitted modal's complaints by block id.
    """

    names: Names = field(default_factory=Names)
    people: Sequence[tuple[str, str]] = ()
    conversations: Sequence[tuple[str, str]] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    prefix: str = "b"


@dataclass(frozen=True)
class Place:
    """Where an element stands: its block, whether that is an input, and the name that labels it."""

    ctx: Context
    block_id: str
    is_input: bool = False
    dispatches: bool = True
    label: str = ""

    def element_id(self, element: Json) -> str:
        """The HTML id that ties a label to its input."""
        return f"{self.ctx.prefix}-{self.block_id}-{element.get('action_id', '')}"


class CannotDrawError(Exception):
    """The page does not know this; its text is shown in place of the block."""


def text_html(obj: Json, names: Names) -> Markup:
    """A text object, by its type."""
    if obj["type"] == "plain_text":
        return plain_to_html(str(obj["text"]))
    if obj["type"] == "mrkdwn":
        return to_html(str(obj["text"]), names, verbatim=bool(obj.get("verbatim")))
    raise CannotDrawError(f"Cannot draw text type {obj['type']}")


def cannot(what: str) -> Markup:
    """The red box that stands where something could not be drawn."""
    return Markup('<div class="cannot" role="alert">{}</div>').format(what)
