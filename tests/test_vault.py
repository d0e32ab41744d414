from __future__ import annotations

import pytest

from bot.errors import CountersignError
from bot.settings import Settings
from bot.vault import Vault, new_key

OLD, NEW = new_key(), new_key()


def test_what_is_sealed_is_opened_by_any_key_and_shows_nothing() -> None:
    sealed = Vault(OLD).seal("web (T1)", {"secret": "ghp_1234"})
    assert "ghp_1234" not in sealed
    assert Vault(f"{NEW}, {OLD}").open("web (T1)", sealed) == {"secret": "ghp_1234"}


def test_a_key_is_rotated_by_sealing_anew_with_the_first() -> None:
    sealed = Vault(OLD).seal("web (T1)", {"secret": "ghp_1234"})
    renewed = Vault(f"{NEW},{OLD}").renew("web (T1)", sealed)
    assert Vault(NEW).open("web (T1)", renewed) == {"secret": "ghp_1234"}
    with pytest.raises(CountersignError, match="cannot be opened with SINK_KEYS"):
        Vault(NEW).open("web (T1)", sealed)


def test_credentials_that_were_put_into_another_row_are_not_used() -> None:
    sealed = Vault(OLD).seal("web (T1)", {"secret": "ghp_1234"})
    with pytest.raises(CountersignError, match="those of another"):
        Vault(OLD).open("web (T2)", sealed)


def test_without_a_key_nothing_is_kept_in_the_clear() -> None:
    with pytest.raises(CountersignError, match="countersign sink key makes one"):
        Vault("").seal("web (T1)", {})


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [(OLD, False), (f"{NEW}, {OLD}", False), ("abc", True), (f"{OLD},", True)],
    ids=["one", "two", "none", "one and nothing"],
)
def test_keys_that_are_none_are_a_problem_of_the_settings(keys: str, wrong: bool) -> None:
    problems = Settings(slack_bot_token="xoxb-1", slack_app_token="xapp-1", sink_keys=keys).problems()
    assert any("SINK_KEYS" in problem for problem in problems) == wrong
