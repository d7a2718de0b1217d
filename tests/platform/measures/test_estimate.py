"""An estimate as a value: how it is told, and what is said of it when labels have come."""

import pytest

from caf_platform.measures.estimate import (
    Compared,
    Estimate,
    Estimation,
    Outcome,
    Ranged,
    newest,
    trust,
)


def ranged(value=None, low=None, high=None):
    """A number with its interval."""
    return Ranged(value=value, low=low, high=high)


def an_estimate(**changes):
    """Two numbers, one of them with an interval."""
    numbers = {"skill": ranged(0.1), "loss": ranged(0.45, 0.4, 0.5)}
    values = {"method": "cbpe", "method_version": 1, "rows": 10, "level": 0.95, "numbers": numbers}
    return Estimate(**(values | changes))


def compared(window, estimated, realised, *, enough=True):
    """A window's loss as estimated, give or take a tenth, and as it came true."""
    expected = ranged(estimated, estimated - 0.1, estimated + 0.1)
    outcome = Outcome(estimated=expected, realised=ranged(realised))
    return Compared(
        window=window, rows=10, labelled_rows=9, enough=enough, numbers={"loss": outcome}
    )


def test_an_estimate_is_told_as_one():
    """Method and version, and each number in one order, whatever order it was read in."""
    told = an_estimate().text

    assert told == (
        "estimated without labels (est., cbpe 1): loss 0.4500 [0.4000, 0.5000], skill 0.1000"
    )


def test_what_could_not_be_estimated_says_why():
    """No number is made up."""
    told = an_estimate(numbers={"loss": ranged()}, reason="no rows were served").text

    assert told.endswith("nothing, for no rows were served")


@pytest.mark.parametrize(
    ("estimated", "realised", "error", "inside"),
    [
        (ranged(0.4, 0.3, 0.5), ranged(0.5), 0.1, True),
        (ranged(0.4, 0.3, 0.5), ranged(0.51), 0.11, False),
        (ranged(0.4, 0.3, 0.5), ranged(0.29), -0.11, False),
        (ranged(0.4), ranged(0.5), 0.1, None),
        (ranged(0.4, 0.3, 0.5), ranged(), None, None),
        (ranged(), ranged(0.5), None, None),
    ],
)
def test_what_came_true_against_what_was_estimated(estimated, realised, error, inside):
    """Realised minus estimated, and whether it lies within; what is missing is no comparison."""
    outcome = Outcome(estimated=estimated, realised=realised)

    assert outcome.error == (None if error is None else pytest.approx(error))
    assert outcome.inside is inside


def test_the_last_comparison_of_a_window_holds():
    """Labels came in twice."""
    found = newest([compared("a", 0.4, 0.3), compared("b", 0.4, 0.4), compared("a", 0.4, 0.6)])

    assert list(found) == ["a", "b"]
    assert found["a"].numbers["loss"].realised.value == 0.6


def test_trust_is_the_mean_error_and_how_often_the_interval_held():
    """Off by 0.05 and by 0.15: once within a tenth, once not; too few labels do not count."""
    found = trust(
        {
            "a": compared("a", 0.4, 0.45),
            "b": compared("b", 0.4, 0.25),
            "c": compared("c", 0.4, 0.9, enough=False),
        }
    )["loss"]

    assert (found.windows, found.bounded, found.inside) == (2, 2, 1)
    assert found.mean_absolute_error == pytest.approx(0.1)


def test_nothing_came_true_yet():
    """No number, no trust."""
    assert trust({}) == {}
    assert trust({"a": compared("a", 0.4, None)}) == {}


def test_a_record_is_read_back_as_it_was_written():
    """By JSON and back, and what an older record lacks has a default."""
    written = Estimation(
        estimate=an_estimate(), batches=("a",), compared=(compared("a", 0.4, 0.5),)
    )

    assert Estimation.model_validate_json(written.model_dump_json()) == written
    assert Estimation.model_validate({}).compared == ()
