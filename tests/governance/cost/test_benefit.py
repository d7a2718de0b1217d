"""What was promised of a version, and what came true."""

import pytest
from cost_records import judged, monitored, recorded, trained

from caf_governance.cost.benefit import Benefit, benefits, over_nothing, summed
from caf_governance.cost.worth import trained_versions
from caf_platform.ledger.events import WindowMonitored
from caf_platform.measures.estimate import VALUE, Compared, Estimation, Outcome, Ranged

TRAINED = recorded(
    trained("v1"), judged("v1", 0.1, 100.0, against=None),
    trained("v2"), judged("v2", 0.1, 50.0, against="v1"),
)  # fmt: skip


def looked(window: str, *compared: Compared) -> WindowMonitored:
    """A look at a window that tells what came true by then."""
    return monitored(window, "v1").model_copy(update={"estimation": Estimation(compared=compared)})


def came(window: str, champion: str, rows: int, value: float | None) -> Compared:
    """What came true in a window, per 1,000 rows."""
    outcome = Outcome(estimated=Ranged(), realised=Ranged(value=value))
    return Compared(
        window=window,
        champion=champion,
        rows=rows,
        labelled_rows=rows,
        enough=True,
        numbers={VALUE: outcome},
    )


def found(*looks: WindowMonitored) -> tuple[Benefit, ...]:
    """The benefits of a play in which v1 and v2 were trained."""
    records = [*TRAINED, *recorded(*looks)]
    return benefits(records, trained_versions(records, ()))


def test_windows_are_weighed_by_their_rows_and_gains_chained() -> None:
    """v1 brought 90 on 1,000 rows and 60 on 2,000; v2 promised its own 50 on v1's 100."""
    one, two = found(
        looked("a", came("a", "v1", 1000, 90.0)),
        looked("b", came("b", "v1", 2000, 60.0), came("c", "v2", 500, -8.0)),
    )

    assert (one.version, one.rows, one.promised) == ("v1", 3000, 100)
    assert one.came_true == pytest.approx(70)
    assert one.whole == (300, pytest.approx(210))
    assert two == Benefit(version="v2", rows=500, promised=150, came_true=-8)


def test_labels_that_come_later_replace_what_was_known() -> None:
    """Only the newest comparison of a window counts."""
    (one,) = found(looked("a", came("a", "v1", 100, 5.0)), looked("b", came("a", "v1", 200, 7.0)))

    assert (one.rows, one.came_true) == (200, 7)


def test_what_is_not_known_makes_no_number() -> None:
    """A window without its value, or a version without a gate."""
    looks = looked("a", came("a", "v1", 1, None), came("b", "v9", 1, 3.0))

    one, two = found(looks)

    assert (one.promised, one.came_true) == (100, None)
    assert (two.promised, two.came_true) == (None, 3)
    assert one.whole == (pytest.approx(0.1), None)


def test_before_labels_came_there_is_nothing() -> None:
    """Nor without any look at a window."""
    assert found() == found(looked("a")) == found(monitored("a", "v1")) == ()


def test_a_sum_needs_each_of_its_numbers() -> None:
    """Nothing added up is zero; a number that is not known makes the sum unknown."""
    assert (summed([]), summed([1, 2.5]), summed([1, None])) == (0, 3.5, None)


def test_versions_judged_in_a_circle_gain_nothing_known() -> None:
    """Which no lawful play can hold."""
    records = recorded(trained("v1"), judged("v1", 0.1, 1.0, against="v1"))
    known = {one.version: one for one in trained_versions(records, ())}

    assert over_nothing("v1", known) is None
