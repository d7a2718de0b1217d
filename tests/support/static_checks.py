"""Bandit over files of ours, as a list of findings; and waivers without a reason."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from checkout import ROOT, files

WAIVED = re.compile(r"# (?:nosec (?P<tests>[B\d, ]+)|noqa: (?:[A-Z]+\d+, )*S\d+)(?P<why>.*)")
BARE = re.compile(r"# ?nosec(?! B\d)")
SHORTEST_REASON = 8


def product() -> list[Path]:
    """Every Python file that is no test."""
    return [path for path in files() if path.suffix == ".py" and ROOT / "tests" not in path.parents]


def bandit(paths: Sequence[Path]) -> list[str]:
    """What it finds and nobody has waived: place, rule, what it says."""
    config = ["-c", str(ROOT / "pyproject.toml"), "--quiet", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "bandit", *config, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(done.stdout)
    looked_at = {Path(name).resolve() for name in told["metrics"] if name != "_totals"}
    assert looked_at == {path.resolve() for path in paths}, "bandit has not looked at every file"
    failed = [f"{error['filename']}: {error['reason']}" for error in told["errors"]]
    return failed + [
        f"{found['filename']}:{found['line_number']}: {found['test_id']} {found['issue_text']}"
        for found in told["results"]
    ]


def waivers(source: str) -> list[str]:
    """The lines that waive a rule of bandit, or of the linter about security."""
    return [
        line.strip() for line in source.splitlines() if WAIVED.search(line) or BARE.search(line)
    ]


def has_reason(line: str) -> bool:
    """Whether a waiver names what it waives, and says why in a few words."""
    why = WAIVED.search(line)
    words = re.sub(r"# (?:noqa: [A-Z\d, ]+|nosec [B\d, ]+)", "", why["why"]) if why else ""
    return not BARE.search(line) and len(words.strip(" -#()")) >= SHORTEST_REASON
