"""Writes docs/scenarios.md from what the flagship's game days declare."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))


def main() -> None:
    """Write the page anew."""
    from game_days import PAGE, page, told

    PAGE.write_text(page(told()), "utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
