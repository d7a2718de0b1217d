"""Run as a program: how tests ended over exactly this tree, as one JSON file for `caf risks`."""

import json
from pathlib import Path
from typing import Final

from checkout import ROOT
from ran import outcomes

FILE: Final = Path("build") / "outcomes.json"


def main(root: Path = ROOT) -> Path:
    """Write down what `ran.py` has on record, and say where."""
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(outcomes(root).items())), indent=1) + "\n", "utf-8")
    return path


if __name__ == "__main__":
    print(main().relative_to(ROOT))
