"""Writes docs/bad-input.md from the cases that tests/bad_input proves."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "bad-input.md"

sys.path.insert(0, str(ROOT / "tests" / "support"))


def main() -> None:
    """Write the page anew."""
    from bad_input.page import page

    PAGE.write_text(page(), "utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
