"""The sandbox's own errors: each text is a sentence for the person at the keyboard."""


class SandboxError(Exception):
    """What was asked of the sandbox cannot be done; the text says why."""


class NotAllowedError(SandboxError):
    """Slack's client would not let this person do that."""


class NothingThereError(SandboxError):
    """There is no such button, field, message, view or channel on this person's screen."""
