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

COMMAND = (CAF, "demo", "--project", "micro")
ALONE = {"CAF_PROJECTS": str(SUPPORT), "CAF_ORCHESTRATOR": "none"}


def machines(folder: Path, count: int, ledger: str) -> list[Home]:
    """Homes with the same keys, one ledger, and one lake beside them."""
    shared = {"CAF_LEDGER_URL": ledger, "CAF_LAKE_URL": str(folder / "lake")}
    found = [
        Home(folder / f"m{number}", "micro", COMMAND, ALONE | shared) for number in range(count)
    ]
    assert found[0].platform().signer
    for other in found[1:]:
        shutil.copytree(found[0].path / "keys", other.path / "keys")
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of one machine that nobody disturbed."""
    home = Home(tmp_path_factory.mktemp("alone"), "micro", COMMAND, ALONE)
    home.finish()
    return home


@pytest.mark.parametrize("count", [2, 3])
def test_machines_that_play_one_ledger_at_once(
    alone: Home, ledger_url: str, count: int, tmp_path: Path, tally: Tally
) -> None:
    """On SQLite and on PostgreSQL: each ends well, and the state is that of one machine alone."""
    racing = machines(tmp_path, count, ledger_url)
    started = [machine.start() for machine in racing]
    said = [process.communicate()[0] for process in started]
    first, codes = racing[0], [process.returncode for process in started]

    tally.trial(f"codes {codes}", good=not any(codes))
    tally.trial("chain", good=first.platform().ledger.verify().sound)
    tally.trial("words", good=is_beginning(first.records(), alone.records()))
    tally.trial("state hash", good=first.state_hash() == alone.state_hash())
    tally.say(f"{count} machines: codes {codes}, {len(first.records())} records")
    for text in (text for text, code in zip(said, codes, strict=True) if code):
        tally.say(text[-500:])
    tally.held(4)
