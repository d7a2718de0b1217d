"""The page shows the numbers that were measured, and they were measured as it says."""

import json

import pytest
from checkout import ROOT
from tables import BEGIN, END, markdown, page

RUN = {"seconds": 80.0, "cpu": 60.0, "own_cpu": 45.0, "peak": 2**30, "own_peak": 2**29}
RESULTS = {
    "measured_on": "2030-01-01",
    "commit": "abc",
    "sample": None,
    "machine": {
        "cores": 2, "memory_gib": 8.0, "system": "Linux", "python": "3.11", "scikit-learn": "1.9",
        "load": 0.1,
    },
    "numbers": {"ratio_cpu": 3.0, "year": 95.0},
    "plays": {"with Prefect": {**RUN, "seen": {"stage": 3.2}}, "without": {**RUN, "seen": {}}},
    "bare": {**RUN, "cpu": 20.0, "seen": {}, "parts": {"fit": 15.0}},
    "agreement": {"losses": 32, "largest_difference": 0.0},
    "stages": {
        "score": {"calls": 2, "cpu_seconds": 6.0}, "train": {"calls": 1, "cpu_seconds": 9.0},
    },
    "verbs": {"champion": 0.4},
}  # fmt: skip


def lines_with(text: str, results=RESULTS) -> list[str]:
    """The rendered lines that hold a text."""
    return [line for line in markdown(results).splitlines() if text in line]


def test_bars_are_shown_with_their_verdict():
    """Kept, missed, and not measured."""
    assert "| 3 x | 3.00 x | PASS |" in lines_with("CPU of all processes")[0]
    assert "| 90 s | 95.00 s | MISS |" in lines_with("the whole year")[0]
    assert lines_with("make test")[0].endswith("| 600 s |  | not measured |")


def test_every_stage_has_its_share_and_the_rest_is_named():
    """The shares of a play add up: stages, the rest of the process, its children."""
    shares = [lines_with(f"| {name}")[0].split(" | ")[-1] for name in ("train", "score")]
    rest = [
        lines_with(name)[0].split(" | ")[-1] for name in ("imports, source", "server and other")
    ]

    assert [*shares, *rest] == ["15.0% |", "10.0% |", "50.0% |", "25.0% |"]


def test_each_run_is_shown_over_the_bare_script():
    """60 seconds of CPU are three times 20."""
    assert lines_with("| with Prefect")[0].split(" | ")[3] == "3.00"
    assert lines_with("| bare script")[0].split(" | ")[3] == "1.00"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sample": 0.2}, "a sample: 20% of rows"),
        ({"machine": {**RESULTS["machine"], "load": 3.0}}, "**busy"),
    ],
)
def test_a_sample_and_a_busy_machine_are_said_aloud(changed, said):
    """Nobody takes such numbers for the year's."""
    assert not lines_with(said)
    assert lines_with(said, {**RESULTS, **changed})


def test_only_what_lies_between_the_marks_is_written(tmp_path):
    """Twice the same measurement, the same page."""
    path = tmp_path / "page.md"
    path.write_text(f"before\n\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")

    page(path, RESULTS)
    once = path.read_text("utf-8")
    page(path, RESULTS)

    assert once == path.read_text("utf-8")
    assert once.startswith("before\n\n")
    assert once.endswith(f"{END}\nafter\n")
    assert "old" not in once


def test_the_page_shows_the_measurement_that_is_kept():
    """Numbers in BENCHMARKS.md come from results.json, and from nowhere else."""
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))

    assert markdown(results) in (ROOT / "BENCHMARKS.md").read_text("utf-8")
