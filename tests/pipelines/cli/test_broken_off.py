"""`caf demo` after a process that was killed between its last record and its report."""

import pytest
from micro_play import under
from played import Played

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.lifecycle.turn import turn
from caf_pipelines.timeline import Silent

DEMO = ("demo", "--project", "micro")


def broken_off(played: Played) -> None:
    """Somebody who was playing is gone."""
    with pytest.raises(KeyboardInterrupt), turn(played.home, "micro"):
        raise KeyboardInterrupt


def test_a_finished_play_that_was_not_told_is_told_and_not_played_again(
    lived: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same play, not one record more, and its report."""
    monkeypatch.setenv("CAF_ORCHESTRATOR", "none")
    records = len(list(lived.platform().ledger.read()))
    broken_off(lived)

    code = lived.caf(*DEMO)

    assert code == 0
    assert len(list(lived.platform().ledger.read())) == records
    assert (lived.home / "reports" / "micro.html").exists()
    told = capsys.readouterr().out
    assert "the champion is v1." in told
    assert "Play 2" not in told
    with turn(lived.home, "micro") as again:
        assert not again


@pytest.mark.parametrize(("told", "play"), [(False, 1), (True, 2)])
def test_a_demo_starts_over_once_the_former_one_was_told(
    lived: Played, told: bool, play: int
) -> None:
    """Finished is not over: what happened must have been shown as well."""
    opened = Play.open(lived.platform(), lived.project(), Silent(), anew=True, told=told)

    assert opened.session.state.play == play


def test_another_policy_starts_over_told_or_not(lived: Played) -> None:
    """Who changed a threshold wants another course."""
    other = under(lived.project(), release={"min_improvement": 0.123})

    opened = Play.open(lived.platform(), other, Silent(), anew=True, told=False)

    assert opened.session.state.play == 2
