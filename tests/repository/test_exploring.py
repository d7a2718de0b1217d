"""Examples are drawn anew in every run, in CI too, and a failure says how to see it again."""

import os
import re
import subprocess
import sys
from pathlib import Path

from checkout import ROOT
from exploring import PROFILE
from hypothesis import settings

FAILING = """
from exploring import explore
explore()
from hypothesis import given, strategies as st

seen = []

@given(st.integers(0, 10**30))
def test_small(number):
    seen.append(number)
    print("drawn", number) if len(seen) == 5 else None
    assert number < 1000
"""


def test_the_profile_is_in_force() -> None:
    """Random, with what repeats a failure, without a deadline and a database."""
    now = settings.default

    assert settings.get_current_profile_name() == PROFILE
    assert (now.derandomize, now.print_blob, now.deadline) == (False, True, None)
    assert now.database is None


def test_a_failure_says_how_to_repeat_it_in_ci(tmp_path: Path) -> None:
    """Two runs draw differently; each prints what repeats its failure, and leaves no examples."""
    (tmp_path / "test_failing.py").write_text(FAILING, "utf-8")
    path = os.pathsep.join((str(ROOT / "tests" / "support"), os.environ.get("PYTHONPATH", "")))
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]

    told = [
        subprocess.run(
            [*words, "test_failing.py"],
            cwd=tmp_path,
            env=os.environ | {"CI": "true", "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for _ in range(2)
    ]

    drawn = [re.findall(r"drawn (\d+)", one) for one in told]
    assert drawn[0] != drawn[1]
    assert all("@reproduce_failure(" in one for one in told)
    assert not (tmp_path / ".hypothesis" / "examples").exists()
