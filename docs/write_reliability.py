"""Writes docs/reliability.md from what the attacks of `make harden` came to in full size."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"

sys.path.insert(0, str(ROOT / "tests" / "support"))


def main() -> None:
    """Keep the newest results beside the attacks, and write the page anew."""
    from reliability import RESULTS, collected, page

    results = collected()
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    PAGE.write_text(page(results), "utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
