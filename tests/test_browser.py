from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# Where the pictures go: the README's are made by SCREENSHOTS=docs/images make test-slow.
PICTURES = Path(os.environ["SCREENSHOTS"]) if "SCREENSHOTS" in os.environ else None


@pytest.fixture
def demo(free_port: int) -> Iterator[str]:
    """`countersign demo` as a stranger starts it; the address of its page."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(free_port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"Open (http://\S+) ", line):
            break
    else:
        pytest.fail("the demo ended before it named its page")
    yield found[1]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)


@pytest.fixture
def page(demo: str) -> Iterator[Page]:
    """A browser at the demo's page."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install the package chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        opened = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        opened.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        opened.goto(demo)
        yield opened
        browser.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page, where pictures are wanted."""
    if PICTURES is not None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")


def go_to(page: Page, channel: str) -> None:
    """Open a channel, and wait until it is there: what is typed before is typed into another one."""
    page.locator("nav [data-channel]").filter(has_text=channel).click()
    expect(page.get_by_test_id("composer")).to_have_attribute("placeholder", f"Message #{channel}")


def say(page: Page, text: str) -> None:
    """Type into the channel and send."""
    composer = page.get_by_test_id("composer")
    composer.fill(text)
    composer.press("Enter")


def act_as(page: Page, name: str) -> None:
    """Be somebody else."""
    page.get_by_test_id("acting-as").select_option(label=name)


def test_the_whole_job_by_clicking_from_the_command_to_the_posted_summary(page: Page) -> None:
    go_to(page, "json-ld")
    say(page, "/countersign leads @odin ")  # the space ends the list of people to pick from
    expect(page.get_by_text("Drafts for this channel are decided by @Odin.")).to_be_visible()
    say(page, "/summarise 14d")
    card = page.locator("[data-ts]").filter(has=page.get_by_role("button", name="Approve", exact=True))
    expect(card).to_contain_text("Draft: waits for @Odin")
    expect(card).to_contain_text("Read 103 messages and the replies of 5 threads")
    card.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("Only @Odin can decide on this draft.")).to_be_visible()

    act_as(page, "Odin")
    card.scroll_into_view_if_needed()
    picture(page, "card")
    card.get_by_role("button", name="Evidence", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Words of the source")
    picture(page, "evidence")
    page.keyboard.press("Escape")

    card.get_by_role("button", name="Edit", exact=True).click()
    form = page.get_by_role("dialog")
    form.locator("textarea").first.fill("We meet at TPAC; each room has a screen, and Rob sees to the WEBEX setup.")
    picture(page, "edit")
    form.get_by_role("button", name="Approve", exact=True).click()
    expect(form).to_be_hidden()

    posted = page.locator("[data-ts]").filter(has_text="Approved by @Odin · Key messages of 103 messages")
    expect(posted).to_have_count(1)
    expect(posted).to_contain_text("We meet at TPAC")
    decided = page.locator("[data-ts]").filter(has_text="Applied: approved with edits by @Odin")
    expect(decided).to_contain_text("Done: Post to #json-ld")
    expect(decided.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    posted.scroll_into_view_if_needed()
    picture(page, "posted")
    page.reload()
    expect(posted).to_have_count(1)


def test_on_a_phone_the_buttons_of_a_long_draft_are_on_the_screen_on_which_it_begins(page: Page) -> None:
    go_to(page, "json-ld")
    say(page, "/summarise 14d")
    card = page.locator("[data-ts]").filter(has=page.get_by_role("button", name="Approve", exact=True))
    expect(card).to_contain_text("open Evidence")
    page.set_viewport_size({"width": 390, "height": 844})
    card.evaluate("card => card.scrollIntoView({block: 'start'})")
    picture(page, "phone")
    approve = card.get_by_role("button", name="Approve", exact=True).bounding_box()
    composer = page.get_by_test_id("composer").bounding_box()
    top = card.bounding_box()
    assert approve is not None
    assert composer is not None
    assert top is not None
    assert top["y"] >= 0
    assert approve["y"] + approve["height"] <= composer["y"]


def test_a_thread_is_summarised_from_its_menu_and_rejected_with_a_reason(page: Page) -> None:
    go_to(page, "json-ld")
    root = page.locator("[data-ts]").filter(has_text="27 replies")
    root.hover()
    root.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Summarise thread").click()
    root.get_by_text(re.compile("repl")).first.click()
    card = page.locator("[data-ts]").filter(has=page.get_by_role("button", name="Reject", exact=True))
    expect(card.first).to_contain_text("Summary of a thread in #json-ld")
    card.first.get_by_role("button", name="Reject", exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Reject", exact=True).click()
    expect(form).to_contain_text("Tick a reason or write one below.")
    form.get_by_label("Too long").check()
    picture(page, "reject")
    form.get_by_role("button", name="Reject", exact=True).click()
    expect(page.locator("[data-ts]").filter(has_text="Rejected by").first).to_contain_text("Too long")


@pytest.mark.timeout(300)
def test_a_digest_set_for_two_minutes_from_now_is_reviewed_approved_and_posted_at_its_hour(page: Page) -> None:
    nav = page.locator("nav")
    go_to(page, "json-ld")
    say(page, "/digest ")  # the space ends the list of commands to pick from
    form = page.get_by_role("dialog")
    zone = form.get_by_label("Time zone").input_value()
    hour = datetime.now(ZoneInfo(zone)) + timedelta(minutes=2)
    for name in ("general", "datajam"):
        form.get_by_role("group", name="Channels to read").get_by_label(f"#{name}", exact=True).check()
    days = form.get_by_role("group", name="Days", exact=True)
    days.get_by_label("Monday").uncheck()
    days.get_by_label(f"{hour:%A}").check()
    form.get_by_label("Hour", exact=True).fill(f"{hour:%H:%M}")
    form.get_by_label("What it covers").select_option(label="All days since the last digest")
    form.get_by_label("Post it in").select_option(label="#json-ld")
    picture(page, "digest")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_be_hidden()

    nav.locator("[data-key=app] [data-channel]").click()
    expect(page.get_by_text(f"next run: {hour:%a %H:%M} {zone}").first).to_be_visible()
    card = page.locator("[data-ts]").filter(has=page.get_by_role("button", name="Approve", exact=True))
    expect(card).to_contain_text("Digest of #datajam and #general", timeout=150_000)
    card.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("[data-ts]").filter(has_text="Waiting: Post to #json-ld")).to_have_count(1)

    nav.locator("[data-channel]").filter(has_text="json-ld").click()
    posted = page.locator("[data-ts]").filter(has_text=re.compile("Approved by @.+ · Key messages of"))
    expect(posted).to_contain_text("Digest of #datajam and #general", timeout=150_000)
    assert datetime.now(ZoneInfo(zone)) >= hour.replace(second=0, microsecond=0)
    say(page, "/digest list")
    week = hour + timedelta(days=7)
    expect(page.get_by_text(f"next run: {week:%a} {week.day} {week:%b %Y %H:%M} {zone}")).to_be_visible()


CALL = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Odin>I will send the notes to the customers by tomorrow.

00:00:05.000 --> 00:00:09.000
<v Odin>Somebody should call the landlord about the keys.

00:00:10.000 --> 00:00:14.000
<v Odin>I will water the plants.
"""


