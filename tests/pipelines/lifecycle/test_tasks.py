"""The micro sensor asked two other questions: which of three states, and what number."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from micro.data import DAYS, WORN, Sensor, label_delivery, truth
from micro_play import World, micro, telling

from caf_platform.decision import Action, Verdict
from caf_platform.project.model import Candidate, ErrorValue, HitValue, Task

STATES = ("cold", "warm", "hot")


def numbers(day):
    """What the machine does on a day: it follows the heat, and is higher when it is worn."""
    rows = truth(day)
    chance = np.random.default_rng(1000 + day).normal(0, 0.3, len(rows))
    return (rows["heat"] + chance + (1.2 if day in WORN else 0.0)).round(3)


def states(day):
    """The same in three words."""
    return np.array(STATES)[np.digitize(numbers(day), [-0.5, 0.5])]


def asking(told, **declared):
    """The micro project with another question and its labels."""
    files = {
        f"labels-{day:02d}": label_delivery(day, truth(day)[["row"]].assign(label=told(day)))
        for day in range(1, DAYS + 1)
    }
    project = telling(Sensor(instead=files))
    return replace(project, declaration=replace(project.declaration, **declared))


def labelled(**target):
    """A label of the sensor's own feed, with its class."""
    return replace(micro().declaration.target, **{"classes": (), **target})


@cache
def played(task):
    """A whole play of each question."""
    baseline = replace(micro().declaration.baseline, family="ridge")
    questions = {
        Task.MULTICLASS: lambda: asking(
            states,
            task=Task.MULTICLASS,
            target=labelled(name="state", meaning="how it runs", classes=STATES),
            value=HitValue(unit="EUR", right=1.0, wrong=0.0),
        ),
        Task.REGRESSION: lambda: asking(
            numbers,
            task=Task.REGRESSION,
            target=labelled(name="strain", meaning="how hard it works"),
            value=ErrorValue(unit="EUR", per_unit_error=-1.0),
            candidates=(Candidate(family="ridge", parameters={}),),
            baseline=baseline,
        ),
    }
    return World().played(questions[task]())


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
