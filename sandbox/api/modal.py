"""views.*: modals and Home tabs."""

from __future__ import annotations

from sandbox import modals
from sandbox.api.context import Context
from sandbox.elements import state_values
from sandbox.errors import SlackError
from sandbox.records import Json, View
from sandbox.shapes import view_shape


def open_(ctx: Context) -> Json:
    return _put(ctx, push=False)


def push(ctx: Context) -> Json:
    return _put(ctx, push=True)


def update(ctx: Context) -> Json:
    view_id, external = ctx.args.text("view_id"), ctx.args.text("external_id")
    body = modals.checked(ctx.args.json("view", "invalid_arguments"))
    with ctx.world.changing():
        view = ctx.world.views.get(view_id) or next(
            (one for one in ctx.world.views.values() if external and one.body.get("external_id") == external), None
        )
        if view is None:
            raise SlackError("not_found")
        return _answer(ctx, modals.update_view(ctx.world, view, body, ctx.args.text("hash") or None))


def publish(ctx: Context) -> Json:
    body = modals.checked(ctx.args.json("view", "invalid_arguments"), "home")
    user = ctx.world.users.get(ctx.args.required("user_id"))
    if user is None or user.deleted:
        raise SlackError("invalid_arguments", ["[ERROR] invalid user_id"])
    return _answer(ctx, modals.publish_home(ctx.world, user.id, body, ctx.args.text("hash") or None))


def _put(ctx: Context, push: bool) -> Json:
    body = modals.checked(ctx.args.json("view", "invalid_arguments"), "modal")
    with ctx.world.changing():
        external = body.get("external_id")
        if external and any(one.body.get("external_id") == external for one in ctx.world.views.values()):
            raise SlackError("duplicate_external_id")
        user = modals.use_trigger(ctx.world, ctx.args.required("trigger_id"))
        return _answer(ctx, modals.open_view(ctx.world, user, body, push=push))


def _answer(ctx: Context, view: View) -> Json:
    return {"ok": True, "view": view_shape(ctx.world, view, state_values(view.blocks, view.values))}
