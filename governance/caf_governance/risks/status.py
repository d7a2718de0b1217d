"""What the register is worth now: a control counts while its tests pass over the present tree.

Pure: how tests ended and which exist are handed in. A status is never better than its worst test.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from caf_governance.risks.register import Rating, Register, Risk
from caf_platform.decision import Frozen


class Outcome(StrEnum):
    """How a named test ended; missing: there is no such test, unrun: nobody ran it on this tree."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"
    UNRUN = "unrun"


class Status(StrEnum):
    """What can be said of a risk; borne: nothing stands against it, and that is said."""

    RED = "red"
    UNPROVED = "unproved"
    BORNE = "borne"
    CONTROLLED = "controlled"


class StandingRisk(Frozen):
    """A risk as a decision sees it: its status, the score that holds now (1 to 25), who objects."""

    name: str
    status: Status
    rating: Annotated[int, Field(ge=1, le=25)]
    objections: tuple[str, ...] = ()


RED = (Outcome.FAILED, Outcome.SKIPPED, Outcome.MISSING)


class Judged(Frozen):
    """A risk with its status, how each of its tests ended, and the rating that holds now.

    The residual rating holds only while the risk is controlled; else the inherent one does.
    """

    risk: Risk
    status: Status
    tests: dict[str, Outcome]
    now: Rating

    @property
    def objections(self) -> tuple[str, ...]:
        """The tests that did not pass, each with how it ended."""
        bad = ((test, ended) for test, ended in self.tests.items() if ended is not Outcome.PASSED)
        return tuple(f"{test} {ended.value}" for test, ended in bad)

    @property
    def standing(self) -> StandingRisk:
        """What of it a decision rests on."""
        return StandingRisk(
            name=self.risk.name,
            status=self.status,
            rating=self.now.score,
            objections=self.objections,
        )


def judge(
    register: Register, ended: Mapping[str, str], existing: Collection[str]
) -> tuple[Judged, ...]:
    """Every risk of the register as it stands, the worst first.

    `ended` says by node id how tests ended over exactly the present tree (passed, failed, skipped);
    `existing` are the node ids of all tests that there are, without their parameters.
    """
    found = [_judged(risk, ended, existing) for risk in register.risks]
    order = list(Status)
    return tuple(sorted(found, key=lambda one: (order.index(one.status), -one.now.score)))


def outcome(test: str, ended: Mapping[str, str], existing: Collection[str]) -> Outcome:
    """How a test, named without its parameters, ended in all of them.

    One failure is a failure; skipped with some parameters and passed with others is passed.
    """
    if test not in existing:
        return Outcome.MISSING
    known = {said for node, said in ended.items() if node.partition("[")[0] == test}
    worst = (Outcome.FAILED, Outcome.PASSED, Outcome.SKIPPED)
    return next((one for one in worst if one.value in known), Outcome.UNRUN)


def _judged(risk: Risk, ended: Mapping[str, str], existing: Collection[str]) -> Judged:
    tests = {test: outcome(test, ended, existing) for test in risk.tests}
    status = _status(tests)
    proved = status is Status.CONTROLLED
    return Judged(
        risk=risk, status=status, tests=tests, now=risk.residual if proved else risk.inherent
    )


def _status(tests: Mapping[str, Outcome]) -> Status:
    said = set(tests.values())
    if not said:
        return Status.BORNE
    if said & set(RED):
        return Status.RED
    return Status.UNPROVED if Outcome.UNRUN in said else Status.CONTROLLED
