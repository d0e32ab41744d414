"""A model server that only counts: it answers with words of what it is shown, in the shape that is asked for.

`python -m benchmarks.model PORT` is one in a process of its own; GET /ready says how often it was asked, and how much.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_LINE = re.compile(r"^\[(\w+)(?: re \w+)?\] [^|\n]* \| (\S.*)$", re.MULTILINE)
_WORDS = 12
_STATEMENTS = 5


class CountingModel:
    """The server, on loopback. `before` is called with the name of the shape before each answer."""

    def __init__(self, port: int = 0, before: Callable[[str], None] = lambda _name: None) -> None:
        self.before = before
        self.asked: list[str] = []  # the names of the shapes
        self.tokens = 0
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"model": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL is to be."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def close(self) -> None:
        """Answer what is asked, and stop."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """A chat completion: statements that quote the first words of lines spread over the data."""
        wanted = body.get("response_format", {}).get("json_schema")
        probed = (
            [part["enum"][0] for part in wanted["schema"]["properties"].values() if "enum" in part] if wanted else []
        )
        if wanted is None or probed:  # the question whether schemas are kept to, not a draft
            return _completion(json.dumps({"colour": probed[0] if probed else "blue"}), 10, 10)
        self.before(wanted["name"])
        told = body["messages"][-1]["content"]
        tokens = sum(len(message["content"]) for message in body["messages"]) // 4
        with self._lock:
            self.asked.append(wanted["name"])
            self.tokens += tokens
        lines = [(name, " ".join(said.split()[:_WORDS])) for name, said in _LINE.findall(told)]
        picked = lines[:: max(1, len(lines) // _STATEMENTS)][:_STATEMENTS]
        said = [{"text": words, "evidence": [{"id": name, "quote": words}]} for name, words in picked]
        shape: dict[str, Any] = {name: [] for name in wanted["schema"]["properties"]}
        shape["notes" if "notes" in shape else "points"] = said
        return _completion(json.dumps(shape), tokens, 100)


def _completion(text: str, tokens_in: int, tokens_out: int) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
    return {"id": "1", "object": "chat.completion", "model": "counting", "choices": [choice], "usage": usage}


class _Handler(BaseHTTPRequestHandler):
    model: CountingModel

    def do_GET(self) -> None:
        self._send({"asked": len(self.model.asked), "tokens": self.model.tokens})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._send(self.model.answer(body))

    def _send(self, value: dict[str, Any]) -> None:
        sent = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        pass


def main(arguments: Sequence[str]) -> int:
    """The server, until SIGTERM."""
    (port,) = arguments
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    model = CountingModel(int(port))
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    model.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
