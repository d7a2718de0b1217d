"""Retraining's cost beside its gain, and what a point of the metric is worth."""

import pytest
from cost_records import judged, promoted, recorded, took, trained

from caf_governance.cost.account import charges
from caf_governance.cost.worth import Trained, trained_versions, worth_of_a_point
from caf_platform.decision import Verdict
from caf_platform.ledger.events import Event


def versions(*events: Event) -> tuple[Trained, ...]:
    """What is told of the versions that some events are about."""
    records = recorded(*events)
    return trained_versions(records, charges("micro", records))


def test_a_version_stands_with_its_cost_and_its_gain() -> None:
    """Its own training and gate, not the other's; promoted or not."""
    first, second = versions(
        trained("v1", 0.25, "w1", **took("train", 5.0, 4.0)),
        judged("v1", 0.02, 300.0, **took("evaluate", 1.0, 1.0)),
        promoted("v1"),
        trained("v2", 0.5, "w2", **took("train", 7.0, 6.0)),
    )

    assert (first.cost_units, first.spent.seconds, first.spent.cpu_seconds) == (0.25, 6.0, 5.0)
    assert (first.judged, first.gain, first.gain_low, first.promoted) == (
        Verdict.PASS, 300.0, None, True,
    )  # fmt: skip
    assert (second.judged, second.gain, second.promoted, second.window) == (None, None, False, "w2")


def test_the_worth_of_a_point_is_the_nearest_line_through_zero() -> None:
    """Differences 0.01, 0.02, 0.03 worth 100, 200, 600: (1 + 4 + 18) / (1 + 4 + 9) hundreds."""
    point = worth_of_a_point(
        versions(
            *(trained(f"v{n}") for n in (1, 2, 3)),
            judged("v1", 0.01, 100.0),
            judged("v2", 0.02, 200.0),
            judged("v3", 0.03, 600.0),
        )
    )

    assert point.value == pytest.approx(100 * 23 / 14)
    assert (point.low, point.high) == (pytest.approx(100), pytest.approx(200))
    assert point.comparisons == 3
    assert point.decision.reasons[0].code == "point_told"


def test_a_worse_challenger_tells_as_much_as_a_better_one() -> None:
    """A higher loss that was worth less agrees with the rest."""
    point = worth_of_a_point(
        versions(
            *(trained(f"v{n}") for n in (1, 2, 3)),
            judged("v1", 0.01, 100.0),
            judged("v2", -0.02, -200.0),
            judged("v3", 0.03, 300.0),
        )
    )

    assert point.value == pytest.approx(100)


def test_signs_that_disagree_tell_nothing() -> None:
    """One lower loss that was worth less, and the metric does not stand for the value."""
    point = worth_of_a_point(
        versions(
            *(trained(f"v{n}") for n in (1, 2, 3)),
            judged("v1", 0.01, 100.0),
            judged("v2", 0.02, -1.0),
            judged("v3", 0.03, 300.0),
        )
    )

    assert point.value is None
    assert point.decision.verdict is Verdict.CANNOT_JUDGE
    assert point.decision.reasons[0].code == "signs_disagree"


@pytest.mark.parametrize(
    "third",
    [
        judged("v3", 0.03, 300.0, against=None),
        judged("v3", 0.03, None),
        judged("v3", 0.03, 300.0, width=0.04),
        judged("v4", 0.03, 300.0),
    ],
    ids=["against the dummy", "no value", "within chance", "never trained"],
)
def test_too_few_comparisons_tell_nothing(third: Event) -> None:
    """Two that count, and a third that does not."""
    point = worth_of_a_point(
        versions(
            *(trained(f"v{n}") for n in (1, 2, 3)),
            judged("v1", 0.01, 100.0),
            judged("v2", 0.02, 200.0),
            third,
        )
    )

    assert point.value is None
    assert point.comparisons == 2
    assert point.decision.reasons[0].code == "too_few_comparisons"
