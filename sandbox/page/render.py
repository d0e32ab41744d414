"""Block Kit as HTML, pure: blocks and a context in, markup out. What cannot be drawn is shown as an error."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from sandbox.page.context import CannotDrawError, Context, Json, Place, cannot, text_html
from sandbox.page.elements import GROUPS, image_frame, render_element
from sandbox.page.markdown import markdown_to_html
from sandbox.page.rich_text import render_rich_text


def render_blocks(blocks: Sequence[Mapping[str, Any]], ctx: Context) -> Markup:
    """All blocks in order; one that the page does not know, or that is malformed, is a red box in its place."""
    return Markup().join(_render(block, str(block.get("block_id") or f"b{i}"), ctx) for i, block in enumerate(blocks))


def _render(block: Json, block_id: str, ctx: Context) -> Markup:
    kind = str(block.get("type", "without a type"))
    draw = _BLOCKS.get(kind)
    try:
        if draw is None:
            raise CannotDrawError(f"Cannot draw block type {kind}")
        drawn = draw(block, block_id, ctx)
    except CannotDrawError as e:
        drawn = cannot(str(e))
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        drawn = cannot(f"Cannot draw block type {kind}: it is malformed ({type(e).__name__}: {e})")
    return Markup('<div class="block block-{}" data-block="{}" data-key="{}">{}</div>').format(
        kind, block_id, "block:" + block_id, drawn
    )


def _section(block: Json, block_id: str, ctx: Context) -> Markup:
    parts = Markup()
    if block.get("text"):
        parts += Markup('<div class="text">{}</div>').format(text_html(block["text"], ctx.names))
    if block.get("fields"):
        cells = Markup().join(Markup("<div>{}</div>").format(text_html(f, ctx.names)) for f in block["fields"])
        parts += Markup('<div class="fields">{}</div>').format(cells)
    if not parts:
        raise CannotDrawError("Cannot draw block type section: it has neither text nor fields")
    accessory = block.get("accessory")
    drawn = render_element(accessory, Place(ctx, block_id)) if accessory else ""
    return Markup('<div class="body">{}</div>{}').format(parts, drawn)


def _header(block: Json, block_id: str, ctx: Context) -> Markup:
    del block_id
    return Markup("<h3>{}</h3>").format(text_html(block["text"], ctx.names))


def _divider(block: Json, block_id: str, ctx: Context) -> Markup:
    del block, block_id, ctx
    return Markup("<hr>")


def _context(block: Json, block_id: str, ctx: Context) -> Markup:
    return Markup().join(
        image_frame(element, Place(ctx, block_id))
        if element["type"] == "image"
        else Markup('<span class="text">{}</span>').format(text_html(element, ctx.names))
        for element in block["elements"]
    )


def _actions(block: Json, block_id: str, ctx: Context) -> Markup:
    return Markup().join(_one_action(element, Place(ctx, block_id)) for element in block["elements"])


def _one_action(element: Json, place: Place) -> Markup:
    """One unknown element does not hide its neighbours."""
    try:
        return render_element(element, place)
    except CannotDrawError as e:
        return cannot(str(e))


def _input(block: Json, block_id: str, ctx: Context) -> Markup:
    element = block["element"]
    label = str(block["label"]["text"])
    group = element["type"] in GROUPS
    place = Place(ctx, block_id, is_input=True, dispatches=bool(block.get("dispatch_action")), label=label)
    drawn = render_element(element, place)
    optional = Markup(' <span class="optional">(optional)</span>') if block.get("optional") else ""
    named = Markup('<span class="label">{}{}</span>' if group else '<label class="label" for="{2}">{0}{1}</label>')
    hint = Markup('<p class="hint">{}</p>').format(text_html(block["hint"], ctx.names)) if block.get("hint") else ""
    error = ctx.errors.get(block_id)
    return Markup("{}{}{}{}").format(
        named.format(text_html(block["label"], ctx.names), optional, place.element_id(element)),
        drawn,
        hint,
        Markup('<p class="error" role="alert">{}</p>').format(error) if error else "",
    )


def _rich_text(block: Json, block_id: str, ctx: Context) -> Markup:
    del block_id
    return render_rich_text(block, ctx)


def _markdown(block: Json, block_id: str, ctx: Context) -> Markup:
    del block_id, ctx
    return markdown_to_html(str(block["text"]))


def _image(block: Json, block_id: str, ctx: Context) -> Markup:
    title = Markup('<p class="hint">{}</p>').format(text_html(block["title"], ctx.names)) if block.get("title") else ""
    return title + image_frame(block, Place(ctx, block_id))


_BLOCKS: Final[Mapping[str, Callable[[Json, str, Context], Markup]]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "image": _image,
}
