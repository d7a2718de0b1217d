"""A batch's file with something wrong in it: what is used of it, what is said, what comes next.

All cases lie in one play, a day each, for days do not depend on each other.
"""

from dataclasses import dataclass
from functools import cached_property

import pytest
from bad_input.case import Outcome
from bad_input.files import CELLS, COLUMNS, DAY, WHOLE, rows_of
from bad_input.seen import first_about
from inbox_play import Delivered
from micro.data import batch_name, csv, ends

from caf_platform.adapters.validator import GreatExpectations
from caf_platform.digest import digest
from caf_platform.ledger.events import BatchReceived, BatchRefused, BatchValidated, IncidentOpened
from caf_platform.ledger.record import Record
from caf_platform.settings import Orchestrator
from caf_platform.wiring import Platform


class Judged(Delivered):
    """Fed from files like the others, with the real Great Expectations: it says what is wrong."""

    def platform(self, orchestrator: Orchestrator = Orchestrator.NONE) -> Platform:
        """As a new process would make it."""
        platform = super().platform(orchestrator)
        platform.validator = GreatExpectations()
        return platform


CASES = {DAY + at: case for at, case in enumerate([*COLUMNS, *WHOLE, *CELLS])}
every_case = pytest.mark.parametrize("day", CASES, ids=[case.name for case in CASES.values()])


@dataclass(frozen=True)
class Run:
    """A play and what `caf run` said of it."""

    played: Delivered
    code: int
    out: str
    err: str

    def last(self, kind: type, day: int) -> Record | None:
        """The newest record of a kind about a day's batch."""
        found = [r for r in self.records if r.type == kind.TYPE]
        return next((r for r in reversed(found) if r.payload["batch"] == batch_name(day)), None)

    @cached_property
    def records(self) -> list[Record]:
        """All there are."""
        return list(self.played.platform().ledger.read())

    @cached_property
    def accepted(self) -> dict[str, frozenset[str]]:
        """The keys of the rows in force, by batch."""
        return self.played.accepted()


@pytest.fixture(scope="module")
def spoilt(few_days: Delivered, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Every case on a day of its own, taken in by one command."""
    played = Judged(few_days.copy(tmp_path_factory.mktemp("spoilt")).root)
    for day, case in CASES.items():
        (played.inbox / f"{batch_name(day)}.csv").write_bytes(case.made(rows_of(day)))
    return Run(played, *played.seen("run"))


@pytest.fixture(scope="module")
def mended(spoilt: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Every file delivered again as it should have been."""
    played = spoilt.played.copy(tmp_path_factory.mktemp("mended"))
    for day in CASES:
        (played.inbox / f"{batch_name(day)}.csv").write_bytes(csv(rows_of(day)))
    return Run(played, *played.seen("run"))


@every_case
def test_it_is_told_in_one_line(spoilt: Run, day: int) -> None:
    """Which file, what became of it, why; the play goes on and ends well."""
    case = CASES[day]

    line = first_about(batch_name(day), spoilt.out)

    assert (spoilt.code, spoilt.err) == (case.exit_code, "")
    assert line.replace(f"{ends(day):%Y-%m-%d}", f"{ends(DAY):%Y-%m-%d}") == case.told.replace(
        batch_name(DAY), batch_name(day)
    )


@every_case
def test_the_ledger_has_its_reasons(spoilt: Run, day: int) -> None:
    """The codes of the rules that were broken, for machines."""
    refused, judged = spoilt.last(BatchRefused, day), spoilt.last(BatchValidated, day)

    if refused:
        codes = [reason["code"] for reason in refused.payload["decision"]["reasons"]]
    else:
        codes = list(judged.payload["reasons"])

    assert " ".join(codes) == CASES[day].code


@every_case
def test_nothing_of_it_is_lost(spoilt: Run, day: int) -> None:
    """The bytes are kept as they came; each row is accepted, set aside, a copy, or refused."""
    case, lake = CASES[day], spoilt.played.platform().lake
    raw = case.made(rows_of(day))
    received, judged = spoilt.last(BatchReceived, day), spoilt.last(BatchValidated, day)

    assert lake.read(received.payload["raw_key"], expected=digest(raw)) == raw
    assert (judged is None) is (case.outcome is Outcome.REFUSED)
    if judged:
        counted = [judged.payload[name] for name in ("accepted", "quarantined", "duplicates")]
        assert (*counted, judged.payload["rows"]) == (*case.rows, sum(case.rows))


@every_case
def test_a_refused_one_asks_for_a_person(spoilt: Run, day: int) -> None:
    """An incident says what to do next."""
    incidents = {
        record.payload["incident"]: record.payload["cause"]
        for record in spoilt.records
        if record.type == IncidentOpened.TYPE
    }

    cause = incidents.get(f"refused-{batch_name(day)}")

    assert (cause is not None) is (CASES[day].outcome is Outcome.REFUSED)
    assert cause is None or "Next: mend the file and deliver it again under its name" in cause


@every_case
def test_a_mended_file_takes_its_place(mended: Run, day: int) -> None:
    """The rows in force are those that would have been, had the right file come at once."""
    rows = mended.accepted[batch_name(day)]

    assert rows == set(rows_of(day)["row"])
    assert mended.code == 0


def test_codes_that_a_person_sees_are_those_of_the_ledger() -> None:
    """Each code stands in the line, but where a header is so strange that it has too many."""
    for case in CASES.values():
        first = case.code.split(" ")[:2]
        assert all(code in case.told for code in first)
