"""The benchmark's bare script does the very year that was played."""

import ast
import sys

import pytest
from played_year import losses, stage_costs
from run import HERE, SAME, agreement, bare

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1000)]


def test_its_losses_are_the_play_s(played, tmp_path):
    """At every gate and in every window that was served, with no line of the platform's code."""
    _, found = bare(played, tmp_path)

    same = agreement(losses(played), found)

    assert same["losses"] > 20
    assert same["largest_difference"] <= SAME


def test_it_imports_nothing_of_the_platform():
    """pandas, numpy, scikit-learn and Python's own modules."""
    tree = ast.parse((HERE / "bare_year.py").read_text("utf-8"))

    imported = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[
            0
        ]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert imported - sys.stdlib_module_names == {"numpy", "pandas", "sklearn"}


def test_what_each_stage_took_is_in_the_ledger(played):
    """A year of batches, and models in between."""
    found = stage_costs(played)

    assert found["validate"]["calls"] == found["ingest"]["calls"] == 365
    assert {"train", "evaluate", "score", "labels", "monitor", "decide"} <= found.keys()
    assert all(cost["cpu_seconds"] > 0 for cost in found.values())
