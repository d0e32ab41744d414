"""Slack is away while somebody is asked whether something is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.drafting.edits import Edits
from sandbox.fixtures import BEN, DEV
from storage.models import DraftRow
from tests.flows.away.stage import Stage

QUESTION = "is this yours?"


def question(stage: Stage) -> DraftRow:
    """A draft of which Ben was asked."""
    stage.office.ask("/followups")
    waiting = stage.office.drafts()[0]
    stage.desk.asking.ask(waiting.id, waiting.version, Edits({}), by=replace(stage.ana, channel=DEV))
    stage.office.settled(lambda office: not office.unfinished())
    assert stage.said(BEN, QUESTION) == 1
    return stage.office.drafts()[0]


def asked(stage: Stage) -> Iterator[None]:
    waiting = question(stage)
    yield
    stage.desk.decide.reject(waiting.id, waiting.version, "Too long.", by=stage.ana)
    yield
    assert stage.said(BEN, "asked_yes") == 0


def asked_again(stage: Stage) -> Iterator[None]:
    waiting, world = question(stage), stage.office.world
    (message,) = world.bot_messages(world.dm(BEN).id)
    with world.changing():
        message.text, message.blocks = "What a late update put there.", []
    yield
    stage.go("asked_again", f"asked:{waiting.id}:{BEN}:{waiting.version}")
    yield
    assert stage.said(BEN, "What a late update") == 0
    assert stage.said(BEN, QUESTION) == 1
