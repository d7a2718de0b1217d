"""Holding a game day: a fault on a copy of the home, beside the same days without it."""

from pathlib import Path

import pytest
from micro_play import SUPPORT

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.grounds import Grounds
from caf_pipelines.scenarios.holding import hold
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, Told, expect
from caf_platform.settings import Settings


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    """Where the micro project's first days are played once for all tests here."""
    return Grounds(tmp_path_factory.mktemp("grounds"), Settings(projects=SUPPORT), "micro")


def told(act) -> Told:
    """A game day of two days on which nobody should object."""
    scenario = Scenario("2020-01-02", "2020-01-04", act, expect(NOBODY))
    return Told("micro", "trial", "A trial", "Nothing happens.", "Nothing.", scenario)


def test_days_without_a_fault_go_as_they_do_without_one(grounds: Grounds, tmp_path: Path) -> None:
    """The measure of all others."""
    held = hold(grounds, told(lambda day: day.play()), tmp_path / "home")

    assert held.outcome.right, held.outcome.mistakes


def test_one_that_breaks_off_went_wrong_and_says_how(grounds: Grounds, tmp_path: Path) -> None:
    """So one crash is one wrong row of the matrix, and not the end of all others."""

    def act(day: GameDay) -> None:
        day.play(until="2020-01-03")
        raise ZeroDivisionError("by nobody")

    held = hold(grounds, told(act), tmp_path / "home")

    assert not held.outcome.right
    (mistake,) = held.outcome.mistakes
    assert mistake.startswith("it broke off with ZeroDivisionError in test_holding.py:")
    assert mistake.endswith(": by nobody")