@pytest.mark.timeout(200)
def test_a_dropped_transcript_becomes_to_dos_by_ticking_and_done_is_seen_in_the_thread(page: Page) -> None:
    go_to(page, "json-ld")
    page.locator("input[data-do=upload]").first.set_input_files(
        {"name": "call.vtt", "mimeType": "text/vtt", "buffer": CALL.encode()}
    )
    root = page.locator("[data-ts]").filter(has_text="call.vtt").first
    root.hover()
    root.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Draft follow-ups").click()
    root.get_by_text(re.compile("repl")).first.click()
    approve = page.get_by_role("button", name="Approve ticked", exact=True)
    card = page.locator("[data-ts]").filter(has=approve)
    expect(card).to_contain_text("send the notes to the customers by tomorrow.")
    expect(card.get_by_label("Include")).to_have_count(3)
    card.get_by_label("Include").nth(2).uncheck()
    card.get_by_label("Owner").nth(1).select_option(label="Odin")
    card.get_by_label("Date").nth(1).fill("2030-01-31")
    card.scroll_into_view_if_needed()
    picture(page, "triage")
    approve.click()
    lines = page.locator("[data-ts]").filter(has_text="To-dos, from Follow-ups")
    expect(lines).to_contain_text("2 of 2 still to do")
    expect(page.locator("[data-ts]").filter(has_text="2 of 3 were ticked")).to_have_count(1)

    act_as(page, "Odin")
    page.locator("nav [data-key=app] [data-channel]").click()
    mine = page.locator("[data-ts]").filter(has_text="Your to-dos")
    expect(mine).to_contain_text("call the landlord about the keys.")
    expect(mine).not_to_contain_text("water the plants")
    mine.get_by_role("button", name="Done", exact=True).first.click()
    expect(mine.get_by_role("button", name="Not done yet")).to_have_count(1)
    picture(page, "todos")

    go_to(page, "json-ld")
    root.get_by_text(re.compile("repl")).first.click()
    expect(lines).to_contain_text("1 of 2 still to do")
    expect(lines).to_contain_text("done by @Odin")
    lines.scroll_into_view_if_needed()
    picture(page, "todos-thread")
