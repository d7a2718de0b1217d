"""What attacks in full size came to: kept one by one, and told on one page."""

import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from checkout import ROOT
from tally import Tally

KEPT: Final = ROOT / "build" / "harden"
RESULTS: Final = ROOT / "tests" / "harden" / "results.json"

HEAD: Final = """# Reliability

What `make harden` came to in full size. Each attack counts its trials; one that fails does not end
it. The bound is the share of all such trials that would fail at most, with 95 % confidence (Clopper
and Pearson, one-sided): 0 in 1,000 still allows 3 in 1,000. A change of the code is tried in the
short form (`make harden SHORT=1`). This page is written by `docs/write_pages.py`.

"""


ABSENT: Final = """Attacks that were tried in the short form only, and those that did not hold:
"""
NOTHING_ABSENT: Final = "Nothing: each attack was tried in full, and none was stopped."


def keep(tally: Tally, lines: list[str], says: str, folder: Path = KEPT) -> None:
    """Keep what one attack came to; an earlier result of the same attack is replaced.

    One that did not hold, or did not come to its end, is kept as that: `stopped` says why. Raises
    `NoAttack` where nothing was tried.
    """
    folder.mkdir(parents=True, exist_ok=True)
    result = {
        "attack": tally.attack,
        "says": " ".join(says.split()),
        "trials": tally.trials,
        "failed": len(tally.failed),
        "of": tally.of,
        "bound": tally.bound,
        "stopped": tally.stopped,
        "told": [line for line in lines if line != tally.verdict()],
        "on": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
    }
    (folder / f"{_file(tally.attack)}.json").write_text(json.dumps(result, indent=2), "utf-8")


def collected(folder: Path = KEPT) -> dict[str, Any]:
    """The committed results, with those kept since put in their place."""
    known: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text("utf-8"))
        known[result["attack"]] = result
    return dict(sorted(known.items()))


def page(results: dict[str, Any], attacks: Sequence[str]) -> str:
    """The page in Markdown: a table, what is missing in it, and each attack's own words below."""
    lines = ["| attack | trials | failed | at most | on | commit |", "|---|--:|--:|--:|---|---|"]
    for name, one in results.items():
        trials, bound = f"{one['trials']:,} {one['of']}", f"{one['bound']:.2%}"
        cells = (name, trials, one["failed"], bound, one["on"], f"`{one['commit']}`")
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    wanting = [f"- {name} has not been tried in full yet" for name in untried(results, attacks)]
    wanting += [
        f"- {name} did not hold: {one['stopped']}" for name, one in stopped(results).items()
    ]
    lines += ["", "## Not shown", *([ABSENT, *wanting] if wanting else [NOTHING_ABSENT])]
    for name, one in results.items():
        lines += ["", f"## {name.capitalize()}", one["says"]]
        if one["told"]:
            lines += ["", "```", *one["told"], "```"]
    return HEAD + "\n".join(lines) + "\n"


def untried(results: dict[str, Any], attacks: Sequence[str]) -> list[str]:
    """Attacks without a result in full."""
    return [name for name in attacks if name not in results]


def stopped(results: dict[str, Any]) -> dict[str, Any]:
    """Results of attacks that did not hold or did not come to their end."""
    return {name: one for name, one in results.items() if one["stopped"]}


def _file(attack: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in attack).strip("-")


def _commit() -> str:
    words = ["git", "-C", str(ROOT), "rev-parse", "--short=10", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
