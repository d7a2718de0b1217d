"""What measuring asks of its input, and what it says when it does not get it."""

import numpy as np
import pandas as pd
import pytest
from release_evidence import day, release_policy

from caf_governance.gates.evidence import Comparison
from caf_governance.gates.measure import measure
from caf_platform.errors import BadInput
from caf_platform.measures.alone import skill_alone
from caf_platform.project.model import OutcomeValue, Task

ROWS = 90
COMPARISON = Comparison(
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


def given(**changes):
    """Ninety rows in five clusters; a first model that knows more than the others."""
    label = np.arange(ROWS) % 2
    values = {
        "task": Task.BINARY,
        "value": OutcomeValue(
            unit="USD", true_positive=1, false_positive=0, false_negative=0, true_negative=0
        ),
        "label": label,
        "cluster": np.arange(ROWS) // 18,
        "segments": pd.DataFrame({"origin": ["JFK"] * ROWS}),
        "features": pd.DataFrame({"heat": np.arange(ROWS) % 4, "wind": np.arange(ROWS) // 9}),
        "scores": {
            "challenger": 0.2 + 0.6 * label,
            "dummy": np.full(ROWS, 0.5),
            "baseline": np.full(ROWS, 0.6),
        },
        "policy": release_policy(bootstrap_draws=100),
        "seed": 0,
    }
    return values | changes


def test_every_contender_without_scores_is_named():
    """Two missing, two names, and what to do."""
    with pytest.raises(BadInput, match="No scores of: dummy, baseline") as raised:
        measure(COMPARISON, **given(scores={"challenger": np.zeros(ROWS)}))

    assert raised.value.next_step == "Score them all."


@pytest.mark.parametrize("table", ["segments", "features"])
def test_a_table_of_other_rows_is_named(table):
    """By its name, with how many rows it has."""
    short = pd.DataFrame({"origin": ["JFK"] * 7})

    with pytest.raises(BadInput, match=f"There are 90 labels.*'{table}': 7"):
        measure(COMPARISON, **given(**{table: short}))


def test_numbers_that_came_as_text_are_numbers():
    """Labels and scores from a file of text measure as the numbers do."""
    numbers = given()
    text = {name: [str(one) for one in score] for name, score in numbers["scores"].items()}
    labels = [str(one) for one in numbers["label"]]

    found = measure(COMPARISON, **given(label=labels, scores=text))

    assert found == measure(COMPARISON, **numbers)


def test_each_feature_is_measured_alone_from_every_other_cluster():
    """Clusters 0, 2 and 4 are guessed from 1 and 3, and the other way round; by its name."""
    all_of_it = given()
    between = np.arange(ROWS) // 18 % 2 == 1

    found = measure(COMPARISON, **all_of_it)

    assert found.feature_skill == {
        name: pytest.approx(
            skill_alone(Task.BINARY, all_of_it["features"][name], all_of_it["label"], between)
        )
        for name in ("heat", "wind")
    }
