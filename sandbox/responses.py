"""Messages that the app sends by response_url or as a command's acknowledgement."""

from __future__ import annotations

from typing import Any

from sandbox.blockkit import check_message, refusal_of, with_ids
from sandbox.errors import SlackError
from sandbox.records import Hook, Json, Message
from sandbox.state import World

MOST_USES = 5
HOOK_SECONDS = 30 * 60


def use_hook(world: World, hook_id: str, body: Json) -> Json:
    """Do what was posted to a response_url: five times in thirty minutes."""
    with world.changing():
        hook = world.hooks.get(hook_id)
        if hook is None:
            raise SlackError("invalid_url")
        if world.now() - hook.at > HOOK_SECONDS:
            raise SlackError("expired_url")
        if hook.uses >= MOST_USES:
            raise SlackError("used_url")
        hook.uses += 1
        return respond(world, hook, body)


def respond(world: World, hook: Hook, body: Json) -> Json:
    """Post, replace or delete: ephemeral to the person unless `response_type` says in_channel."""
    with world.changing():
        there = world.messages[hook.channel]
        original = there.get(hook.message_ts or "")
        if body.get("delete_original"):
            if original is None:
                raise SlackError("message_not_found")
            del there[original.ts]
            return {"ok": True}
        if faults := check_message(body):
            raise SlackError(refusal_of(faults), faults)
        text, blocks = str(body.get("text") or ""), with_ids(body.get("blocks") or [], world.new_id)
        if body.get("replace_original") and original is not None:
            original.text, original.blocks = text, blocks
            original.edited = {"user": original.user, "ts": f"{world.now():.6f}"} if not original.ephemeral_to else None
            return {"ok": True}
        world.add_message(
            Message(
                hook.channel,
                world.new_ts(),
                world.app.bot_user_id,
                text,
                blocks,
                thread_ts=body.get("thread_ts"),
                bot_id=world.app.bot_id,
                app_id=world.app.app_id,
                ephemeral_to=None if body.get("response_type") == "in_channel" else hook.user,
            )
        )
        return {"ok": True}


def acknowledgement(world: World, payload: Json, body: Any) -> None:
    """Show what a command's acknowledgement says, if it says anything."""
    message = {"text": body} if isinstance(body, str) else body
    if isinstance(message, dict) and (message.get("text") or message.get("blocks")):
        hook = world.hooks[payload["response_url"].rpartition("/")[2]]
        try:
            respond(world, hook, message)
        except SlackError as e:
            with world.changing():
                world.bad_answers.append(f"the answer to {payload['command']} was refused: {e}")
            world.tell(hook.user, f"{payload['command']} failed with the error “{e.code}”.", hook.channel)
