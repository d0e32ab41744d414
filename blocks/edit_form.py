"""The Edit form: fields for statements and their details, in pages of as many as a window holds.

One submit edits and approves. To turn the page is to save: nothing that was typed is held anywhere but in the draft.
"""

from __future__ import annotations

from blocks import edit_fields, rich
from blocks.body import clip, line, short
from blocks.budget import VIEW_BLOCKS, VIEW_BYTES, Budget
from blocks.draft_text import list_path
from blocks.edit_fields import State
from blocks.ids import pack_metadata, pack_statement
from blocks.marks import mark_line
from blocks.parts import Block, actions, button, context, modal, plain, section
from blocks.view import Card, Item, Section

EDIT_FORM = "draft_edit_submit"
_ADDS = 10  # "add" fields in one form
_EXCERPTS = 10  # lines that name what the form does not hold
_RESERVED_BLOCKS = 6  # note, introduction, buttons, and what does not fit
_RESERVED_BYTES = 20_000


def edit_form(view: Card, *, note: str = "", page: int = 0) -> Block:
    """One page, the last one at most, of the modal that edits a draft, `note` on top.

    A statement that no page could hold is named and stays as it is.
    """
    pages, left_out = _pages(view)
    page = min(page, len(pages) - 1)
    return modal(
        "Edit draft",
        [*_introduction(note, view), *pages[page], *_left_out(left_out), _save(view, page, len(pages))],
        callback_id=EDIT_FORM,
        private_metadata=pack_metadata(view.draft_id, view.version),
        submit=plain("Approve anyway" if view.moved else "Approve", 24),
        close=plain("Cancel", 24),
    )


def saved_note(view: Card, page: int = 0) -> Block:
    """The Edit form again, after Save only or on the next page, for the version that this made."""
    return edit_form(view, note=f"Saved as version {view.version}. The draft still waits for approval.", page=page)


def read_edit_form(values: State) -> dict[str, str]:
    """The texts of a submitted form (`view.state.values`) by path; "" removes a statement, "points.+" adds one."""
    return edit_fields.read(values)


def read_edit_ticks(values: State) -> dict[str, bool]:
    """Which statements that were left out are put back, by path."""
    return edit_fields.read_ticks(values)


def read_edit_people(values: State) -> dict[str, str]:
    """Who was picked, by path: ids, "" for nobody."""
    return edit_fields.read_people(values)


def edit_error(view_values: State, path: str, text: str) -> dict[str, str]:
    """The `errors` of an ack that show `text` at the statement's field; on the form's first field if it has none."""
    blocks = [block for block in view_values if block.startswith("edit|")]
    own = [block for block in blocks if block.split("|")[2:4] == [path, "0"]]
    return {block: clip(line(text), 300) for block in (own or blocks)[:1]}


def _introduction(note: str, view: Card) -> list[Block]:
    how = "Change what is not right; empty a field to remove its sentence. *Approve* takes the text as it then stands."
    if view.moved:
        how += "\n⚠️ The conversation has changed since this draft was written: the card says what."
    return [*([section(f"💾 {short(note, 500)}")] if note else []), context(how)]


def _pages(view: Card) -> tuple[list[list[Block]], list[Item]]:
    """The fields of each page, at least one, and what is too large for any."""
    pages: list[list[Block]] = [[]]
    left_out: list[Item] = []
    adds = _adds(view)
    budget = _page()
    for position, part in enumerate(view.sections):
        units = [(item, _statement(view.version, part, item, _label(part, n))) for n, item in enumerate(part.items, 1)]
        for item, blocks in [*units, (None, adds.get(position, []))]:
            if not budget.take(blocks):
                fresh = _page()
                if not fresh.take(blocks):
                    left_out += [item] if item else []
                    continue
                budget = fresh
                pages.append([])
            pages[-1] += blocks
    return pages, left_out


def _page() -> Budget:
    return Budget(VIEW_BLOCKS - _RESERVED_BLOCKS, VIEW_BYTES - _RESERVED_BYTES)


def _statement(version: int, part: Section, item: Item, label: str) -> list[Block]:
    ticks = [edit_fields.put_back(version, item.field, ticked=not item.off)] if item.off or item.put_back else []
    if part.ticked:
        ticks = [edit_fields.tick(version, item.field, f"{label}: ticked", ticked=not item.off)]
    details = [edit_fields.detail(version, detail, f"{label}: {detail.label.lower()}") for detail in item.details]
    fields = edit_fields.inputs(version, item.field, label, item.text, hint=mark_line(item))
    return [*fields, *details, *ticks]


def _label(part: Section, number: int) -> str:
    title = clip(line(part.title), 150)
    return f"{title or 'Statement'} {number}" if len(part.items) > 1 or not title else title


def _adds(view: Card) -> dict[int, list[Block]]:
    """The "add a sentence" field of each list and what may stand beside it, by the last section that shows the list."""
    places = {path: position for position, part in enumerate(view.sections) if (path := list_path(part))}
    adds: dict[int, list[Block]] = {}
    for path, position in list(places.items())[:_ADDS]:
        title = clip(line(view.sections[position].title), 150)
        label = f"Add to {title}" if title else "Add a sentence"
        adds[position] = edit_fields.inputs(view.version, f"{path}.+", label, "", "A sentence of your own")
        new = view.sections[position].new
        adds[position] += [edit_fields.detail(view.version, each, f"{label}: {each.label.lower()}") for each in new]
    return adds


def _left_out(items: list[Item]) -> list[Block]:
    if not items:
        return []
    count = "1 statement does" if len(items) == 1 else f"{len(items)} statements do"
    named = [rich.Row("bullet", rich.text(clip(line(item.text), 80))) for item in items[:_EXCERPTS]]
    if len(items) > _EXCERPTS:
        named.append(rich.Row("paragraph", rich.text(f"… and {len(items) - _EXCERPTS} more", italic=True)))
    words = f"⚠️ *{count} not fit in this form* and cannot be edited here. The draft keeps what they say."
    return [section(words), *rich.blocks(named)]


def _save(view: Card, page: int, pages: int) -> Block:
    """Save only, and the pages beside this one."""

    def save(label: str, action_id: str, to: int) -> Block:
        return button(label, action_id, pack_statement(to, view.draft_id, view.version))

    turns = [("draft_save_back", page - 1), ("draft_save_on", page + 1)]
    beside = [save(f"Save, page {to + 1} of {pages}", name, to) for name, to in turns if 0 <= to < pages]
    return actions(save("Save only", "draft_save", page), *beside)
