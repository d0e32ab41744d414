"""Interactive elements as HTML: every button is a button, every choice a labelled native control."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from markupsafe import Markup

from sandbox.page.context import CannotDrawError, Json, Place, text_html
from sandbox.page.mrkdwn import plain_to_html, safe_link

GROUPS: Final = (
    "radio_buttons",
    "checkboxes",
    "multi_static_select",
    "multi_users_select",
    "multi_conversations_select",
)


def render_element(element: Json, place: Place) -> Markup:
    """One element with its confirmation, if it has one; raises CannotDrawError for a type the page does not know."""
    kind = str(element["type"])
    draw = _ELEMENTS.get(kind)
    if draw is None:
        raise CannotDrawError(f"Cannot draw element type {kind}")
    return Markup('<span class="el el-{}" data-key="{}">{}{}</span>').format(
        kind, "el:" + str(element.get("action_id", "")), draw(element, place), _confirm(element.get("confirm"), place)
    )


def _attributes(element: Json, place: Place) -> Markup:
    """What the page's script needs to report a use of this element."""
    acts = not place.is_input or place.dispatches
    return Markup('data-type="{}" data-block-id="{}" data-action-id="{}"{}').format(
        element["type"], place.block_id, element.get("action_id", ""), Markup(" data-acts") if acts else ""
    )


def _confirm(confirm: Json | None, place: Place) -> Markup:
    if not confirm:
        return Markup()
    names = place.ctx.names
    return Markup(
        '<template class="confirm"><h2>{}</h2><div class="text">{}</div><div class="buttons">'
        '<button type="button" class="btn" value="no">{}</button>'
        '<button type="button" class="btn {}" value="yes">{}</button></div></template>'
    ).format(
        text_html(confirm["title"], names),
        text_html(confirm["text"], names),
        text_html(confirm["deny"], names),
        "danger" if confirm.get("style") == "danger" else "primary",
        text_html(confirm["confirm"], names),
    )


def _button(element: Json, place: Place) -> Markup:
    style = element.get("style", "")
    url = safe_link(str(element.get("url", "")))
    return Markup('<button type="button" class="btn {}" {} data-value="{}"{}{}>{}</button>').format(
        style if style in ("primary", "danger") else "",
        _attributes(element, place),
        element.get("value", ""),
        Markup(' data-url="{}"').format(url) if url else "",
        Markup(' aria-label="{}"').format(element["accessibility_label"]) if "accessibility_label" in element else "",
        text_html(element["text"], place.ctx.names),
    )


def _overflow(element: Json, place: Place) -> Markup:
    items = Markup().join(
        Markup('<button type="button" role="menuitem" {} data-value="{}"{}>{}</button>').format(
            _attributes(element, place),
            option["value"],
            Markup(' data-url="{}"').format(option["url"]) if safe_link(str(option.get("url", ""))) else "",
            _option_text(option, place),
        )
        for option in element["options"]
    )
    return Markup(
        '<details class="menu"><summary class="btn" role="button" aria-label="More">•••</summary>'
        '<div class="items" role="menu">{}</div></details>'
    ).format(items)


def _static_select(element: Json, place: Place) -> Markup:
    chosen = (element.get("initial_option") or {}).get("value")
    if "option_groups" in element:
        options = Markup().join(
            Markup('<optgroup label="{}">{}</optgroup>').format(
                group["label"]["text"], _options(_pairs(group["options"]), chosen)
            )
            for group in element["option_groups"]
        )
    else:
        options = _options(_pairs(element["options"]), chosen)
    return _select(element, place, options, chosen)


def _users_select(element: Json, place: Place) -> Markup:
    chosen = element.get("initial_user")
    return _select(element, place, _options(place.ctx.people, chosen), chosen)


def _conversations_select(element: Json, place: Place) -> Markup:
    chosen = element.get("initial_conversation")
    return _select(element, place, _options(place.ctx.conversations, chosen), chosen)


def _pairs(options: Iterable[Json]) -> list[tuple[str, str]]:
    return [(str(o["value"]), str(o["text"]["text"])) for o in options]


def _options(pairs: Iterable[tuple[str, str]], chosen: str | None) -> Markup:
    return Markup().join(
        Markup('<option value="{}"{}>{}</option>').format(value, Markup(" selected") if value == chosen else "", name)
        for value, name in pairs
    )


def _select(element: Json, place: Place, options: Markup, chosen: str | None) -> Markup:
    hint = (element.get("placeholder") or {}).get("text", "Choose…")
    return Markup('<select id="{}" {}{}><option value=""{}>{}</option>{}</select>').format(
        place.element_id(element),
        _attributes(element, place),
        Markup() if place.is_input else Markup(' aria-label="{}"').format(place.label or hint),
        Markup() if chosen else Markup(" selected"),
        hint,
        options,
    )


