"""MLflow's store missing, corrupt or locked: it is a mirror, and the ledger is the truth."""

import sqlite3
from pathlib import Path

import pytest
from bad_input.case import FaultCase, Outcome
from bad_input.seen import anywhere, error_of, first_about
from bad_input.stores import LOOKING, TRAINING
from inbox_play import Delivered

from caf_platform.adapters.tracking import MlflowTracking
from caf_platform.wiring import Platform

SERVED, RETRAINED = range(1, 14), range(14, 27)
"""Days up to the first champion, and on to the challenger that follows it."""


class Hasty(MlflowTracking):
    """MLflow, which waits for another process for a moment only, not for five seconds a call."""

    @property
    def uri(self) -> str:
        """The store's address, with a patience."""
        return f"{super().uri}?timeout=0.1"


class Tracked(Delivered):
    """Fed from files like the others, with the real MLflow."""

    def platform(self) -> Platform:
        """As a new process would make it."""
        platform = super().platform()
        platform.tracking = Hasty(platform.home / "mlflow")
        return platform


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Tracked:
    """v1 serves, and MLflow's alias says so."""
    played = Tracked.begun(tmp_path_factory.mktemp("served"))
    played.deliver(SERVED)
    assert played.seen("run")[0] == 0
    assert played.platform().tracking.alias("micro", "champion") == "1"
    return played


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is recorded of all days when nothing is in the way."""
    played = Delivered.begun(tmp_path_factory.mktemp("expected"))
    played.deliver(SERVED)
    assert played.seen("run")[0] == 0
    played.deliver(RETRAINED)
    assert played.seen("run")[0] == 0
    return played.state_hash()


@pytest.mark.parametrize("case", LOOKING, ids=lambda case: case.name)
def test_a_play_goes_on_without_its_mirror(
    case: FaultCase, served: Tracked, tmp_path: Path
) -> None:
    """Told in one line; when the store is back, the alias is right."""
    played = served.copy(tmp_path / "played")

    with case.fault(played):
        code, out, err = played.seen(*case.words)
    mended = played.copy(tmp_path / "mended")
    again = mended.seen("run")

    assert (code, err) == (case.exit_code, "")
    assert first_about("v1", anywhere(out, played)) == case.told
    assert case.following in case.told
    assert again[0] == 0
    assert "incident" not in first_about("v1", again[1])
    assert mended.platform().tracking.alias("micro", "champion") == "1"


@pytest.mark.parametrize("case", TRAINING, ids=lambda case: case.name)
def test_a_challenger_is_trained_when_the_store_answers(
    case: FaultCase, served: Tracked, expected: str, tmp_path: Path
) -> None:
    """Stopped or not, the ledger has the same story in the end."""
    played = served.copy(tmp_path / "played")
    played.deliver(RETRAINED)

    with case.fault(played):
        code, out, err = played.seen(*case.words)
        ended = played.copy(tmp_path / "ended")
    mended = played.copy(tmp_path / "mended")

    assert code == case.exit_code
    if case.outcome is Outcome.STOPS:
        assert error_of(anywhere(err, played))[::2] == (case.told, case.following)
        assert mended.seen("run")[0] == 0
        assert mended.state_hash() == expected
    else:
        assert first_about("v1", out) == case.told
        assert ended.state_hash() == expected


def test_the_alias_never_points_at_another_model(served: Tracked, tmp_path: Path) -> None:
    """A store that was made anew counts from 1 again: its first version is not v1."""
    played = served.copy(tmp_path / "played")
    with sqlite3.connect(played.home / "mlflow" / "mlflow.db") as database:
        database.execute("UPDATE model_versions SET run_id = 'of another store'")
    database.close()

    code, out, _ = played.seen("run")

    assert code == 0
    assert "the tracking store has no v1" in out
    assert played.platform().tracking.alias("micro", "champion") is None
