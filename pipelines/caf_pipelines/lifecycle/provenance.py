"""Where a model comes from, besides its data: the code commit and the installed packages."""

import subprocess
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

GIT = "git"


@cache
def code() -> dict[str, Any]:
    """The commit of the checkout that runs, and whether it has uncommitted changes.

    Outside a git checkout (an installed wheel) the commit is `unversioned`.
    """
    root = Path(__file__).parent
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit or "unversioned", "changed": bool(changes)}


@cache
def environment() -> dict[str, Any]:
    """Every installed distribution with its version, sorted."""
    found = {dist.metadata["Name"].lower(): dist.version for dist in distributions()}
    return {"packages": dict(sorted(found.items()))}


def _git(root: Path, *arguments: str) -> str:
    try:
        answer = subprocess.run(  # nosec B603 # noqa: S603 - fixed words, no shell
            [GIT, "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
