"""A message and a fault in the sandbox, and what the port asked of it."""

from __future__ import annotations

from sandbox.fixtures import BEN, DEV
from sandbox.records import Message
from sandbox.server import Sandbox

KEY = "card-7-v1"


def args_of(sandbox: Sandbox, method: str) -> dict[str, object]:
    return dict(sandbox.world.calls_of(method)[-1].args)


def write(sandbox: Sandbox, text: str, thread_ts: str | None = None) -> str:
    ts = sandbox.world.new_ts()
    sandbox.world.add_message(Message(DEV, ts, BEN, text, thread_ts=thread_ts))
    return ts


def add_fault(sandbox: Sandbox, method: str, fault: dict[str, str | int]) -> None:
    status, error = fault.get("status"), fault.get("error")
    sandbox.faults.add(method, status=int(status) if status else None, error=str(error) if error else None)
