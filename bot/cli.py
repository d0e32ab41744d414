"""The countersign command."""

from __future__ import annotations

import logging
import signal
import sys

import typer

from bot import demo as demonstration
from bot import doctor as examination
from bot.app import build
from bot.audits import command as audits
from bot.errors import CountersignError
from bot.fleet import end_process
from bot.serve import serve
from bot.settings import load
from bot.sink_setup import command as sink_setup
from bot.todo_export import command as todo_export

app = typer.Typer(
    name="countersign",
    help="AI drafts, a person countersigns: a Slack bot with approval buttons.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(audits.app, name="audit")
app.add_typer(todo_export.app, name="todos")
app.add_typer(sink_setup.app, name="sink")


@app.command()
def run() -> None:
    """Run the bot in your Slack; settings come from the environment or a file .env."""
    _log()
    serve(build(load()))
    # A step that is still running was given up with the rest; waiting for its thread would only delay the next start.
    end_process(0)


@app.command()
def demo(port: int = typer.Option(3100, min=1, max=65535, help="Port of the page")) -> None:
    """A local Slack in the browser, with real conversations and the bot in it. Nothing to sign up for."""
    _log()
    demonstration.run(port)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """The local Slack alone: --port, --import EXPORT.zip, --newest-minutes-ago; --help shows all."""
    raise typer.Exit(demonstration.sandbox(context.args))


@app.command()
def doctor() -> None:
    """Check tokens, scopes, database and model, and say what to do about each."""
    findings = examination.examine()
    for finding in findings:
        typer.echo(finding.line())
    raise typer.Exit(any(finding.failed for finding in findings))


def main() -> None:
    """Entry of the command: what a person has to do is said in words, without a traceback."""
    # Without a handler of our own SIGTERM would end the process before what it started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        app()
    except CountersignError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("dbos", "alembic", "slack_bolt", "slack_sdk", "httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
