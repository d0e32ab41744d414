"""The two sorts of error: those a person may read, and bugs."""


class CountersignError(Exception):
    """Its text is a clear sentence that may be shown to the person who asked. Anything else is a bug."""
