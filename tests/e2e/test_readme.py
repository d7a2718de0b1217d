"""Every `caf` command of the README does what the README says, on a real play."""

import json
import re
from pathlib import Path

import pytest
from checkout import ROOT
from command_line import run_caf
from written_commands import Command, commands, leaf

from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1000)]

WRITTEN = [
    command
    for command in commands(ROOT / "README.md")
    if command.complete and command.program == "caf"
]
SEEN = {
    "report": r"reports/flight_delays\.html",
    "history": r"2013-11-01 2013-10 decide roll_back",
    "champion": r"{champion}",
    "lineage": r"[0-9a-f]{{12}}",
    "quarantine list": r"2013-02-12.*wind_speed:maximum",
    "incidents": r"stale-weather-2013-12-31",
    "performance": r"2013-10 v\d.* est\. ",
    "audit verify": r"sound: {records:,} records",
    "identity create": r"may act here as operator",
    "rollback": r"v\d",
    "projects": r"flight_delays",
    "cost": r"Cost of flight_delays \(play \d\) by stage",
}
"""What must be seen, as a pattern over the whole output with line ends as spaces."""
WRITING = {"identity create", "rollback"}
ACTING = {"rollback"}
"""Verbs that need the key that the README makes in a line before."""


def _verb(command: Command) -> str:
    found = leaf(command.words[1:])
    return " ".join(command.words[1 : len(command.words) - len(found[1])])


LOOKING = [command for command in WRITTEN if _verb(command) not in WRITING]


def _state(home: Path) -> tuple[ProjectState, int]:
    ledger = Platform(Settings(home=home)).ledger
    return read_state(ledger, "flight_delays"), ledger.verify().records


@pytest.mark.parametrize("command", WRITTEN, ids=str)
def test_a_command_of_the_readme_works(command, request):
    """It ends with 0, tells nothing on standard error, and shows what it is about."""
    home = request.getfixturevalue("copied" if _verb(command) in WRITING else "played")
    state, records = _state(home)
    for before in WRITTEN[: WRITTEN.index(command)]:
        if command.words[1] in ACTING and _verb(before) == "identity create":
            run_caf(*before.words[1:], home=home)

    done = run_caf(*command.words[1:], home=home)

    shown = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    expected = SEEN[_verb(command)].format(champion=state.champion, records=records)
    assert re.search(expected, shown), shown


@pytest.mark.parametrize("command", LOOKING, ids=str)
def test_a_looking_command_of_the_readme_speaks_json(command, played):
    """The README says that each has `--json`: one document, and nothing else."""
    done = run_caf(*command.words[1:], "--json", home=played)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


def test_looking_changes_nothing(played):
    """Ledger and lake are what they were after every looking command was run."""
    before, records = _state(played)
    lake = sorted(path for path in (played / "lake").rglob("*") if path.is_file())

    for command in LOOKING:
        run_caf(*command.words[1:], home=played)

    assert _state(played)[1] == records
    assert _state(played)[0].champion == before.champion
    assert sorted(path for path in (played / "lake").rglob("*") if path.is_file()) == lake


def test_rolling_back_moves_the_champion_and_is_recorded(copied):
    """After `caf rollback` another version serves, the ledger says who did it, and it is sound."""
    before, records = _state(copied)

    run_caf("identity", "create", "Ann", "--role", "operator", home=copied)
    done = run_caf("rollback", "--reason", "a drill", "--as", "Ann", "--json", home=copied)

    after, more = _state(copied)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert after.champion not in (None, before.champion)
    assert (after.moves[-1].verb, after.moves[-1].actor) == ("rolled_back", "Ann")
    assert "a drill" in after.moves[-1].reason
    assert more > records
    assert run_caf("audit", "verify", home=copied).returncode == 0


def test_the_play_shows_what_the_readme_promises(timeline):
    """Each kind of line in the README's excerpt comes from a real play."""
    for kind in (
        "quarantined",
        "breach",
        "pass",
        "promoted",
        "refuse",
        "suppressed",
        "rolled back",
    ):
        assert re.search(rf"^20\d\d-\d\d-\d\d .* {kind} ", timeline, re.MULTILINE), kind
