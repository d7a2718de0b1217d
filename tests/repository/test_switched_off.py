"""The saboteur's table of `make harden` is whole: each game day has its line, and it stands."""

from pathlib import Path

import pytest
from checkout import ROOT
from switched_off import DAYS, Edit, Trial, edited, trials

from caf_governance.gates import release  # noqa: F401 - importing it registers the gates
from caf_monitoring.monitors import calls_for
from caf_pipelines.scenarios.catalogue import every
from caf_platform.plugins import PLUGINS, Kind

TRIALS = list(trials())


@pytest.mark.parametrize("trial", TRIALS, ids=lambda one: f"{one.told.name}: {one.by} off")
def test_one_line_is_enough_and_stands_there_once(trial: Trial, tmp_path: Path) -> None:
    """Code that moved on without the table would be switched off by nothing, and be found out."""
    copy = tmp_path / "module.py"
    copy.write_text((ROOT / trial.edit.path).read_text("utf-8"), "utf-8")
    before = copy.read_text("utf-8").splitlines()

    edited(copy, trial.edit)

    after = copy.read_text("utf-8").splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
    compile("\n".join(after), trial.edit.path, "exec")


def test_every_game_day_gate_and_monitor_is_switched_off_once() -> None:
    """Nobody is left out, and nothing in the table is about a day that is not."""
    known = {name for names in every(ROOT / "examples").values() for name in names}
    asked = {plugin.name for plugin in PLUGINS.of(Kind.GATE)} | set(calls_for())

    assert {trial.told.name for trial in TRIALS} == known
    assert asked <= {trial.by for trial in TRIALS}
    assert set(DAYS) <= known


def test_a_line_that_is_not_there_is_no_sabotage(tmp_path: Path) -> None:
    """Nor one that stands there twice: the trial would be about something else."""
    path = tmp_path / "module.py"
    path.write_text("if bad:\n    stop()\nif bad:\n", "utf-8")

    for line in ("if worse:", "if bad:"):
        with pytest.raises(LookupError):
            edited(path, Edit("module.py", line, "if False:"))
