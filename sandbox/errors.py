"""The sandbox's own errors: each text is a sentence for the person at the keyboard."""


class SandboxError(Exception):
    """What was asked of the sandbox cannot be done; the text says why."""


class NotAllowedError(SandboxError):
    """Slack's client would not let this person do that."""


class NothingThereError(SandboxError):
    """There is no such button, field, message, view or channel on this person's screen."""


class SlackError(SandboxError):
    """A refusal by the Web API: `code` as Slack names it, `messages` for response_metadata."""

    def __init__(self, code: str, messages: list[str] | None = None, **extra: object) -> None:
        super().__init__(f"{code}: {'; '.join(messages)}" if messages else code)
        self.code = code
        self.messages = messages or []
        self.extra = extra
