"""Which tests ran over exactly this tree, and how each ended: a record that each session leaves.

A record is one JSON file in `build/ran`: the digest of the tree, whether attacks ran in their short
form, each test's outcome by its node id, and what the product answered meanwhile (`reached.py`).
pytest's own JUnit file has no node ids nor, under xdist, a place for the digest. A session during
which the tree changed leaves no record.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from reached import NOTED, watch

from caf_pipelines.proving.checkout import tree
from caf_pipelines.proving.ran import FAILED, KEPT, PASSED, REACHED, SKIPPED, records

PLUGIN: Final = "ran"
"""`-p no:ran` leaves no record."""

_WORST: Final = (FAILED, SKIPPED, PASSED)


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
        for path, said in records(self._root):
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
