"""One compiler of SQL for all the offices of a process.

SQLAlchemy remembers compiled statements by the engine that they were for. An office lives for a second, and compiling
all that it asks took half of it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import CreateEnginePlugin

NAME = "onecompiler"


class OneCompiler(CreateEnginePlugin):
    """Gives an engine the dialect and the compiled statements of the first engine of its sort."""

    _first: dict[str, Engine] = {}  # noqa: RUF012 shared on purpose

    def __init__(self, url: URL, kwargs: dict[str, Any]) -> None:
        self._sort = f"{url.get_backend_name()} {sorted(kwargs)}"

    def update_url(self, url: URL) -> URL:
        """The URL without us."""
        return url.difference_update_query(["plugin"])

    def engine_created(self, engine: Engine) -> None:
        """Share."""
        first = self._first.setdefault(self._sort, engine)
        engine.dialect = first.dialect
        engine._compiled_cache = first._compiled_cache


plugins.register(NAME, __name__, OneCompiler.__name__)
