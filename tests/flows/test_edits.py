from __future__ import annotations

from sandbox.fixtures import ANA, DEV
from sandbox.records import View
from tests.flows.office import Office, fields, shown


def open_form(office: Office) -> View:
    """The Edit form of the one card in #dev."""
    office.people.click("ana", DEV, office.card(DEV).ts, "draft_edit")
    form = office.world.top_view(ANA)
    assert form is not None
    return form


def field_with(form: View, words: str) -> str:
    """The block id of the field in which these words stand."""
    return next(block for block, text in fields(form).items() if words in text)


def test_one_submit_edits_and_approves_and_the_card_shows_the_difference(talk: Office) -> None:
    card = talk.ask()
    form = open_form(talk)
    talk.people.submit("ana", form.id, {field_with(form, "Friday"): {"text": "We ship on Monday."}})
    posted = talk.message_with(DEV, "✅ Approved by")
    assert "We ship on Monday." in shown(posted)
    assert "Friday" not in shown(posted)
    talk.settled(
        lambda o: o.drafts()[0].status == "applied" and "We ship on Monday" in shown(o.world.messages[DEV][card.ts])
    )
    draft = talk.drafts()[0]
    assert draft.version == 2
    assert any("Friday" in point["text"] for point in draft.proposed["points"])
    assert not any("Friday" in point["text"] for point in draft.payload["points"])
    assert '"strike": true' in shown(talk.world.messages[DEV][card.ts])
    assert talk.audit(draft.id) == ["proposed", "approved with edits", "applied"]


def test_an_edited_statement_is_marked_with_who_wrote_it(talk: Office) -> None:
    talk.ask()
    form = open_form(talk)
    talk.people.click_view("ana", form.id, "draft_save", values={field_with(form, "Friday"): {"text": "All is well."}})
    talk.settled(lambda o: o.drafts()[0].version == 2)
    card = talk.settled(lambda o: next((m for m in o.world.bot_messages(DEV) if "All is well." in shown(m)), None))
    assert card is not None
    assert "by @Ana" in shown(card)


def test_save_only_makes_a_new_version_that_still_waits_and_keeps_the_form_open(talk: Office) -> None:
    card = talk.ask()
    old = talk.world.snapshot(DEV, card.ts)
    form = open_form(talk)
    talk.people.click_view(
        "ana", form.id, "draft_save", values={field_with(form, "Friday"): {"text": "On Monday then."}}
    )
    open_still = talk.world.top_view(ANA)
    assert open_still is not None
    assert "Saved as version 2" in str(open_still.blocks)
    assert talk.drafts()[0].status == "proposed"
    talk.settled(lambda o: "On Monday then." in shown(o.world.messages[DEV][card.ts]))
    talk.people.click("ana", DEV, card.ts, "draft_approve", message=old)
    assert "newer version" in talk.told(ANA, "newer version")
    talk.people.submit("ana", open_still.id, {})
    assert "On Monday then." in shown(talk.message_with(DEV, "✅ Approved by"))
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert talk.audit(talk.drafts()[0].id) == ["proposed", "edited", "approved with edits", "applied"]


def test_emptying_a_field_removes_the_sentence_and_adding_one_adds_it(talk: Office) -> None:
    talk.ask()
    form = open_form(talk)
    new = next(block for block in fields(form) if "points.+" in block)
    talk.people.submit("ana", form.id, {field_with(form, "Friday"): {"text": ""}, new: {"text": "Li joins us."}})
    posted = shown(talk.message_with(DEV, "✅ Approved by"))
    assert "Friday" not in posted
    assert "Li joins us." in posted


def test_a_form_that_was_overtaken_loses_nothing_and_says_so(talk: Office) -> None:
    card = talk.ask()
    form = open_form(talk)
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.people.submit("ana", form.id, {field_with(form, "Friday"): {"text": "Too late."}})
    assert "already approved by you" in str(form.errors)
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert "Too late" not in str(talk.drafts()[0].payload)


def test_a_statement_longer_than_a_field_is_split_and_joined_again(talk: Office) -> None:
    words = " ".join(f"word{number}" for number in range(1200))
    talk.people.post("ana", "dev", f"We decided this: {words}.")
    talk.ask()
    form = open_form(talk)
    new = next(block for block in fields(form) if "points.+" in block)
    long = " ".join(f"line{number}" for number in range(400))
    talk.people.click_view("ana", form.id, "draft_save", values={new: {"text": long[:2900]}})
    talk.settled(lambda o: o.drafts()[0].version == 2)
    saved = talk.drafts()[0].payload
    form2 = talk.world.top_view(ANA)
    assert form2 is not None
    talk.people.submit("ana", form2.id, {})
    talk.settled(lambda office: office.drafts()[0].status == "applied")
    assert talk.drafts()[0].payload == saved


def test_changed_words_are_not_posted_as_somebody_else_s(talk: Office) -> None:
    talk.ask()
    form = open_form(talk)
    talk.people.submit("ana", form.id, {field_with(form, "Friday"): {"text": "Dana has resigned."}})
    posted = shown(talk.message_with(DEV, "✅ Approved by"))
    resigned = posted.split("Dana has resigned.")[1]
    assert resigned.lstrip('", {}').startswith('type": "text", "text": " (edited)"') or " (edited)" in resigned[:80]
    assert "edited by hand" in posted


def test_a_form_that_was_emptied_is_refused_and_stays_open(talk: Office) -> None:
    talk.ask()
    form = open_form(talk)
    talk.people.submit("ana", form.id, {block: {"text": ""} for block in fields(form)})
    assert "Nothing would be left" in str(form.errors)
    assert talk.drafts()[0].status == "proposed"


def test_saving_over_a_newer_version_says_so_over_the_form_and_keeps_what_was_typed(talk: Office) -> None:
    talk.people.slash("ana", "dev", "/countersign leads @ana @dana")
    talk.told(ANA, "decided by")
    card = talk.ask()
    form = open_form(talk)
    talk.people.click("dana", DEV, card.ts, "draft_edit")
    hers = talk.world.top_view("U0DANA")
    assert hers is not None
    talk.people.click_view("dana", hers.id, "draft_save", values={field_with(hers, "Friday"): {"text": "First."}})
    talk.people.click_view("ana", form.id, "draft_save", values={field_with(form, "Friday"): {"text": "Second."}})
    top = talk.world.top_view(ANA)
    assert top is not None
    assert "newer version" in str(top.blocks)
    talk.people.close("ana", top.id)
    assert "Second." in str(form.values)
