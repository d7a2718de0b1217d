"""The micro sensor asked two other questions, which of three states and what number; or trees."""

from dataclasses import replace
from functools import cache

import numpy as np
from micro.data import DAYS, WORN, Sensor, label_delivery, truth
from micro_play import World, micro, telling

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
def played_by_trees():
    """A whole play of the sensor's own question, answered by boosted trees."""
    trees = Candidate(family="gradient_boosting", parameters={"max_iter": 20})
    declared = replace(micro().declaration, candidates=(trees,))
    return World().played(replace(micro(), declaration=declared))


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
