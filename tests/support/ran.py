"""Which tests ran over exactly this tree, and how each ended: a record that each session leaves.

A record is one JSON file in `build/ran`: the digest of the tree, whether attacks ran in their short
form, each test's outcome by its node id, and what the product answered meanwhile (`reached.py`).
pytest's own JUnit file has no node ids nor, under xdist, a place for the digest. A session during
which the tree changed leaves no record.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from checkout import ROOT
from reached import NOTED, watch

REACHED: Final = "reached"
KEPT: Final = Path("build") / "ran"
PLUGIN: Final = "ran"
"""`-p no:ran` leaves no record."""

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
_WORST: Final = (FAILED, SKIPPED, PASSED)
_NOT_SOURCE: Final = frozenset({"build", "dist", "__pycache__"})

Outcomes = Mapping[str, str]
"""By node id: passed, failed or skipped."""


def tree(root: Path = ROOT) -> str:
    """A digest of every source file's name and content: what git knows or would add.

    Without git: every file that is neither hidden nor made.
    """
    whole = sha256()
    for name in sorted(_names(root)):
        path = root / name
        if path.is_file():
            whole.update(f"{name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _names(root: Path) -> set[str]:
    if (root / ".git").exists():
        words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True)
        return {name for name in listed.stdout.split("\0") if name}
    found = (path.relative_to(root) for path in root.rglob("*"))
    return {
        path.as_posix()
        for path in found
        if not any(part.startswith(".") or part in _NOT_SOURCE for part in path.parts)
    }


class Recorder:
    """A pytest plugin that notes how each test of a session ends; under xdist in its controller."""

    def __init__(self, root: Path, *, short: bool) -> None:
        self._root, self._short = root, short
        self._began, self._tree = datetime.now(UTC), tree(root)
        self._outcomes: dict[str, str] = {}
        self._reached: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Set-up, call and end of one test; the worst of the three counts."""
        former = self._outcomes.get(report.nodeid, PASSED)
        self._outcomes[report.nodeid] = min(former, report.outcome, key=_WORST.index)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """What a worker of xdist has seen."""
        self._reached.update(getattr(node, "workeroutput", {}).get(REACHED, ()))

    def pytest_sessionfinish(self) -> None:
        """Keep the record, and none of another tree."""
        if not self._outcomes or tree(self._root) != self._tree:
            return
        folder = self._root / KEPT
        folder.mkdir(parents=True, exist_ok=True)
        for path, said in _records(self._root):
            if said["tree"] != self._tree:
                path.unlink(missing_ok=True)
        said = {
            "tree": self._tree,
            "short": self._short,
            "outcomes": self._outcomes,
            REACHED: sorted(self._reached | NOTED),
        }
        file = folder / f"{self._began:%Y%m%dT%H%M%S.%f}.json"
        file.write_text(json.dumps(said, indent=1), "utf-8")


class Telling:
    """A pytest plugin of xdist's workers: they tell their controller what they have seen."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand it over."""
        session.config.workeroutput[REACHED] = sorted(NOTED)  # type: ignore[attr-defined]


def record(config: pytest.Config) -> None:
    """Let a session leave its record."""
    watch()
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Telling(), "telling")
    elif not config.option.collectonly:
        short = bool(config.getoption("--short", default=False))
        config.pluginmanager.register(Recorder(config.rootpath, short=short), PLUGIN)


def outcomes(root: Path = ROOT) -> Outcomes:
    """How each test ended when it last ran over the tree as it is now."""
    now, found = tree(root), {}
    for _, said in _records(root):
        if said["tree"] == now:
            found |= said["outcomes"]
    return found


def reached(root: Path = ROOT) -> frozenset[str]:
    """What the product answered in tests over the tree as it is now."""
    now = tree(root)
    return frozenset(
        one for _, said in _records(root) if said["tree"] == now for one in said[REACHED]
    )


def outcome_of(test: str, ended: Outcomes) -> str:
    """How a test, named without its parameters, ended in all of them; empty when it did not run.

    One failure is a failure; what was skipped with some parameters and passed with others passed.
    """
    found = {ended[node] for node in ended if node.partition("[")[0] == test}
    return next((one for one in (FAILED, PASSED, SKIPPED) if one in found), "")


def _records(root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The oldest first."""
    for path in sorted((root / KEPT).glob("*.json")):
        yield path, json.loads(path.read_text("utf-8"))
