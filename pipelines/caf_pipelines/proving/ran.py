"""Which tests ran over exactly this tree, how each ended, and what the platform answered in them.

Each session of the clone's tests leaves a file in `build/ran`: the digest of the tree, each
test's outcome by its node id, and the answers. A changed file makes all of that void.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from caf_pipelines.proving.checkout import ROOT, tree

KEPT: Final = Path("build") / "ran"
REACHED: Final = "reached"
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

Outcomes = Mapping[str, str]
"""By node id: passed, failed or skipped."""


def outcomes(root: Path = ROOT) -> Outcomes:
    """How each test ended when it last ran over the tree as it is now."""
    now = tree(root)
    found: dict[str, str] = {}
    for _, said in records(root):
        if said["tree"] == now:
            found |= said["outcomes"]
    return found


def reached(root: Path = ROOT) -> frozenset[str]:
    """What the platform answered in tests over the tree as it is now."""
    now = tree(root)
    return frozenset(
        one for _, said in records(root) if said["tree"] == now for one in said[REACHED]
    )


def by_test(ended: Outcomes) -> Outcomes:
    """How each test, named without its parameters, ended in all of them.

    One failure is a failure; what was skipped with some parameters and passed with others passed.
    """
    found: dict[str, str] = {}
    order = (FAILED, PASSED, SKIPPED)
    for node, outcome in ended.items():
        test = node.partition("[")[0]
        found[test] = min(found.get(test, outcome), outcome, key=order.index)
    return found


def records(root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every session's file with what it says, the oldest first."""
    for path in sorted((root / KEPT).glob("*.json")):
        yield path, json.loads(path.read_text("utf-8"))
