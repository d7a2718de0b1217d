"""The contract's results are drawn from the engine's own report."""

from dataclasses import dataclass

import pandas as pd
from drawn_page import page_of
from micro.data import Sensor
from micro_play import World, telling
from plain_validator import PlainValidator

from caf_pipelines.report.checked import checked
from caf_platform.contract.model import Contract
from caf_platform.ports.validator import Validation


def _expectation(kind: str, rules: str, level: str, *, held: bool, failing: int = 0) -> dict:
    return {
        "success": held,
        "expectation_config": {"type": kind, "meta": {"rules": rules, "level": level}},
        "result": {"element_count": 40, "unexpected_count": failing} if failing else {},
        "exception_info": {"exception_message": None},
    }


@dataclass
class Reporting(PlainValidator):
    """Judges as the plain one, and reports in the shape of Great Expectations."""

    asked: int = 0

    def validate(self, frame: pd.DataFrame, contract: Contract) -> Validation:
        """Two expectations: the row rule fails where rows do."""
        self.asked += 1
        found = super().validate(frame, contract)
        bad = len(found.failed_index)
        results = [
            _expectation("expect_between", "heat:minimum, heat:maximum", "row", held=not bad,
                         failing=bad),
            _expectation("expect_rows", "too_few_rows", "table", held=True),
        ]  # fmt: skip
        report = {"meta": {"great_expectations_version": "1.24.1"}, "results": results}
        return Validation(found.results, found.failed_index, lambda: report)


def _played(days: range, **instead):
    validator = Reporting()
    play = World(validator=validator).played(telling(Sensor(days=days, instead=instead)))
    return play, validator


def test_reports_of_bad_and_of_the_newest_batches_are_drawn():
    """Day 10 had bad rows; day 12 is the newest. No other report is kept."""
    play, _ = _played(range(1, 13))

    found = {one.batch: one for one in checked(play)}

    assert list(found) == ["day-10", "day-12, the newest batch"]
    rows = [[cell.words for cell in row] for row in found["day-10"].table.rows]
    assert rows == [
        ["expect_between", "breach", "no, only rows", "40", "3", "heat:minimum, heat:maximum", ""],
        ["expect_rows", "ok", "yes", "", "", "too_few_rows", ""],
    ]
    assert "1 of 2 expectations held" in found["day-10"].says
    assert "3 rules" in found["day-10"].says
    assert "2 of 2 expectations held" in found["day-12, the newest batch"].says


def test_the_newest_batch_is_judged_once_for_all_reports():
    """Its report is kept as evidence of what it was made from."""
    play, validator = _played(range(1, 4))
    before = validator.asked

    first, second = checked(play), checked(play)

    assert validator.asked == before + 1
    assert first == second


def test_a_newest_batch_with_bad_rows_is_drawn_from_what_was_kept():
    """It left a report already, so nobody is asked again."""
    play, validator = _played(range(1, 11))
    before = validator.asked

    found = checked(play)

    assert [one.batch for one in found] == ["day-10"]
    assert validator.asked == before


def test_a_refused_batch_without_report_says_so():
    """Day 15 lacks a column: the file could not be read as the contract's table."""
    play, _ = _played(range(13, 16))

    found = {one.batch: one for one in checked(play)}

    assert found["day-15"].table is None
    assert "no report is kept" in found["day-15"].says
    assert "There is no report to draw" in page_of(play).text


def test_a_report_that_is_gone_does_not_stop_the_page():
    """The lake has lost it; the page says that there is nothing to show."""
    play, _ = _played(range(1, 13))
    objects = play.session.platform.lake.objects
    for key in [key for key in objects if "/contract/day-10/" in key]:
        del objects[key]

    found = {one.batch: one for one in checked(play)}

    assert found["day-10"].table is None
