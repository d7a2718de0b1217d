"""`THREATS.md` as data; run as a program, it says whether every test that is named there passed.

Tests count that ran and passed over exactly the tree as it is now (`ran.py`), attacks of
`make harden` also in their short form. Ends with 1 when one failed, was skipped or did not run.
"""

import re
import sys
from pathlib import Path
from typing import Final

from checkout import ROOT

from caf_pipelines.proving.ran import FAILED, PASSED, SKIPPED, by_test, outcomes

PAGE: Final = ROOT / "THREATS.md"
CODE: Final = re.compile(r"`([^`]+)`")
OPEN: Final = "Not controlled"
WHY: Final = {
    FAILED: "failed",
    SKIPPED: "was skipped",
    "": "did not run over this tree: neither did a test of another name, nor one before a change",
}


def sections(page: Path = PAGE) -> dict[str, list[list[str]]]:
    """The table under each heading: rows of cells."""
    found = {}
    for part in page.read_text("utf-8").split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        lines = [line for line in text.splitlines() if line.startswith("|")][2:]
        found[title] = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return found


def controlled(page: Path = PAGE) -> list[list[str]]:
    """The rows of threats that have a control: threat, control, where, test."""
    return [row for title, rows in sections(page).items() if title != OPEN for row in rows]


def main(root: Path = ROOT) -> int:
    """Say which of the named tests did not pass, and why."""
    ended = by_test(outcomes(root))
    named = {test: row[0] for row in controlled(root / PAGE.name) for test in CODE.findall(row[-1])}
    missing = {test: why for test in named if (why := ended.get(test, "")) != PASSED}
    for test, why in missing.items():
        print(f"{test} {WHY[why]}: nothing shows what stands against '{named[test]}'")
    print(f"THREATS.md: {len(named) - len(missing)} of {len(named)} tests passed over this tree")
    if missing:
        print("Run: make test, and: make harden SHORT=1; then again: make threats", file=sys.stderr)
    return 1 if missing or not named else 0


if __name__ == "__main__":
    sys.exit(main())
