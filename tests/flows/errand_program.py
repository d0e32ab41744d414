"""`countersign run` that also knows the errands named in ERRANDS, a JSON list of targets."""

from __future__ import annotations

import json
import os

from bot.app import build
from bot.fleet import end_process
from bot.serve import serve
from bot.settings import load
from tests.flows.errands import errands

if __name__ == "__main__":
    serve(build(load(), kinds=errands(*json.loads(os.environ["ERRANDS"]))))
    end_process(0)
