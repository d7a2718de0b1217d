"""Two machines play one ledger and one lake at once: each with a home, and so a lock, of its own.

They have the keys in common and nothing else; what keeps them from harm is the ledger.
"""

import shutil
from pathlib import Path

import pytest
from aftermath import is_beginning
from micro_play import SUPPORT
from real_plays import CAF, Home
from tally import Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]

ROUNDS = 3
COMMAND = (CAF, "demo", "--project", "micro")
ALONE = {"CAF_PROJECTS": str(SUPPORT), "CAF_ORCHESTRATOR": "none"}


def machines(folder: Path, count: int) -> list[Home]:
    """Homes with the same keys, and one ledger and lake beside them."""
    shared = {
        "CAF_LEDGER_URL": f"sqlite:///{folder / 'ledger.db'}",
        "CAF_LAKE_URL": str(folder / "lake"),
    }
    found = [
        Home(folder / f"m{number}", "micro", COMMAND, ALONE | shared) for number in range(count)
    ]
    assert found[0].platform().signer
    for other in found[1:]:
        shutil.copytree(found[0].path / "keys", other.path / "keys")
    return found


def test_machines_that_play_one_ledger_at_once(tmp_path: Path, tally: Tally) -> None:
    """Two and three of them, started together: each ends well, and the state is one machine's."""
    alone = Home(tmp_path / "alone", "micro", COMMAND, ALONE)
    alone.finish()
    whole, expected = alone.records(), alone.state_hash()
    for number in range(ROUNDS):
        racing = machines(tmp_path / f"round-{number}", 2 + number % 2)
        started = [machine.start() for machine in racing]
        said = [process.communicate()[0] for process in started]
        codes = [process.returncode for process in started]
        first = racing[0]
        tally.trial(f"round {number}: codes {codes}", good=not any(codes))
        tally.trial(f"round {number}: chain", good=first.platform().ledger.verify().sound)
        tally.trial(f"round {number}: words", good=is_beginning(first.records(), whole))
        tally.trial(f"round {number}: state hash", good=first.state_hash() == expected)
        tally.say(f"{len(racing)} machines: codes {codes}, {len(first.records())} records")
        for text in (text for text, code in zip(said, codes, strict=True) if code):
            tally.say(text[-500:])
    assert tally.failed == []