def _option_text(option: Json, place: Place) -> Markup:
    return text_html(option["text"], place.ctx.names)


def _choices(element: Json, place: Place, kind: str, chosen: set[str]) -> Markup:
    name = place.element_id(element)
    rows = [
        Markup(
            '<label class="choice"><input type="{}" name="{}" value="{}" {}{}>'
            '<span class="words">{}<small>{}</small></span></label>'
        ).format(
            kind,
            name,
            option["value"],
            _attributes(element, place),
            Markup(" checked") if str(option["value"]) in chosen else "",
            _option_text(option, place),
            text_html(option["description"], place.ctx.names) if option.get("description") else "",
        )
        for option in element["options"]
    ]
    return Markup('<span class="choices" data-group="{}" {}>{}</span>').format(
        element["type"], _group_label(place), Markup().join(rows)
    )


def _group_label(place: Place) -> Markup:
    return Markup('role="group"{}').format(Markup(' aria-label="{}"').format(place.label) if place.label else "")


def _radio_buttons(element: Json, place: Place) -> Markup:
    initial = element.get("initial_option")
    return _choices(element, place, "radio", {str(initial["value"])} if initial else set())


def _checkboxes(element: Json, place: Place) -> Markup:
    return _choices(element, place, "checkbox", {str(o["value"]) for o in element.get("initial_options", ())})


def _multi_static_select(element: Json, place: Place) -> Markup:
    chosen = {str(option["value"]) for option in element.get("initial_options", ())}
    return _picker(element, place, _pairs(element["options"]), chosen, "Find…")


def _multi_users_select(element: Json, place: Place) -> Markup:
    return _picker(element, place, place.ctx.people, set(element.get("initial_users", ())), "Find a person…")


def _multi_conversations_select(element: Json, place: Place) -> Markup:
    chosen = set(element.get("initial_conversations", ()))
    return _picker(element, place, place.ctx.conversations, chosen, "Find a channel…")


def _picker(element: Json, place: Place, known: Iterable[tuple[str, str]], chosen: set[str], find: str) -> Markup:
    hint = (element.get("placeholder") or {}).get("text", find)
    rows = Markup().join(
        Markup(
            '<label class="choice"><input type="checkbox" value="{}" {}{}><span class="words">{}</span></label>'
        ).format(one, _attributes(element, place), Markup(" checked") if one in chosen else "", name)
        for one, name in sorted(known, key=lambda pair: pair[0] not in chosen)
    )
    return Markup(
        '<span class="picker" {}><input type="search" class="filter" placeholder="{}" aria-label="{}">'
        '<span class="choices" data-group="{}">{}</span></span>'
    ).format(_group_label(place), hint, hint, element["type"], rows)


def _plain_text_input(element: Json, place: Place) -> Markup:
    common = Markup('id="{}" {} placeholder="{}"{}').format(
        place.element_id(element),
        _attributes(element, place),
        (element.get("placeholder") or {}).get("text", ""),
        Markup(' maxlength="{}"').format(int(element["max_length"])) if "max_length" in element else "",
    )
    value = element.get("initial_value", "")
    if element.get("multiline"):
        rows = min(10, max(3, value.count("\n") + len(value) // 70 + 1))
        return Markup('<textarea {} rows="{}">\n{}</textarea>').format(common, rows, value)
    return Markup('<input type="text" {} value="{}" autocomplete="off">').format(common, value)


def _datepicker(element: Json, place: Place) -> Markup:
    return Markup('<input type="date" id="{}" {}{} value="{}">').format(
        place.element_id(element),
        _attributes(element, place),
        Markup() if place.is_input else Markup(' aria-label="{}"').format(place.label or "Date"),
        element.get("initial_date", ""),
    )


def _timepicker(element: Json, place: Place) -> Markup:
    return Markup('<input type="time" id="{}" {}{} value="{}">').format(
        place.element_id(element),
        _attributes(element, place),
        Markup() if place.is_input else Markup(' aria-label="{}"').format(place.label or "Time"),
        element.get("initial_time", ""),
    )


def image_frame(element: Json, place: Place) -> Markup:
    """An image is never fetched: a frame says what it would show."""
    del place
    return Markup('<span class="image" role="img" aria-label="{0}">{0}</span>').format(
        plain_to_html(str(element["alt_text"]))
    )


_ELEMENTS: Final[Mapping[str, Callable[[Json, Place], Markup]]] = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _static_select,
    "users_select": _users_select,
    "conversations_select": _conversations_select,
    "radio_buttons": _radio_buttons,
    "checkboxes": _checkboxes,
    "multi_static_select": _multi_static_select,
    "multi_users_select": _multi_users_select,
    "multi_conversations_select": _multi_conversations_select,
    "plain_text_input": _plain_text_input,
    "datepicker": _datepicker,
    "timepicker": _timepicker,
    "image": image_frame,
}
