"""Every combination of readings has one action, the safest, and nothing is lost."""

from itertools import product
from typing import Any

import pytest
from window_readings import BREACH, CANNOT, MONITORS, OK, POLICY, reading

from caf_monitoring.triage import PERFORMANCE, SAFEST_FIRST, Context, Triage, triage
from caf_platform.decision import Action, Verdict

TYPICAL = ("calibration", "data_drift", "skew", "labels", "freshness", "former_champion")
WORLDS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, MONITORS),
    ({"former_champion": None}, TYPICAL),
    ({"refused_batches": ("b",)}, TYPICAL),
    ({"new_labelled_rows": 9999}, TYPICAL),
    ({"has_champion": False}, TYPICAL),
    ({"has_champion": False, "trainable_rows": 5000, "trainable_days": 60}, TYPICAL),
]


@pytest.mark.parametrize(
    ("world", "varied"), WORLDS, ids=["usual", "no-former", "refused", "labels", "none", "first"]
)
def test_every_combination_of_readings_has_exactly_one_safest_action(
    world: dict, varied: tuple[str, ...]
) -> None:
    """All 3^10 combinations (3^6 in other worlds): one action, the safest, and nothing is lost."""
    context = Context(**({"has_champion": True, "former_champion": "v1"} | world))
    made = {name: {v: reading(name, v) for v in (OK, BREACH, CANNOT)} for name in MONITORS}
    kinds = [(OK, BREACH, CANNOT) if name in varied else (OK,) for name in MONITORS]

    for verdicts in product(*kinds):
        combined = dict(zip(MONITORS, verdicts, strict=True))
        found = triage({n: made[n][v] for n, v in combined.items()}, context, POLICY)
        _check(found, combined, context)


def _check(found: Triage, verdicts: dict[str, Verdict], context: Context) -> None:
    rank = SAFEST_FIRST.index(found.action)
    told = {found.cause} | {other.cause for other in found.suppressed}
    breached = {name for name, verdict in verdicts.items() if verdict is BREACH}
    blind = {name for name, verdict in verdicts.items() if verdict is CANNOT}
    # Whatever was breached or blind is on record, by its own name or as performance.
    assert breached <= told
    assert {f"{name}_not_judged" for name in blind - set(PERFORMANCE)} <= told
    if context.has_champion and blind & set(PERFORMANCE):
        assert "performance_not_judged" in told
    # Nothing safer that applies was passed over, unless it says why it cannot be.
    for other in found.suppressed:
        why_not = ("no lawful", "not judged", "suspect")
        blocked = any(why in other.reason for why in why_not)
        assert blocked or SAFEST_FIRST.index(other.action) >= rank
    if context.refused_batches:
        assert found.action in (Action.ROLL_BACK, Action.DATA_INCIDENT)
    mistaken = "former_champion" in breached and "label_noise" not in breached
    if mistaken and context.has_champion and context.former_champion:
        assert found.action is Action.ROLL_BACK
    if found.action is Action.NOTHING:
        assert not breached
        assert not blind - set(PERFORMANCE)
        assert not (blind and context.has_champion)
