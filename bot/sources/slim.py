"""A message of Slack's without what is never read of it: tens of thousands are held until their threads are known."""

from __future__ import annotations

from bot.slack import Raw

_UNREAD = frozenset(
    [
        *("type", "team", "client_msg_id", "app_id", "bot_profile", "user_profile", "user_team", "source_team"),
        *("parent_user_id", "metadata", "reply_users", "reply_users_count", "last_read", "subscribed", "is_locked"),
    ]
)


def slim(message: Raw) -> Raw:
    """The message without Slack's bookkeeping, and without the blocks that say its text once more."""
    unread = _UNREAD | {"blocks"} if str(message.get("text") or "").strip() else _UNREAD
    return {name: value for name, value in message.items() if name not in unread}
