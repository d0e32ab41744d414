"""People in modals and on the Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox import modals, payloads
from sandbox.delivery import Answer
from sandbox.elements import by_block, complaints, state_values
from sandbox.errors import NotAllowedError, NothingThereError, SlackError
from sandbox.picking import pick, picked
from sandbox.records import Json, User, View
from sandbox.shapes import view_shape
from sandbox.state import World

if TYPE_CHECKING:
    from sandbox.outbox import Outbox


class Viewing:
    """The part of People that is about views."""

    world: World
    outbox: Outbox

    def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home (or Messages) tab."""
        person = self.actor(user)
        if "app_home_opened" not in self.world.app.events:
            return
        event: Json = {"type": "app_home_opened", "user": person.id, "channel": self.world.dm(person.id).id, "tab": tab}
        home = self.world.homes.get(person.id)
        if home is not None and tab == "home":
            event["view"] = view_shape(self.world, home, state_values(home.blocks, home.values))
        self.outbox.event(event | {"event_ts": f"{self.world.now():.6f}"})

    def click_view(
        self,
        user: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Click or choose in a modal or on the Home tab, with `values` filled in beside it."""
        person, view = self.actor(user), self.view(user, view_id)
        with self.world.changing():
            block, element = pick(view.blocks, action_id, block_id, value)
            self._fill(view, values or {})
            if payloads.is_stateful(element):
                self._fill(view, {block["block_id"]: {action_id: value}})
            payload = payloads.view_click(self.world, view, element, block, picked(element, value))
        return self._interact(person.id, payload, "This click", None)

    def fill(self, user: str, view_id: str, values: Mapping[str, Any]) -> None:
        """Fill in fields without sending anything."""
        view = self.view(user, view_id)
        with self.world.changing():
            self._fill(view, values)

    def submit(self, user: str, view_id: str, values: Mapping[str, Any] | None = None) -> Answer:
        """Press a modal's submit button with these values, and do with the modal what the app answers.

        NotAllowedError, before anything is sent, where a required field is empty or a text has the wrong length.
        """
        person, view = self.actor(user), self.view(user, view_id)
        if view.type != "modal" or not view.body.get("submit"):
            raise NothingThereError("This view has no submit button.")
        if view is not self.world.top_view(person.id):
            raise NothingThereError("Another modal lies on top of this one.")
        with self.world.changing():
            self._fill(view, values or {})
            state = state_values(view.blocks, view.values)
            view.errors = complaints(view.blocks, state)
            if view.errors:
                raise NotAllowedError(f"Slack’s client does not send this form: {view.errors}")
            payload = payloads.submission(self.world, view, state)
        answer = self._interact(person.id, payload, "Submitting", None)
        if answer.ok:
            self._obey(view, answer.body)
        return answer

    def close(self, user: str, view_id: str | None = None, all_of_them: bool = False) -> None:
        """Close a modal (the top one by default), or the whole stack; the app is told where it asked to be."""
        person = self.actor(user)
        view = self.view(user, view_id) if view_id else self.world.top_view(person.id)
        if view is None:
            raise NothingThereError(f"{person.label} has no modal open.")
        with self.world.changing():
            stack = self.world.stacks.get(person.id, [])
            gone = [self.world.views[one] for one in (stack if all_of_them else stack[stack.index(view.id) :])]
            if view.body.get("clear_on_close"):
                gone = [self.world.views[one] for one in stack]
            told = [payloads.closed(self.world, one, all_of_them) for one in gone if one.body.get("notify_on_close")]
            modals.close_view(self.world, gone[0])
        for payload in told:
            self.outbox.interact("interactive", payload)

    def view(self, user: str, view_id: str) -> View:
        """A view that is in front of this person."""
        person = self.actor(user)
        view = self.world.views.get(view_id)
        if view is None or view.user != person.id or not modals.is_open(self.world, view):
            raise NothingThereError(f"{person.label} has no view {view_id} open.")
        return view

    def _fill(self, view: View, values: Mapping[str, Any]) -> None:
        filled = {block: dict(held) for block, held in view.values.items()}
        for block, held in by_block(view.blocks, values).items():
            filled.setdefault(block, {}).update(held)
        state_values(view.blocks, filled)  # refuses values that the fields cannot hold, before they are kept
        view.values = filled

    def _obey(self, view: View, body: Any) -> None:
        """Do what `response_action` says; without one the modal closes."""
        asked = body if isinstance(body, dict) else {}
        verb = str(asked.get("response_action", "close"))
        try:
            with self.world.changing():
                if verb not in _VERBS:
                    raise SlackError("invalid_response_action", [f"unknown response_action {verb!r}"])
                _VERBS[verb](self.world, view, asked)
        except SlackError as e:
            with self.world.changing():
                self.world.bad_answers.append(f"response_action {verb} was refused: {e}")
            self.world.tell(view.user, "We had some trouble connecting. Try again?")

    if TYPE_CHECKING:

        def actor(self, user: str) -> User: ...
        def _interact(self, user: str, payload: Json, what: str, channel: str | None) -> Answer: ...


def _show_errors(_world: World, view: View, asked: Json) -> None:
    errors = asked.get("errors")
    known = {block.get("block_id") for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= known:
        raise SlackError("invalid_errors", [f"errors must name input blocks of the view, not {errors!r}"])
    view.errors = {str(block): str(text) for block, text in errors.items()}


def _update(world: World, view: View, asked: Json) -> None:
    modals.update_view(world, view, modals.checked(asked.get("view"), "modal"))


def _push(world: World, view: View, asked: Json) -> None:
    modals.open_view(world, view.user, modals.checked(asked.get("view"), "modal"), push=True)


def _clear(world: World, view: View, _asked: Json) -> None:
    modals.close_all(world, view.user)


def _close(world: World, view: View, _asked: Json) -> None:
    modals.close_view(world, view)


_VERBS = {"errors": _show_errors, "update": _update, "push": _push, "clear": _clear, "close": _close}
