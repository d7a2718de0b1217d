"""The ML Test Score is counted from tests that passed, and is the least of its sections."""

import pytest
import yaml

from caf_governance.capability_map.score import RubricTest, Score, Section, rubric, score
from caf_platform.errors import Mistakes

NAMES = [f"{section}-{number}" for section in Section for number in range(1, 8)]
PASSED = {f"tests/{name}.py::test_it": "passed" for name in NAMES}


def entry(name: str, **more: object) -> dict[str, object]:
    """One of the 28, shown by one test unless something else is said."""
    shown = more or {"tests": [f"tests/{name}.py::test_it"]}
    return {"id": name, "asks": "All.", "for": ["business.data-science"], **shown}


def rubric_of(**other: dict[str, object]) -> tuple[RubricTest, ...]:
    """All 28, some of them otherwise."""
    every = [entry(name, **other.get(name.replace("-", "_"), {})) for name in NAMES]
    return rubric(yaml.safe_dump({"tests": every}), "score.yaml")


def scored(given: tuple[RubricTest, ...], ended: dict[str, str]) -> Score:
    """Their score where every test and one page are written."""
    return score(given, ended, list(PASSED), ["PAGE.md"])


def test_all_that_passed_are_seven_of_seven() -> None:
    """One point for each of seven in each section."""
    found = scored(rubric_of(), PASSED)

    assert found.sections == dict.fromkeys(Section, 7)
    assert found.whole == 7


@pytest.mark.parametrize(
    ("other", "ended", "points", "wrong"),
    [
        ({"by_hand": "PAGE.md"}, "passed", 0.5, False),
        ({"by_hand": "GONE.md"}, "passed", 0, True),
        ({"missing": "a canary"}, "passed", 0, False),
        ({"tests": ["tests/gone.py::test_gone"]}, "passed", 0, True),
        ({}, "failed", 0, True),
        ({}, "skipped", 0, True),
        ({}, "", 0, False),
    ],
)
def test_points_and_contradictions(
    other: dict[str, object], ended: str, points: float, wrong: bool
) -> None:
    """Half by hand, nothing for what is missing or did not pass; the section's sum is the whole."""
    name = "tests/infra-6.py::test_it"

    found = scored(rubric_of(infra_6=other), {**PASSED, name: ended})

    one = next(one for one in found.tests if one.test.id == "infra-6")
    assert (one.points, one.wrong) == (points, wrong)
    assert found.sections[Section.INFRA] == found.whole == 6 + points
    assert found.sections[Section.DATA] == 7


@pytest.mark.parametrize(
    "other", [{"by_hand": "PAGE.md", "missing": "m"}, {"asks": "x"}, {"tests": [], "points": 1}]
)
def test_a_test_is_shown_in_one_way(other: dict[str, object]) -> None:
    """Not in two, not in none, and not by points that somebody types in."""
    with pytest.raises(Mistakes, match=r"score\.yaml"):
        rubric_of(data_1=other)


def test_all_28_are_there_in_order() -> None:
    """One that is left out would raise the score of nothing, and is told."""
    every = [entry(name) for name in NAMES if name != "model-3"]

    with pytest.raises(Mistakes, match="model-3"):
        rubric(yaml.safe_dump({"tests": every}), "score.yaml")
    with pytest.raises(Mistakes, match="their order"):
        rubric(yaml.safe_dump({"tests": [entry(name) for name in NAMES[::-1]]}), "score.yaml")
