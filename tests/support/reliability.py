"""What attacks in full size came to: kept one by one, and told on one page."""

import json
import subprocess
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


def keep(tally: Tally, lines: list[str], says: str, folder: Path = KEPT) -> None:
    """Keep what one attack came to; an earlier result of the same attack is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    result = {
        "attack": tally.attack,
        "says": " ".join(says.split()),
        "trials": tally.trials,
        "failed": len(tally.failed),
        "bound": tally.bound if tally.trials else None,
        "told": [line for line in lines if line != tally.verdict()] if tally.trials else lines,
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


def page(results: dict[str, Any]) -> str:
    """The page in Markdown: a table, and each attack's own words below."""
    lines = ["| attack | trials | failed | at most | on | commit |", "|---|--:|--:|--:|---|---|"]
    for name, one in results.items():
        bound = f"{one['bound']:.2%}" if one["bound"] is not None else "-"
        cells = (name, f"{one['trials']:,}", one["failed"], bound, one["on"], f"`{one['commit']}`")
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    for name, one in results.items():
        lines += ["", f"## {name.capitalize()}", one["says"]]
        if one["told"]:
            lines += ["", "```", *one["told"], "```"]
    return HEAD + "\n".join(lines) + "\n"


def _file(attack: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in attack).strip("-")


def _commit() -> str:
    words = ["git", "-C", str(ROOT), "rev-parse", "--short=10", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
