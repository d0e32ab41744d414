"""usergroups.*: which groups of people there are, and who is in them."""

from __future__ import annotations

from sandbox.api.context import Context
from sandbox.errors import SlackError
from sandbox.records import Json, UserGroup


def list_(ctx: Context) -> Json:
    return {"ok": True, "usergroups": [_shape(ctx, group) for group in ctx.world.groups.values()]}


def users(ctx: Context) -> Json:
    group = ctx.world.groups.get(ctx.args.required("usergroup", "no_such_subteam"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": list(group.members)}


def _shape(ctx: Context, group: UserGroup) -> Json:
    return {
        "id": group.id,
        "team_id": ctx.world.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name or group.handle,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group.members),
    }
