"""The page of what the attacks came to says what was kept, and nothing else."""

import json
from pathlib import Path

import pytest
from attacks import all_attacks
from checkout import ROOT
from reliability import RESULTS, collected, keep, page
from tally import NoAttack, Tally


def _tried(failed: int, trials: int) -> Tally:
    tally = Tally("kills at random", [])
    for number in range(trials):
        tally.trial(f"kill {number}", good=number >= failed)
    return tally


def test_the_page_is_what_is_kept():
    """Whoever edits the page by hand, or forgets to write it, is told."""
    results = json.loads(RESULTS.read_text("utf-8"))

    assert (ROOT / "docs" / "reliability.md").read_text("utf-8") == page(results, all_attacks())


def test_every_result_is_of_an_attack_that_there_is():
    """One that was renamed leaves none behind."""
    results = json.loads(RESULTS.read_text("utf-8"))

    assert sorted(set(results) - set(all_attacks())) == []


def test_what_was_not_shown_is_told(tmp_path: Path):
    """An attack without a result in full, and one that did not hold."""
    tally = _tried(0, 50)
    tally.stopped = "too few"
    keep(tally, [], "", tmp_path)

    text = page(collected(tmp_path), ["kills at random", "another one"])

    assert "- another one has not been tried in full yet" in text
    assert "- kills at random did not hold: too few" in text
    assert "- kills at random has not" not in text


def test_nothing_tried_is_no_result(tmp_path: Path):
    """It cannot be kept, nor has it a bound."""
    with pytest.raises(NoAttack, match="0 trials"):
        keep(_tried(0, 0), [], "", tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_none_in_a_thousand_is_not_never(tmp_path: Path):
    """0 in N goes with its bound, about 3/N."""
    keep(_tried(0, 1_000), ["told"], "What it does.", tmp_path)

    found = collected(tmp_path)["kills at random"]

    assert (found["trials"], found["failed"]) == (1_000, 0)
    assert 0.0029 < found["bound"] < 0.0031
    assert "| kills at random | 1,000 trials | 0 | 0.30% |" in page({"kills at random": found}, [])


def test_what_failed_is_on_the_page(tmp_path: Path):
    """An attack that broke something is told as one, and replaces what it came to before."""
    keep(_tried(0, 50), [], "", tmp_path)
    keep(_tried(2, 50), [], "", tmp_path)

    assert "| kills at random | 50 trials | 2 |" in page(collected(tmp_path), [])
