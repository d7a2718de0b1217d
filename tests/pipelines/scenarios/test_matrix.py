"""The matrix of game days, as page and JSON."""

import json
from pathlib import Path

from browser import browser_or_skip, faults

from caf_pipelines.scenarios.finding import Finding
from caf_pipelines.scenarios.holding import Held
from caf_pipelines.scenarios.matrix import matrix, write
from caf_pipelines.scenarios.outcome import Outcome
from caf_pipelines.scenarios.scenario import Scenario, Told, expect

SKEW = Finding("skew", "breach", "skew_breached", "w1", "<b>50</b> of 50 rows differ")


def held(name: str, *mistakes: str) -> Held:
    """A game day on which `skew` objected."""
    scenario = Scenario("2024-01-01", "2024-02-01", lambda _: None, expect("skew", SKEW.code))
    told = Told("micro", name, f"Title of {name}", "A story.", "A lesson.", scenario)
    return Held(told, Path(), Outcome((SKEW,), (), "data_incident", "v2", mistakes))


def test_a_matrix_is_right_only_when_each_row_is() -> None:
    """And never when there is no row at all."""
    assert matrix([held("a"), held("b")]).right
    assert not matrix([held("a"), held("b", "freshness objected too")]).right
    assert not matrix([]).right


def test_page_and_json_are_written_and_escape_what_data_says(tmp_path: Path) -> None:
    """Nothing is loaded from anywhere, and no data becomes markup."""
    page = write(matrix([held("a", "a mistake")]), tmp_path)

    text = page.read_text("utf-8")
    assert "&lt;b&gt;50&lt;/b&gt;" in text
    assert "a mistake" in text
    assert "http" not in text
    said = json.loads((tmp_path / "matrix.json").read_text("utf-8"))
    assert said["right"] is False
    assert said["scenarios"][0]["objected"] == {"skew": "objects"}


def test_the_page_links_to_a_report_that_was_drawn_and_names_the_command_otherwise(
    tmp_path: Path,
) -> None:
    """A link from beside the page, so that a home can be moved."""
    report = tmp_path / "scenarios" / "a" / "reports" / "micro.html"
    found = matrix([held("a"), held("b")])

    text = write(found, tmp_path / "reports", {"a": report}).read_text("utf-8")

    assert 'href="../scenarios/a/reports/micro.html"' in text
    assert "caf scenario run b" in text
    assert "caf scenario run a" not in text


def test_the_page_shuts_nobody_out(tmp_path: Path) -> None:
    """axe-core finds nothing at three widths, light and dark."""
    page = write(matrix([held("a", "a mistake"), held("b")]), tmp_path)
    with browser_or_skip() as browser:
        assert faults(browser, page.as_uri()) == []
