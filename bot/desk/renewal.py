"""A new draft in the place of one that waits: a request of the same kind and aim, on the road of every other."""

from __future__ import annotations

from bot.desk.parts import Parts, new_id
from storage.models import DraftRow, RequestRow

_INSTEAD = "instead of "


def renewal(parts: Parts, old: RequestRow, row: DraftRow) -> RequestRow:
    """The request that supersedes a draft, in the name of who asked for that. The same version is superseded once."""
    return RequestRow(
        id=new_id(),
        team=old.team,
        once=f"{_INSTEAD}{row.id} {row.version}",
        kind=old.kind,
        by=old.by,
        text=old.text,
        channel=old.channel,
        thread_ts=old.thread_ts,
        reply={**old.reply, "response_url": ""},
        aim=None,
        status="asked",
        note="",
        at=parts.clock(),
    )


def superseded_by(request: RequestRow) -> str:
    """The id of the draft that this request takes the place of; "" for a request of another sort."""
    return request.once.removeprefix(_INSTEAD).split()[0] if request.once.startswith(_INSTEAD) else ""
