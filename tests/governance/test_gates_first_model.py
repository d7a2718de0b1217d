"""A first model before the gates: nobody to beat, and no free pass."""

import pytest
from asked_gates import ask, ask_first, codes, performance
from release_evidence import first_model, interval, release_policy, training_policy

from caf_governance.gates.release import judge
from caf_platform.decision import Verdict


def test_the_first_model_has_nobody_to_beat():
    """It passes that one gate with a reason that says so; all others still judge it."""
    whole, parts = judge(first_model(), release_policy(), training_policy())

    assert whole.verdict is Verdict.PASS
    assert codes(parts["better_than_champion"]) == {"first_model"}
    assert "dummy" in parts["value_holds"].summary


def test_the_first_model_is_refused_when_a_constant_is_as_good():
    """No champion is no free pass."""
    whole, _ = judge(
        first_model(improvement_on_dummy=interval(0.001)), release_policy(), training_policy()
    )

    assert whole.verdict is Verdict.REFUSE


@pytest.mark.parametrize("than", ["dummy", "baseline"])
def test_luck_against_a_simple_model_is_enough_only_beside_a_champion(than):
    """A first model must be better beyond chance; a challenger proves that to the champion."""
    ahead_by_chance = {f"improvement_on_{than}": interval(0.01, 0.02)}

    first = ask_first("beats_baselines", **ahead_by_chance)
    later = ask("beats_baselines", **ahead_by_chance)

    assert first.verdict is Verdict.REFUSE
    assert codes(first) >= {f"not_clearly_better_than_{than}"}
    assert later.verdict is Verdict.PASS


def test_a_biased_first_model_has_no_excuse():
    """There is nobody in service who would be worse."""
    found = ask_first("calibrated", performance=performance(bias=-0.09))

    assert found.verdict is Verdict.REFUSE


def test_a_champion_that_lost_its_name_is_a_contradiction():
    """Evidence against a champion without the champion must not pass as a first model."""
    unnamed = first_model(improvement_on_champion=interval(-0.02))

    whole, parts = judge(unnamed, release_policy(), training_policy())

    assert whole.verdict is Verdict.CANNOT_JUDGE
    assert codes(parts["better_than_champion"]) == {"champion_not_named"}
