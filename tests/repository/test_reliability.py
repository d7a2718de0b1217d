"""The page of what the attacks came to says what was kept, and nothing else."""

import json
from pathlib import Path

from checkout import ROOT
from reliability import RESULTS, collected, keep, page
from tally import Tally


def _tried(failed: int, trials: int) -> Tally:
    tally = Tally("kills at random", [])
    for number in range(trials):
        tally.trial(f"kill {number}", good=number >= failed)
    return tally


def test_the_page_is_what_is_kept():
    """Whoever edits the page by hand, or forgets to write it, is told."""
    results = json.loads(RESULTS.read_text("utf-8"))

    assert (ROOT / "docs" / "reliability.md").read_text("utf-8") == page(results)


def test_none_in_a_thousand_is_not_never(tmp_path: Path):
    """0 in N goes with its bound, about 3/N."""
    keep(_tried(0, 1_000), ["told"], "What it does.", tmp_path)

    found = collected(tmp_path)["kills at random"]

    assert (found["trials"], found["failed"]) == (1_000, 0)
    assert 0.0029 < found["bound"] < 0.0031
    assert "| kills at random | 1,000 | 0 | 0.30% |" in page({"kills at random": found})


def test_what_failed_is_on_the_page(tmp_path: Path):
    """An attack that broke something is told as one, and replaces what it came to before."""
    keep(_tried(0, 50), [], "", tmp_path)
    keep(_tried(2, 50), [], "", tmp_path)

    assert "| kills at random | 50 | 2 |" in page(collected(tmp_path))
