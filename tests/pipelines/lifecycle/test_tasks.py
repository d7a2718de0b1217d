"""The micro sensor asked two other questions: which of three states, and what number."""

import pytest
from other_questions import played

from caf_platform.decision import Action, Verdict
from caf_platform.project.model import Task

both = pytest.mark.parametrize("task", [Task.MULTICLASS, Task.REGRESSION])


@both
def test_a_changed_world_is_learnt(task):
    """A first model, wear, and another model because of it."""
    state = played(task).session.state

    moves = [(move.verb, move.version) for move in state.moves]
    taught = [(e.window, e.cause) for _, e in state.actions if e.action is Action.RETRAIN]
    assert moves[:2] == [("promoted", "v1"), ("promoted", "v2")]
    assert [window for window, _ in taught[:2]] == ["0002", "0004"]


@both
def test_everything_is_measured(task):
    """Each monitor judges each window that was served; drift of the predictions too.

    Whether labels were turned round is judged for two classes only.
    """
    windows = played(task).session.state.windows[2:]

    unknown = {
        name
        for window in windows
        for name, reading in window.readings.items()
        if reading.verdict is Verdict.CANNOT_JUDGE
    }
    assert len(windows) == 4
    assert unknown <= {"former_champion", "fairness", "label_noise"}
