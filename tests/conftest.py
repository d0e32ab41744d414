from __future__ import annotations

import os
import socket

import pytest
from hypothesis import Phase, settings

# Few examples each time, since they are different ones each time; make test-slow
# tries sixty; more: HYPOTHESIS_EXAMPLES=1000 make test.
# No deadline: the machine may be busy with something else. No explanation of a failure: it takes minutes.
settings.register_profile(
    "house",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "15")),
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
# The same examples at each run: what is said of a commit must not depend on luck.
settings.register_profile("ci", settings.get_profile("house"), derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture
def free_port() -> int:
    """A port of loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
