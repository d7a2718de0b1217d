"""Every word that the platform uses has a meaning, and a project's numbers stand beside it."""

import pytest

from caf_governance.glossary.terms import ACTIONS, MEASURES, VERDICTS
from caf_platform.decision import Action, Verdict
from caf_platform.measures.metrics import NAMES
from caf_platform.project.model import Task


@pytest.mark.parametrize("task", Task)
def test_every_measure_of_every_task_is_explained(task: Task) -> None:
    """In words, and for the business."""
    for name in NAMES[task]:
        meaning, business = MEASURES[name]
        assert meaning.endswith(".")
        assert business.endswith(".")


def test_every_verdict_and_action_is_explained() -> None:
    """No word that a person meets is left out, and none is invented."""
    assert set(VERDICTS) == set(Verdict)
    assert set(ACTIONS) == set(Action)
    assert {name for task in Task for name in NAMES[task]} == set(MEASURES)
