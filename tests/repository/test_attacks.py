"""An attack that did not attack does not pass, and each has one name in every size."""

import pytest
from attacks import EVER, FULL, name_of, sizes
from tally import NoAttack, Tally


def counted(trials: int, failed: int = 0, ended: str = "refused") -> Tally:
    """So many trials that ended alike."""
    tally = Tally("forgeries", [])
    for number in range(trials):
        tally.trial(f"{number}", good=number >= failed, ended=ended)
    return tally


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("test_orders", "orders"),
        (f"test_kills_at_random[{EVER}]", "kills at random"),
        (f"test_kills_at_random[{FULL}]", "kills at random"),
        (f"test_forged[{FULL}-nobody's signature]", "forged: nobody's signature"),
        ("test_mutation[door]", "mutation: door"),
    ],
)
def test_a_name_says_nothing_of_the_size(test: str, name: str) -> None:
    """In short and in full it is the same attack."""
    assert name_of(test) == name


def test_only_the_full_size_is_left_out_of_every_run() -> None:
    """It carries the marker by which it is chosen."""
    ever, full = sizes(2, 100)

    assert (ever.values, [mark.name for mark in ever.marks]) == ((2,), [])
    assert full.values == (100,)
    assert "harden" in [mark.name for mark in full.marks]


@pytest.mark.parametrize("trials", [0, 9])
def test_too_few_trials_show_nothing(trials: int) -> None:
    """However well they went."""
    with pytest.raises(NoAttack, match=f"{trials} trials, not 10"):
        counted(trials).held(10)


def test_an_attack_that_never_ends_one_way_is_none() -> None:
    """A race in which nothing was refused was not run."""
    with pytest.raises(NoAttack, match="never refused"):
        counted(10, ended="loaded").held(10, "loaded", "refused")


def test_one_failure_is_told_with_the_bound() -> None:
    """The attack as a whole fails, and names the first trial that did."""
    with pytest.raises(AssertionError, match=r"1 failed in 10 trials; .* the first: 0"):
        counted(10, failed=1).held(10)


def test_an_attack_that_holds_tells_how_its_trials_ended() -> None:
    """Nothing is raised."""
    tally = counted(10)

    tally.held(10, "refused")

    assert tally.lines == ["ended: refused 10"]
