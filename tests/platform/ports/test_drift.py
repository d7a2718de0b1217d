"""What every drift meter does: textbook numbers, and an answer for every odd window."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from drift import PlainDrift
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caf_platform.ports.drift import ColumnDrift, DriftMeter

LN2 = np.log(2)


def _evidently() -> DriftMeter:
    from caf_platform.adapters.drift import EvidentlyDrift  # takes 5 s

    return EvidentlyDrift()


@pytest.fixture(params=[_evidently, PlainDrift], ids=["evidently", "plain"])
def meter(request: pytest.FixtureRequest) -> DriftMeter:
    """Each drift meter in turn."""
    make: Callable[[], DriftMeter] = request.param
    return make()


def one(meter: DriftMeter, current: list, reference: list, *, numeric: bool = True) -> ColumnDrift:
    """The drift of a single column `x`."""
    frames = [pd.DataFrame({"x": values}) for values in (current, reference)]
    kinds = (
        {"numeric": ["x"], "categorical": []} if numeric else {"numeric": [], "categorical": ["x"]}
    )
    return meter.measure(*frames, **kinds).columns[0]


def test_deciles_give_the_textbook_value(meter: DriftMeter) -> None:
    """1..100 has ten rows per decile; a current window of the lower half alone is worked by hand.

    Lower five bins: share 0.2 against 0.1, upper five: empty, so half a row of 50, 0.01.
    PSI = 5 (0.2 - 0.1) ln 2 + 5 (0.01 - 0.1) ln 0.1 = 0.5 ln 2 + 0.45 ln 10.
    """
    drift = one(meter, list(range(1, 51)), list(range(1, 101)))

    assert drift.method == "psi"
    assert drift.score == pytest.approx(0.5 * LN2 + 0.45 * np.log(10))


def test_categories_give_the_textbook_value(meter: DriftMeter) -> None:
    """Half and half against three quarters and a quarter: (.5 - .75) ln(2/3) + (.5 - .25) ln 2."""
    drift = one(meter, ["a", "a", "b", "b"], ["a", "a", "a", "b"], numeric=False)

    assert drift.score == pytest.approx(-0.25 * np.log(2 / 3) + 0.25 * LN2)


def test_an_unseen_category_is_a_bin_of_its_own(meter: DriftMeter) -> None:
    """Two new names share one bin, which the reference holds half a row of (1/8 of four).

    a: (1/3 - 1) ln(1/3); unseen: (2/3 - 1/8) ln(16/3).
    """
    drift = one(meter, ["a", "new", "newer"], ["a"] * 4, numeric=False)

    assert drift.score == pytest.approx(2 / 3 * np.log(3) + (2 / 3 - 1 / 8) * np.log(16 / 3))


@pytest.mark.parametrize("numeric", [True, False])
def test_nulls_are_a_bin_of_their_own(meter: DriftMeter, numeric: bool) -> None:
    """Nulls going from a quarter to half are drift, though the values that remain are the same."""
    current = [1.0, 1.0, None, None] if numeric else ["a", "a", None, None]
    reference = [1.0, 1.0, 1.0, None] if numeric else ["a", "a", "a", None]

    drift = one(meter, current, reference, numeric=numeric)

    assert drift.score == pytest.approx(-0.25 * np.log(2 / 3) + 0.25 * LN2)


def test_nulls_stand_beside_the_deciles_too(meter: DriftMeter) -> None:
    """A feed that loses a third of its readings drifts, whatever the readings are."""
    reference = [float(n) for n in range(1, 101)]

    full = one(meter, reference, reference)
    holed = one(meter, [*reference[1::3], *reference[2::3], *[None] * 34], reference)

    assert full.score == 0
    assert holed.score is not None
    assert holed.score > 0.5


def test_ties_merge_into_one_bin(meter: DriftMeter) -> None:
    """Nine deciles of mostly zeros are one edge, not nine bins of nothing."""
    reference = [0.0] * 85 + [float(n) for n in range(1, 16)]

    assert one(meter, reference, reference).score == 0
    assert one(meter, [0.0] * 100, reference).score == pytest.approx(
        0.15 * np.log(1 / 0.85)
        - (0.005 - 0.10) * np.log(0.10 / 0.005)
        - (0.005 - 0.05) * np.log(0.05 / 0.005)
    )


def test_identical_data_scores_nought_and_two_halves_almost(meter: DriftMeter) -> None:
    """No change is no drift, up to the chance of drawing: about 9 (1/5000 + 1/5000)."""
    values = np.random.default_rng(0).normal(size=10_000)

    same = one(meter, list(values), list(values))
    halves = one(meter, list(values[:5000]), list(values[5000:]))

    assert same.score == 0
    assert halves.score is not None
    assert halves.score < 0.02


@pytest.mark.parametrize(("numeric", "current"), [(True, [900.0] * 50), (False, ["900"] * 50)])
def test_shifted_data_scores_high(meter: DriftMeter, numeric: bool, current: list) -> None:
    """A wrong unit is far above every limit in use."""
    reference = [float(n) for n in range(50)] if numeric else [str(n % 7) for n in range(50)]

    drift = one(meter, current, reference, numeric=numeric)

    assert drift.score is not None
    assert drift.score > 2


def test_a_stuck_or_constant_column_is_measured(meter: DriftMeter) -> None:
    """A constant is compared value by value, below and above alike: a stuck sensor must show."""
    varied = [float(n) for n in range(50)]

    assert one(meter, [7.0] * 50, [7.0] * 50).score == 0
    for current, reference in (
        ([10.0] * 50, varied),
        ([6.0] * 50, [7.0] * 50),
        (varied, [7.0] * 50),
    ):
        score = one(meter, current, reference).score
        assert score is not None
        assert score > 2


def test_a_flag_is_compared_by_value(meter: DriftMeter) -> None:
    """Booleans and 0/1 columns have no deciles: half against a quarter, as for categories."""
    drift = one(meter, [True, True, False, False], [True, False, False, False])

    assert drift.score == pytest.approx(0.25 * LN2 - 0.25 * np.log(2 / 3))


def test_infinities_count_as_null(meter: DriftMeter) -> None:
    """An infinity is no measurement, so it drifts like a null and stretches no bin."""
    reference = [float(n) for n in range(40)] + [None] * 10
    current = [float(n) for n in range(40)] + [np.inf] * 5 + [-np.inf] * 5

    assert one(meter, current, reference).score == 0


ODD: dict[str, tuple[pd.DataFrame, pd.DataFrame, str]] = {
    name: (pd.DataFrame(current), pd.DataFrame(reference), why)
    for name, current, reference, why in [
        ("empty current", {"x": []}, {"x": [1.0, 2.0]}, "0 rows"),
        ("empty reference", {"x": [1.0, 2.0]}, {"x": []}, "0 rows"),
        ("no columns at all", {}, {"x": [1.0, 2.0]}, "stands 0 times in the current"),
        ("one row", {"x": [1.0]}, {"x": [1.0, 2.0]}, "1 rows"),
        ("one row of reference", {"x": [1.0, 2.0]}, {"x": [1.0]}, "1 rows"),
        ("all null", {"x": [np.nan] * 3}, {"x": [1.0, 2.0]}, "null in the current window"),
        ("all None", {"x": [None] * 3}, {"x": [1.0, 2.0]}, "null in the current window"),
        ("all-null reference", {"x": [1.0, 2.0]}, {"x": [None] * 3}, "null in the reference"),
        ("nothing finite", {"x": [np.inf] * 3}, {"x": [1.0, 2.0]}, "no value is finite"),
        ("column gone", {"y": [1.0, 2.0]}, {"x": [1.0, 2.0]}, "stands 0 times in the current"),
        ("column new", {"x": [1.0, 2.0]}, {"y": [1.0, 2.0]}, "stands 0 times in the reference"),
        ("text for numbers", {"x": ["a", "b"]}, {"x": [1.0, 2.0]}, "not numbers"),
        ("mixed for numbers", {"x": [1.0, "b"]}, {"x": [1.0, 2.0]}, "not numbers"),
    ]
}
ODD["column twice"] = (
    pd.DataFrame([[1.0, 2.0]] * 3, columns=["x", "x"]),
    pd.DataFrame({"x": [1.0, 2.0]}),
    "stands 2 times",
)


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_measured_says_why(meter: DriftMeter, name: str) -> None:
    """An odd window is answered with no score and a reason, never with an error or a zero."""
    current, reference, why = ODD[name]

    report = meter.measure(current, reference, numeric=["x"], categorical=[])

    assert report.columns[0].score is None
    assert why in report.columns[0].why
    assert (report.current_rows, report.reference_rows) == (len(current), len(reference))


def test_an_odd_column_loses_only_itself(meter: DriftMeter) -> None:
    """A column of lists breaks the library; the columns beside it keep their scores."""
    frame = pd.DataFrame({"n": [1.0, 2.0, 3.0], "bad": [[1], [2], [3]], "c": ["a", "b", "a"]})

    report = meter.measure(frame, frame, numeric=["n", "gone"], categorical=["bad", "c"])

    assert [c.column for c in report.columns] == ["n", "gone", "bad", "c"]
    assert [c.score for c in report.columns if c.column != "bad"] == [0.0, None, 0.0]
    assert all(bool(c.why) == (c.score is None) for c in report.columns)


def test_columns_that_were_not_asked_for_are_left_alone(meter: DriftMeter) -> None:
    """An extra column in either frame changes nothing and is not reported."""
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]})

    report = meter.measure(
        frame.assign(extra=None), frame.assign(other="o"), numeric=["x"], categorical=[]
    )

    assert [(c.column, c.score) for c in report.columns] == [("x", 0.0)]


def test_the_frames_are_not_changed(meter: DriftMeter) -> None:
    """Measuring reads only."""
    frame = pd.DataFrame({"x": [1.0, None, np.inf], "c": ["a", None, "b"]})
    before = frame.copy(deep=True)

    meter.measure(frame, frame, numeric=["x"], categorical=["c"])

    pd.testing.assert_frame_equal(frame, before)


def test_the_page_is_whole_in_itself_and_names_what_is_missing(meter: DriftMeter) -> None:
    """A person can open it offline, and a column without a score is named with its reason."""
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]})

    page = meter.page(frame, frame, numeric=["x", "gone"], categorical=[]).decode()

    assert "<html" in page
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", page)
    assert "gone" in page
    assert "stands 0 times" in page


def test_a_window_with_nothing_to_measure_still_has_a_page(meter: DriftMeter) -> None:
    """An empty window is when a person wants to look."""
    page = meter.page(
        pd.DataFrame({"x": []}), pd.DataFrame({"x": [1.0]}), numeric=["x"], categorical=[]
    )

    assert b"0 rows" in page


CELLS = st.none() | st.floats(width=32) | st.integers(-3, 3) | st.booleans()
NAMES = st.none() | st.text(max_size=3) | st.integers(-2, 2)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(CELLS, max_size=12), st.lists(CELLS, max_size=12), st.lists(NAMES, max_size=12))
def test_no_window_raises_and_no_score_is_odd(
    meter: DriftMeter, current: list, reference: list, names: list
) -> None:
    """Whatever comes, each column has a finite score of at least nought, or a reason."""
    report = meter.measure(
        pd.DataFrame({"x": current, "c": (names * 12)[: len(current)] or [None] * len(current)}),
        pd.DataFrame({"x": reference, "c": (names[::-1] * 12)[: len(reference)] or None}),
        numeric=["x"],
        categorical=["c"],
    )

    for drift in report.columns:
        assert (drift.score is None) == bool(drift.why)
        assert drift.score is None or 0 <= drift.score < 1000
