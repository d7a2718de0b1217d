"""Whoever switches a gate off is found out: the game day that rests on it ends non-zero."""

import json
from pathlib import Path

import pytest
from switched_off import Trial, Workshop, trials
from tally import Size, Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3_600)]

SHORT = ("leaky-feature", "overlap", "self-approval")
"""One of each kind that is over soon: a gate, a gate on two processes' data, a rule on people."""


def test_every_gate_switched_off_by_one_line(tally: Tally, size: Size, tmp_path: Path) -> None:
    """Edit one line of a copy so that one objector says yes, and hold its game day there."""
    tried = [one for one in trials() if size(1, int(one.told.name in SHORT))]
    workshop = Workshop(tmp_path)
    workshop.play({day for one in tried for day in _days(one)})

    for one in tried:
        done = workshop.hold(one)
        found_out = done.returncode != 0
        tally.trial(f"'{one.by}' off, and {one.told.name} went well", good=found_out)
        tally.say(f"{one.told.name}, '{one.by}' off: exit {done.returncode}, {_said(done.stdout)}")

    tally.whole = not size(0, 1)
    assert tally.failed == []


def _days(trial: Trial) -> tuple[str, str]:
    return trial.told.scenario.begins, trial.told.scenario.ends


def _said(matrix: str) -> str:
    """The first mistake that the matrix names; a play that could not go on names none."""
    try:
        row = json.loads(matrix)["scenarios"][0]
    except (ValueError, KeyError):
        return "it could not go on"
    return str(next(iter(row["mistakes"]), "nothing was amiss"))
