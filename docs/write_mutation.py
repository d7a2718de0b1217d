"""Writes docs/mutation.md from what `make harden` kept of each area in build/mutation."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "mutation.md"

sys.path.insert(0, str(ROOT / "tests" / "support"))


def main() -> None:
    """Write the page anew."""
    from survivors import page

    PAGE.write_text(page(), "utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
