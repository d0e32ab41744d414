from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from bot.desk.waiting import renew
from sandbox.fixtures import ANA, BEN, DANA, DEV, GENERAL, LI
from sandbox.records import Channel, UserGroup, View
from storage import policies
from tests.flows.office import Office, shown
from tests.flows.rules import settle

REVIEW = "C0REVIEW"


def form(office: Office, user: str = "ana", typed: str = "settings", channel: str = "dev") -> View:
    """The settings form as somebody sees it after they typed the command."""
    office.people.slash(user, channel, f"/countersign {typed}")
    view = office.world.top_view(office.world.user_named(user).id)
    assert view is not None
    return view


def fill(office: Office, user: str, view: View, **values: Any) -> dict[str, str]:
    """Send the form with these fields filled in; what stands at its fields if it was not taken."""
    office.people.submit(user, view.id, {f"policy_{name}": {"value": value} for name, value in values.items()})
    return view.errors if office.world.top_view(office.world.user_named(user).id) is view else {}


def stored(office: Office, scope: str = DEV) -> dict[str, Any]:
    team = office.world.team_id
    return office.program.database.read(lambda session: policies.settings(session, team, scope))


def group(office: Office, *members: str) -> None:
    office.world.add_group(UserGroup("S0CREW", "crew", members=list(members)))


def test_leads_and_the_number_of_approvals_are_set_in_a_form_and_the_waiting_card_follows(talk: Office) -> None:
    card = talk.ask(user="ana")
    assert "#dev has no lead yet" in shown(card)
    assert fill(talk, "ben", form(talk, "ben"), leads=[BEN, DANA], approvals="2", self_approval="no") == {}
    assert stored(talk) == {"leads": [BEN, DANA], "groups": [], "approvals": 2, "self_approval": False}
    talk.settled(lambda o: "waits for <@U0BEN> or <@U0DANA>" in shown(o.world.messages[DEV][card.ts]))
    assert talk.audit(f"channel {DEV}") == ["settings changed"]
    again = form(talk, "dana")
    assert "U0DANA" in str(again.blocks)
    assert fill(talk, "dana", again, leads=[DANA], approvals="wider", self_approval="wider") == {}
    assert stored(talk) == {"leads": [DANA], "groups": []}


def test_once_there_are_leads_only_they_or_an_admin_change_settings(talk: Office) -> None:
    settle(talk, leads=[DANA])
    talk.people.slash("ben", "dev", "/countersign settings")
    assert "Only @Dana or an admin can change the settings" in talk.told(BEN, "can change the settings")
    assert talk.world.top_view(BEN) is None
    view = form(talk, "dana")
    settle(talk, leads=[ANA])  # somebody else was named while the form was open
    errors = fill(talk, "dana", view, leads=[DANA, BEN])
    assert "Only @Ana or an admin" in str(errors)
    assert stored(talk) == {"leads": [ANA]}
    assert fill(talk, "ana", form(talk, "ana"), leads=[ANA, BEN]) == {}


def test_only_an_admin_sets_what_holds_for_the_workspace(talk: Office) -> None:
    talk.people.slash("ben", "dev", "/countersign settings workspace")
    assert "Only an admin of the workspace" in talk.told(BEN, "Only an admin")
    assert fill(talk, "ana", form(talk, "ana", "settings workspace"), leads=[DANA], expire_after="16") == {}
    assert stored(talk, "") == {"leads": [DANA], "groups": [], "expire_after": 16}
    assert talk.audit("workspace") == ["settings changed"]
    assert "Leads of the workspace decide: #dev has none of its own" in shown(talk.ask(user="ana"))


def test_a_kind_has_settings_of_its_own(talk: Office) -> None:
    assert fill(talk, "ana", form(talk, "ana", "settings followups"), leads=[BEN]) == {}
    assert stored(talk, f"{DEV}/followups") == {"leads": [BEN], "groups": []}
    assert "Leads for “Follow-ups” in #dev decide" in shown(talk.ask("/followups", user="ana"))
    talk.people.slash("ana", "dev", "/countersign settings everything")
    assert "Say /countersign settings, and" in talk.told(ANA, "Say /countersign settings")


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"leads": ["U0GUS"]}, "leads", "@Gus cannot decide: Guests cannot do that"),
        ({"leads": [LI]}, "leads", "@Li is not in this channel: invite them first"),
        ({"hours": "late"}, "hours", "like 9-17"),
        ({"cards": "review", "review_channel": "C0HIDDEN"}, "review_channel", "invite me there first"),
        ({"cards": "review", "review_channel": "C0PARTNERS"}, "review_channel", "shared with another organisation"),
    ],
)
def test_a_setting_that_cannot_be_is_told_at_its_field_and_nothing_is_stored(
    talk: Office, values: dict[str, Any], field: str, says: str
) -> None:
    errors = fill(talk, "ana", form(talk), **values)
    assert says in errors[f"policy_{field}"]
    assert stored(talk) == {}


