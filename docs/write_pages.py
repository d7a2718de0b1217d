"""Writes the pages that are made from the tests: run by `make fix`, and compared by a test each.

What the attacks of `make harden` left in `build` is put beside them first, to be committed.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

sys.path.insert(0, str(ROOT / "tests" / "support"))


def main() -> None:
    """Write every page anew."""
    import attacks
    import capability_pages
    import game_days
    import reliability
    import survivors
    from bad_input import page as bad_input

    for kept in (reliability, survivors):
        kept.RESULTS.write_text(json.dumps(kept.collected(), indent=2) + "\n", "utf-8")
    pages = {
        "bad-input.md": bad_input.page(),
        "capabilities.md": capability_pages.page(),
        "mutation.md": survivors.page(survivors.collected()),
        "reliability.md": reliability.page(reliability.collected(), attacks.all_attacks()),
        "scenarios.md": game_days.page(game_days.told()),
    }
    for name, text in pages.items():
        (ROOT / "docs" / name).write_text(text, "utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
