"""An estimate stands beside a reading that cannot judge, and never makes one."""

import pytest
from window_samples import policy, window

from caf_monitoring.monitors import look
from caf_monitoring.monitors.reading import ESTIMATED
from caf_platform.decision import Verdict
from caf_platform.measures.estimate import Estimate, Ranged

GOOD = Estimate(
    method="cbpe",
    method_version=1,
    rows=1000,
    level=0.95,
    numbers={"skill": Ranged(value=0.5, low=0.4, high=0.6)},
)
UNLABELLED = {
    "labelled_rows": 0,
    "label_coverage": 0.0,
    "performance": {"rows": 0},
    "loss_interval": None,
}


@pytest.mark.parametrize(
    "few", [UNLABELLED, {"label_coverage": 0.3}, {"performance": {"rows": 900}}]
)
def test_however_good_the_estimate_performance_cannot_be_judged_on_it(few):
    """Without labels enough, or a measured skill: the estimate is named beside the reason."""
    reading = look(window(**few, estimate=GOOD), policy())["skill"]

    assert reading.verdict is Verdict.CANNOT_JUDGE
    assert reading.reasons[-1].code == ESTIMATED
    assert "skill 0.5000 [0.4000, 0.6000]" in reading.reasons[-1].text
    assert len(reading.reasons) == 2
    assert "estimate" not in reading.numbers


def test_no_monitor_s_verdict_changes_with_an_estimate():
    """A very good and a very bad one: every reading is what it is without."""
    bad = GOOD.model_copy(update={"numbers": {"skill": Ranged(value=-9.0, low=-9.5, high=-8.5)}})

    for changes in ({}, UNLABELLED, {"label_coverage": 0.3}):
        without = {n: r.verdict for n, r in look(window(**changes), policy()).items()}
        for estimate in (GOOD, bad):
            found = look(window(**changes, estimate=estimate), policy())
            assert {name: reading.verdict for name, reading in found.items()} == without


def test_with_labels_enough_nobody_speaks_of_the_estimate():
    """What was measured is judged, and told without it."""
    found = look(window(estimate=GOOD), policy())

    assert found["skill"].verdict is Verdict.OK
    assert not any(r.code == ESTIMATED for one in found.values() for r in one.reasons)


def test_an_unserved_window_has_no_estimate_to_name():
    """Nobody served, nothing was estimated."""
    reading = look(window(champion=None), policy())["skill"]

    assert reading.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in reading.reasons] == ["not_asked"]
