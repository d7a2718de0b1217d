"""What the challenger gives away of the rows that it learnt from becomes part of the evidence."""

import numpy as np
import pandas as pd
import pytest
from release_evidence import day, release_policy, training_policy

from caf_governance.gates.evidence import Comparison
from caf_governance.gates.measure import Learnt, measure
from caf_governance.gates.release import judge
from caf_platform.decision import Verdict
from caf_platform.project.model import ErrorValue, OutcomeValue, Task

ROWS = 2_800
LABEL = np.arange(ROWS) % 2
CLUSTER = np.arange(ROWS) // 200
RANDOM = np.random.default_rng(0)
UNSURE = np.clip(0.5 + 0.2 * (LABEL - 0.5) + RANDOM.normal(0, 0.1, ROWS), 0.01, 0.99)
SURE = 0.05 + 0.9 * LABEL
CONSTANT = np.full(ROWS, 0.5)
FIRST = Comparison(
    challenger="v1",
    champion=None,
    gate_from=day(16),
    gate_to=day(30),
    overlap_with_challenger=0,
    overlap_with_champion=None,
    first_gate_event=day(16),
    last_training_event_challenger=day(15),
    last_training_event_champion=None,
)
YES_OR_NO = OutcomeValue(
    unit="EUR", true_positive=1, false_positive=-1, false_negative=-1, true_negative=0
)


def measured(known, *, challenger=UNSURE, rows=ROWS, task=Task.BINARY, value=YES_OR_NO):
    """A first model, with what it and the simple model say of rows that they learnt from."""
    learnt = None
    if known is not None:
        scores = {"challenger": known[:rows], "baseline": CONSTANT[:rows]}
        learnt = Learnt(LABEL[:rows], CLUSTER[:rows] - 100, scores)
    return measure(
        FIRST,
        task=task,
        value=value,
        label=LABEL,
        cluster=CLUSTER,
        segments=pd.DataFrame(index=range(ROWS)),
        features=pd.DataFrame({"wind": np.arange(ROWS) % 7}),
        scores={"challenger": challenger, "dummy": CONSTANT, "baseline": CONSTANT},
        policy=release_policy(bootstrap_draws=200),
        seed=0,
        learnt=learnt,
    )


def said(found):
    """What the gate says."""
    return judge(found, release_policy(), training_policy())[1]["membership_inference"]


def test_a_model_that_is_as_sure_of_new_rows_as_of_its_own_tells_nothing() -> None:
    """The same scores on either side are chance; how many rows were compared is told."""
    found = measured(UNSURE)

    assert found.membership.auc.point == pytest.approx(0.5)
    assert (found.membership.members, found.membership.others) == (ROWS, ROWS)
    assert found.membership.auc.clusters == 28
    assert said(found).verdict is Verdict.PASS


def test_a_model_that_knows_its_rows_by_heart_is_refused() -> None:
    """Sure of all that it learnt from, unsure of all others: told for certain."""
    found = measured(SURE)

    assert found.membership.auc.point > 0.99
    assert said(found).verdict is Verdict.REFUSE
    assert "AUC" in said(found).summary


def test_the_simple_model_on_the_same_rows_is_shown() -> None:
    """A constant tells nothing; it is beside the number and judges nobody."""
    assert measured(SURE).membership.baseline == 0.5


def test_nothing_known_of_its_rows_cannot_be_judged() -> None:
    """Neither where nobody asked, nor on too few."""
    assert said(measured(None)).verdict is Verdict.CANNOT_JUDGE
    assert said(measured(UNSURE, rows=999)).verdict is Verdict.CANNOT_JUDGE
    assert said(measured(UNSURE, rows=0)).verdict is Verdict.CANNOT_JUDGE


def test_numbers_are_compared_without_classes() -> None:
    """Of a regression every label may be its own; the absolute error decides over all."""
    found = measured(
        LABEL + 0.1,
        challenger=LABEL + 0.3,
        task=Task.REGRESSION,
        value=ErrorValue(unit="EUR", per_unit_error=-1.0),
    )

    assert found.membership.auc.point == 1.0


def test_evidence_without_it_can_still_be_read() -> None:
    """What was judged before the measure was there is not measured, and says so."""
    old = measured(SURE).model_dump(mode="json")
    del old["membership"]

    again = type(measured(None)).model_validate(old)

    assert said(again).verdict is Verdict.CANNOT_JUDGE
