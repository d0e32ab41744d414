from __future__ import annotations

import pytest

from sandbox.fixtures import ANA, BEN, DEV, PARTNERS
from tests.flows.office import Office, shown


def event(office: Office, **values: object) -> None:
    """An event as real Slack would send it."""
    sent = {"channel": DEV, "user": ANA, "team": "T0SANDBOX", "ts": "1795470744.000100", **values}
    assert office.dispatch("events_api", {"type": "event_callback", "team_id": "T0SANDBOX", "event": sent}).ok


@pytest.mark.parametrize("refusal", ["msg_blocks_too_long", "invalid_blocks"])
def test_a_card_that_slack_will_not_show_says_so_with_a_reference(talk: Office, refusal: str) -> None:
    talk.box.faults.add("chat.update", error=refusal)
    talk.people.slash("ana", "dev", "/summarise")
    assert "Reference for the log" in shown(talk.message_with(DEV, "Something went wrong"))


@pytest.mark.parametrize(
    ("text", "subtype"),
    [
        ("<@U0COUNTERSIGN> summarise", "thread_broadcast"),
        ("<@U0COUNTERSIGN> summarise", "file_share"),
        ("<@U0DANA> <@U0COUNTERSIGN> summarise", None),
        ("hello <@U0COUNTERSIGN>, please summarise 7d", None),
        ("<@U0COUNTERSIGN>\nsummarise", None),
        ("<@U0COUNTERSIGN> summarise\u00a07d", None),
    ],
)
def test_mentions_are_understood_as_people_write_them(talk: Office, text: str, subtype: str | None) -> None:
    event(talk, type="app_mention", text=text, **({"subtype": subtype} if subtype else {}))
    assert "Summary of #dev" in shown(talk.card(DEV))


def test_a_mention_in_a_direct_message_is_read_over(talk: Office) -> None:
    dm = talk.world.dm(ANA).id
    event(talk, type="message", channel_type="im", channel=dm, text="<@U0COUNTERSIGN> summarise <#C0DEV|dev> 7d")
    assert "Summary of #dev" in shown(talk.card(dm))


def test_leads_in_a_direct_message_are_refused_in_words(talk: Office) -> None:
    talk.people.dm("ana", "leads @ben")
    assert "use the command in one" in talk.told(ANA, "Leads belong to a channel")


def test_a_colleague_whose_click_names_another_workspace_of_the_company_may_decide(talk: Office) -> None:
    card = talk.ask()
    payload = talk.payload_of_click("ana", DEV, talk.world.snapshot(DEV, card.ts), "draft_approve")
    payload["user"]["team_id"] = "T0OTHERGRID"
    assert talk.dispatch("interactive", payload).ok
    talk.settled(lambda office: office.drafts()[0].status == "applied")


def test_a_refusal_in_a_thread_is_answered_in_the_thread(office: Office) -> None:
    root = office.talk()
    office.people.post("ana", "dev", "@countersign summarise", thread_ts=root)
    card = office.card(DEV)
    office.people.click("ben", DEV, card.ts, "draft_approve")
    office.told(BEN, "can decide")
    assert [message.thread_ts for message in office.world.ephemerals(BEN)] == [root]


def test_one_deactivated_lead_does_not_keep_the_card_from_the_others(office: Office) -> None:
    office.open_to_outsiders()
    office.people.post("ana", "partners", "The contract is signed and the work starts on Monday.")
    office.people.slash("ana", "partners", "/countersign leads @ana @ben")
    office.told(ANA, "decided by")
    with office.world.changing():
        office.world.users[ANA].deleted = True
    office.people.slash("ben", "partners", "/summarise")
    card = office.card(office.world.dm(BEN).id)
    office.people.click("ben", office.world.dm(BEN).id, card.ts, "draft_approve")
    office.message_with(PARTNERS, "✅ Approved by")
