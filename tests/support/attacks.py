"""Which attacks there are, and what each is called where its result is told.

    python attacks.py

prints the names of all that `make harden` runs in full, as a list in JSON.
"""

import json
import re
import subprocess
import sys
from functools import cache
from typing import Any, Final

import pytest
from checkout import ROOT

EVER: Final = "every run"
FULL: Final = "full"
"""How a test's two sizes are called: in runs of all tests, and as an attack."""

HOUR: Final = 3600

_SIZE: Final = re.compile(rf"^({EVER}|{FULL})(-|$)")
_TEST: Final = re.compile(r"^test_(\w+)(?:\[(.*)\])?$")


def name_of(test: str) -> str:
    """`forged versions: nobody's signature` of `test_forged_versions[full-nobody's signature]`.

    What size it has is no part of it: how many trials there were is counted.
    """
    found = _TEST.match(test)
    if found is None:
        raise ValueError(f"'{test}' is no test")
    kind = _SIZE.sub("", found[2] or "")
    return found[1].replace("_", " ") + (f": {kind}" if kind else "")


def sizes(ever: int, full: int, *, hours: int = 1) -> list[Any]:
    """The two sizes of a test, to be handed to `parametrize`: in every run, and as an attack."""
    marks = [pytest.mark.harden, pytest.mark.timeout(hours * HOUR)]
    return [pytest.param(ever, id=EVER), pytest.param(full, marks=marks, id=FULL)]


@cache
def all_attacks() -> tuple[str, ...]:
    """Their names, sorted; asked of pytest in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the attacks cannot be listed: {done.stdout}{done.stderr}")
    return tuple(sorted(json.loads(done.stdout.splitlines()[-1])))


class Listed:
    """What pytest found: tests that count trials in full size."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep their names; what shows that an attack sees something is none itself."""
        for item in session.items:
            if "tally" in getattr(item, "fixturenames", ()):
                self.names.append(name_of(item.name))


if __name__ == "__main__":
    listed = Listed()
    words = ["tests/harden", "-m", "harden", "--collect-only", "-qq", "-p", "no:randomly"]
    ended = pytest.main([*words, "-p", "no:cacheprovider"], plugins=[listed])
    print(f"\n{json.dumps(listed.names)}")
    sys.exit(int(ended))
