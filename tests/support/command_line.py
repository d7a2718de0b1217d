"""Runs the installed `caf` command as a person would: its own process, the repository's root."""

import os
import subprocess
import sys
from pathlib import Path

from checkout import ROOT

CAF = Path(sys.executable).parent / "caf"
SAMPLE = "0.2"


def run_caf(
    *words: str, home: Path, timeout: float = 120, **settings: str
) -> subprocess.CompletedProcess[str]:
    """One `caf` command against a home; settings are `CAF_*` names in lower case.

    Nothing of the caller's own `CAF_*` settings gets through. The play has no Prefect and a
    fifth of the rows unless told otherwise.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAF_")}
    chosen = {"home": str(home), "sample": SAMPLE, "orchestrator": "none"} | settings
    return subprocess.run(
        [CAF, *words],
        cwd=ROOT,
        env=kept | {f"CAF_{name.upper()}": value for name, value in chosen.items()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
