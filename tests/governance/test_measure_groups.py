"""The challenger's answers on groups of people become part of the evidence."""

import numpy as np
import pandas as pd
import pytest
from release_evidence import day, release_policy, training_policy

from caf_governance.gates.evidence import Comparison, ReleaseEvidence
from caf_governance.gates.measure import measure
from caf_governance.gates.release import judge
from caf_platform.decision import Verdict
from caf_platform.errors import BadInput
from caf_platform.project.model import OutcomeValue, Task

ROWS = 2_800
SEX = np.where(np.arange(ROWS) // 2 % 2, "f", "m")
NOBODY = release_policy(bootstrap_draws=200).model_copy(update={"fairness": None})


def measured(challenger, policy=NOBODY, columns=("sex",), rows=ROWS):
    """A first model with these scores on rows whose label alternates."""
    comparison = Comparison(
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
    return measure(
        comparison,
        task=Task.BINARY,
        value=OutcomeValue(
            unit="EUR", true_positive=1, false_positive=-1, false_negative=-1, true_negative=0
        ),
        label=np.arange(ROWS) % 2,
        cluster=np.arange(ROWS) // 200,
        segments=pd.DataFrame(index=range(ROWS)),
        features=pd.DataFrame({"wind": np.arange(ROWS) % 7}),
        protected=pd.DataFrame(dict.fromkeys(columns, SEX), index=range(ROWS)).head(rows),
        scores={
            "challenger": challenger,
            "dummy": np.full(ROWS, 0.5),
            "baseline": np.full(ROWS, 0.5),
        },
        policy=policy,
        seed=0,
    )


def said(found: ReleaseEvidence, policy) -> Verdict:
    """What the gate for groups says."""
    return judge(found, policy, training_policy())[1]["fair"].verdict


def test_groups_are_measured_by_the_challengers_answers() -> None:
    """Everybody is found, but one half of the women: the gap is a half, and refuses."""
    label, rows = np.arange(ROWS) % 2, np.arange(ROWS)
    known = np.where(label == 1, 0.9, 0.1)
    unfair = np.where((SEX == "f") & (rows % 8 < 4), 0.1, known)
    policy = release_policy(bootstrap_draws=200)

    found, fair = measured(unfair, policy), measured(known, policy)

    [gap] = found.groups
    assert (found.protected, gap.compared) == (("sex",), ("sex=f", "sex=m"))
    assert abs(gap.tpr_difference.point - 0.5) < 0.01
    assert said(found, policy) is Verdict.REFUSE
    assert said(fair, policy) is Verdict.PASS


def test_groups_without_a_policy_cannot_be_judged() -> None:
    """Protected columns that nothing is said of are nobody's freedom; without any, all is well."""
    known = np.where(np.arange(ROWS) % 2, 0.9, 0.1)

    found = measured(known)

    assert found.groups == ()
    assert said(found, NOBODY) is Verdict.CANNOT_JUDGE
    assert said(measured(known, columns=()), NOBODY) is Verdict.PASS


def test_protected_columns_of_other_rows_are_wrong_usage() -> None:
    """Named as what they are."""
    with pytest.raises(BadInput, match="'protected': 10"):
        measured(np.full(ROWS, 0.5), rows=10)