def test_the_people_of_a_user_group_lead_and_who_joins_or_leaves_it_is_noticed(talk: Office) -> None:
    group(talk, BEN, DANA, "U0GUS")
    assert fill(talk, "ana", form(talk), groups=["S0CREW"]) == {}
    card = talk.ask(user="ana")
    assert "waits for <@U0BEN> or <@U0DANA>" in shown(card)
    talk.world.groups["S0CREW"].members[:] = [ANA]
    talk.people.click("ben", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: "sent back" in o.audit(o.drafts()[0].id))
    talk.settled(lambda o: "waits for <@U0ANA>" in shown(o.world.messages[DEV][card.ts]))
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")


def test_a_user_group_without_anybody_who_may_decide_is_refused(talk: Office) -> None:
    group(talk, "U0GUS")
    assert "nobody in one of these" in str(fill(talk, "ana", form(talk), groups=["S0CREW"]))


def test_drafts_wait_in_a_review_channel_whose_people_may_read_what_they_are_made_from(talk: Office) -> None:
    talk.world.add_channel(Channel(REVIEW, "review", members=[ANA, DANA, talk.world.bot.id]))
    assert fill(talk, "ana", form(talk), leads=[DANA], cards="review", review_channel=REVIEW) == {}
    talk.people.slash("ben", "dev", "/summarise")
    card = talk.card(REVIEW)
    talk.people.click("dana", REVIEW, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert "✅ Approved by <@U0DANA>" in shown(talk.message_with(DEV, "✅ Approved by"))


def test_what_is_private_never_waits_where_others_read_along(office: Office) -> None:
    office.people.post("ana", "secret", "We decided to close the office in Lisbon by Friday.")
    settle(office, scope="C0SECRET", leads=[DANA], cards="review", review_channel=GENERAL)
    office.people.slash("ana", "secret", "/summarise")
    office.card(office.world.dm(DANA).id)
    assert office.world.bot_messages(GENERAL) == []


def test_drafts_wait_in_direct_messages_where_that_is_set(talk: Office) -> None:
    settle(talk, leads=[DANA], cards="direct")
    talk.people.slash("ben", "dev", "/summarise")
    talk.card(talk.world.dm(DANA).id)
    assert talk.world.bot_messages(DEV) == []


def test_the_card_leads_to_the_rule_that_applies(talk: Office) -> None:
    settle(talk, leads=[DANA], approvals=1)
    settle(talk, scope="", expire_after=16)
    card = talk.ask(user="ana")
    talk.people.click("ben", DEV, card.ts, "draft_more", f"rule|{talk.drafts()[0].id}|1")
    view = talk.world.top_view(BEN)
    assert view is not None
    assert "Leads of #dev decide" in str(view.blocks)
    assert "@Dana, as for #dev" in str(view.blocks)
    assert "16, as for the workspace" in str(view.blocks)


def test_an_app_that_was_installed_without_leave_to_see_user_groups_still_has_the_form(talk: Office) -> None:
    talk.world.app = talk.world.app.without_scopes("usergroups:read")
    view = form(talk)
    assert "usergroups:read" in str(view.blocks)
    assert fill(talk, "ana", view, leads=[DANA]) == {}


def test_of_two_changes_at_once_each_has_the_cards_put_up_anew(talk: Office) -> None:
    talk.ask()
    parts, rows = talk.program.desk.parts, talk.drafts()  # as both found them, before either was stored
    for _ in range(2):
        parts.database.write(lambda session: renew(parts, session, rows))
    jobs = text("SELECT count(*) FROM workflow_status WHERE name = 'place'")
    assert parts.database.read(lambda session: session.scalar(jobs)) == 2
