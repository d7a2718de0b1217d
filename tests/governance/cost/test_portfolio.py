"""Projects beside each other: value by the gates' gains, in units that are not mixed."""

import pytest
from cost_records import judged, recorded, trained

from caf_governance.cost.account import Spent
from caf_governance.cost.portfolio import Standing, expected_value, ranked, standing
from caf_governance.cost.worth import Trained, trained_versions
from caf_platform.ledger.state import ProjectState


def versions() -> tuple[Trained, ...]:
    """v1 gains 100 over the dummy, v2 another 50 over v1; v3 was never judged."""
    records = recorded(
        *(trained(f"v{n}") for n in (1, 2, 3)),
        judged("v1", 0.1, 100.0, against=None),
        judged("v2", 0.1, 50.0, against="v1"),
    )
    return trained_versions(records, ())


def stands(project: str, value: float | None, unit: str = "EUR", cost: float = 0.0) -> Standing:
    """A project of which only value, unit and cost are of interest."""
    empty = standing(ProjectState(project), (), (), Spent(cost_units=cost), unit)
    return empty.model_copy(update={"expected_value": value})


def test_gains_add_up_along_the_chain_of_champions() -> None:
    """2,000 rows of v1 at 100 per 1,000 and 1,000 rows of v2 at 150."""
    assert expected_value({"v1": 2000, "v2": 1000}, versions()) == pytest.approx(350)
    assert expected_value({}, versions()) == 0


@pytest.mark.parametrize("version", ["v3", "v9"])
def test_a_gain_that_is_missing_makes_no_number(version: str) -> None:
    """Neither a version without a gate nor one that nobody knows is worth nothing."""
    assert expected_value({"v1": 10, version: 10}, versions()) is None


def test_versions_judged_in_a_circle_have_no_value() -> None:
    """Which no lawful play can hold."""
    circle = trained_versions(recorded(trained("v1"), judged("v1", 0.1, 1.0, against="v1")), ())

    assert expected_value({"v1": 10}, circle) is None


def test_the_most_valuable_of_a_unit_is_first_and_units_are_not_mixed() -> None:
    """Unknown value last; among equals the cheaper one."""
    found = ranked(
        [
            stands("a", None),
            stands("b", 5.0, cost=2.0),
            stands("c", 5.0, cost=1.0),
            stands("d", 9.0),
            stands("e", 7.0, unit="DKK"),
        ]
    )

    assert [one.project for one in found] == ["e", "d", "c", "b", "a"]


def test_a_project_without_champion_needs_a_person() -> None:
    """And one that is stopped, or has open incidents."""
    empty = stands("a", 0.0)
    bad = empty.model_copy(update={"stopped": True, "open_incidents": 2, "champion": "v1"})

    assert empty.risks == ("no champion",)
    assert bad.risks == ("stopped", "open incidents")
    assert (empty.model_age_days, empty.last_window) == (None, None)
