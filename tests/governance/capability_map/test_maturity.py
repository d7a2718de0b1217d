"""A level is climbed rung by rung, by evidence; the first rung that fails is the next step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from caf_governance.capability_map.claims import Claim, Promise, Status
from caf_governance.capability_map.judging import Kept, Row, Tag
from caf_governance.capability_map.maturity import (
    FRESH_DAYS,
    Drill,
    Level,
    Maturity,
    Practice,
    mature,
    objectors,
)
from caf_platform.capabilities import Capability

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OLD = NOW - timedelta(days=FRESH_DAYS + 1)
CLAIM = Claim(
    reach=Status.ENFORCED,
    by=("gate strict",),
    promises=(Promise(says="s", tests=("tests/a.py::test_a",)),),
    red=("Tampered",),
)
ROW = Row(
    Capability.OBSERVABILITY,
    CLAIM,
    Status.ENFORCED,
    (Tag("gate strict", "gates/strict.py"),),
    {},
    {},
    refusals=("strict refuse", "Tampered"),
)
HABIT = Practice(10, 2, NOW - timedelta(days=1))
HELD = Drill("bad-batch", "strict", True, NOW - timedelta(days=2))


def level(
    row: Row = ROW, practice: Practice = HABIT, *drills: Drill, now: datetime = NOW
) -> Maturity:
    """What is said of a capability in scope."""
    found = mature(row, practice, drills, now)
    assert found is not None
    return found


def test_everything_together_is_sustained() -> None:
    """Defined, practised, proved, rehearsed, and a habit: no next step."""
    found = level(ROW, HABIT, HELD)

    assert (found.level, found.why, found.next_step) == (Level.SUSTAINED, "", "")
    assert found.drills == (HELD,)


@pytest.mark.parametrize(
    ("row", "practice", "drill", "reached", "step"),
    [
        (
            replace(ROW, tags=(), claim=Claim(reach=Status.ENFORCED, missing=("all",))),
            HABIT,
            HELD,
            Level.ABSENT,
            "build it: all",
        ),
        (ROW, Practice(), HELD, Level.DEFINED, "make demo"),
        (
            replace(ROW, status=Status.RECORDED, unproved=("test_a did not run",)),
            HABIT,
            HELD,
            Level.PRACTISED,
            "make test",
        ),
        (
            replace(ROW, overclaims=("there is no test t",)),
            HABIT,
            HELD,
            Level.PRACTISED,
            "mend it: there is no test t",
        ),
        (ROW, HABIT, replace(HELD, right=False), Level.PROVED, "make scenarios"),
        (ROW, HABIT, replace(HELD, objector="lenient"), Level.PROVED, "make scenarios"),
        (ROW, HABIT, replace(HELD, when=OLD), Level.PROVED, "make scenarios"),
        (ROW, replace(HABIT, plays=1), HELD, Level.REHEARSED, "make demo"),
        (ROW, replace(HABIT, last=OLD), HELD, Level.REHEARSED, "make demo"),
        (
            replace(ROW, claim=CLAIM.model_copy(update={"missing": ("the rest",)})),
            HABIT,
            HELD,
            Level.REHEARSED,
            "build it: the rest",
        ),
    ],
)
def test_each_rung_stops_it_alone(
    row: Row, practice: Practice, drill: Drill, reached: Level, step: str
) -> None:
    """The level below, with what would be the next step."""
    found = level(row, practice, drill)

    assert found.level is reached
    assert step in found.next_step
    assert found.why


def test_records_of_its_own_are_practice_too() -> None:
    """What no event is tagged with may be there in the records that it leaves."""
    kept = {"rolled_back": Kept(1)}

    found = level(replace(ROW, kept=kept), Practice(), HELD)

    assert found.level is Level.REHEARSED


def test_what_cannot_object_is_rehearsed_by_practice() -> None:
    """There is nobody whom a game day could try."""
    row = replace(ROW, refusals=("Tampered",))

    assert objectors(row) == frozenset()
    assert level(row).level is Level.SUSTAINED
    assert level(row, replace(HABIT, last=OLD)).level is Level.PROVED


def test_a_page_alone_is_defined_and_no_more_is_asked() -> None:
    """It does not become a habit by being written."""
    row = replace(ROW, tags=(), claim=Claim(reach=Status.DOCUMENTED, pages=("A.md",)))

    found = level(row, Practice())

    assert (found.level, found.next_step) == (Level.DEFINED, "no more than a page is asked of it")


def test_what_is_out_of_scope_has_no_level() -> None:
    """Nobody is more mature by leaving something out."""
    assert mature(replace(ROW, status=Status.OUT_OF_SCOPE), HABIT, (), NOW) is None
