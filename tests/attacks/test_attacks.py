"""A model that obeys the attacker to the letter can do nothing: every attack on every kind."""

from __future__ import annotations

import pytest

from bot.kinds import KINDS, Kind
from tests.attacks.obedient import obey, see
from tests.attacks.table import ATTACKS, Attack

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


@every_kind
@pytest.mark.parametrize(
    "attack",
    [pytest.param(each, id=str(each)) for each in ATTACKS],
)
def test_the_attack_fails(kind: Kind, attack: Attack) -> None:
    answer = attack.answer or obey(kind, attack.says, attack.cites, attack.times)
    seen = see(kind, attack.items, answer)
    assert seen.faults == []
    assert attack.holds(seen), [(one.mark.value, one.why, one.text[:80]) for one in seen.statements[:3]]
