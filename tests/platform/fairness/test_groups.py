"""How answers fall on groups: rates, gaps, intervals, and what is not measured."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from release_evidence import fairness_policy

from caf_platform.fairness.gaps import GroupGap
from caf_platform.fairness.groups import measure_groups

ROWS, BLOCKS = 4_000, 40


def people(tpr: dict[str, float], seed: int = 0) -> dict[str, Any]:
    """Two groups, half of each of the positive class, who are found at a known rate."""
    random = np.random.default_rng(seed)
    sex = np.where(np.arange(ROWS) % 2, "f", "m")
    label = (random.uniform(size=ROWS) < 0.5).astype(float)
    found = random.uniform(size=ROWS) < np.where(label == 1, pd.Series(sex).map(tpr), 0.2)
    return {
        "protected": pd.DataFrame({"sex": sex}),
        "label": label,
        "score": np.where(found, 0.9, 0.1),
        "cluster": np.arange(ROWS) * BLOCKS // ROWS,
    }


def measured(rows: dict[str, Any], **changes: Any) -> tuple[GroupGap, ...]:
    """The gaps under the sample's policy, at a threshold of one half."""
    how = {"threshold": 0.5, "policy": fairness_policy(), "level": 0.95, "draws": 200, "seed": 0}
    return measure_groups(**rows, **(how | changes))


def test_a_gap_is_the_one_that_was_made() -> None:
    """Found at 0.9 and at 0.6: 0.3 apart, and the interval says so."""
    [gap] = measured(people({"f": 0.9, "m": 0.6}))

    assert gap.column == "sex"
    assert gap.tpr_difference.point == pytest.approx(0.3, abs=0.04)
    assert gap.tpr_difference.low < 0.3 < gap.tpr_difference.high
    assert gap.selection_ratio.point == pytest.approx((0.6 + 0.2) / (0.9 + 0.2), abs=0.04)
    assert gap.selection_ratio.complete


def test_rates_are_those_of_counting() -> None:
    """Each group's rows, positives and rates, as a person would count them."""
    rows = people({"f": 0.8, "m": 0.8})
    [gap] = measured(rows)

    for group, sex in zip(gap.groups, ("f", "m"), strict=True):
        of = (rows["protected"]["sex"] == sex).to_numpy()
        ones, said = rows["label"][of] == 1, rows["score"][of] > 0.5
        assert (group.name, group.rows, group.class_rows) == (f"sex={sex}", of.sum(), ones.sum())
        assert group.selection_rate == pytest.approx(said.mean())
        assert group.true_positive_rate == pytest.approx(said[ones].mean())
        assert group.false_positive_rate == pytest.approx(said[~ones].mean())
        assert group.bias == pytest.approx((rows["score"][of] - rows["label"][of]).mean())


def test_a_small_group_is_named_and_not_compared() -> None:
    """Ninety-nine people of a third group, all wronged, change no gap."""
    rows = people({"f": 0.8, "m": 0.8})
    third = rows["protected"].assign(sex=rows["protected"]["sex"].where(np.arange(ROWS) >= 99, "x"))
    unseen = rows["score"].copy()
    unseen[:99] = 0.0

    [gap] = measured(rows | {"protected": third, "score": unseen})

    assert [group.name for group in gap.left_out] == ["sex=x"]
    assert gap.compared == ("sex=f", "sex=m")
    assert gap.tpr_difference.point < 0.1


def test_people_without_an_entry_are_a_group() -> None:
    """Whoever is not told apart is still somebody."""
    rows = people({"f": 0.8, "m": 0.8})
    some = rows["protected"].assign(
        sex=rows["protected"]["sex"].where(np.arange(ROWS) >= 500, None)
    )

    [gap] = measured(rows | {"protected": some})

    assert "sex=(none)" in gap.compared


def test_a_rate_over_nobody_is_none() -> None:
    """A group without a single positive has no true positive rate, not one of 0."""
    rows = people({"f": 0.8, "m": 0.8})
    label = np.where(rows["protected"]["sex"] == "m", 0.0, rows["label"])

    [gap] = measured(rows | {"label": label})

    found = {group.name: group.true_positive_rate for group in gap.groups}
    assert found["sex=m"] is None
    assert found["sex=f"] is not None
    assert gap.tpr_difference.point is None


def test_nothing_is_measured_with_a_missing_answer() -> None:
    """One label or score that is not there: no groups, no gaps, no number."""
    rows = people({"f": 0.8, "m": 0.8})
    for name in ("label", "score"):
        [gap] = measured(rows | {name: np.where(np.arange(ROWS) == 7, np.nan, rows[name])})

        assert gap.groups == ()
        assert not gap.tpr_difference.complete
        assert gap.tpr_difference.point is None


def test_one_cluster_gives_a_point_and_no_interval() -> None:
    """As everywhere: what would be drawn is always the same."""
    rows = people({"f": 0.8, "m": 0.8})

    [gap] = measured(rows | {"cluster": np.zeros(ROWS)})

    assert gap.tpr_difference.point is not None
    assert not gap.tpr_difference.complete


def test_more_columns_make_wider_intervals() -> None:
    """The level is Bonferroni's over all gaps: two of one column, four of two."""
    rows = people({"f": 0.8, "m": 0.7})
    twice = rows["protected"].assign(other=rows["protected"]["sex"])

    [alone] = measured(rows)
    both = measured(rows | {"protected": twice})

    assert alone.tpr_difference.level == pytest.approx(1 - 0.05 / 2)
    levels = [gap.tpr_difference.level for gap in both]
    assert levels == pytest.approx([1 - 0.05 / 4] * 2)


def test_the_same_rows_give_the_same_gaps() -> None:
    """In any order, with the same seed."""
    rows = people({"f": 0.9, "m": 0.6})
    order = np.random.default_rng(3).permutation(ROWS)
    mixed = {name: np.asarray(rows[name])[order] for name in ("label", "score", "cluster")}
    mixed["protected"] = rows["protected"].iloc[order].reset_index(drop=True)

    assert measured(rows) == measured(mixed)


def test_a_group_just_large_enough_is_compared() -> None:
    """A hundred rows and fifty of the class, as the policy asks, and not one more."""
    rows = {
        "protected": pd.DataFrame({"sex": ["f"] * 100 + ["m"] * 100}),
        "label": np.tile([0.0, 1.0], 100),
        "score": np.tile([0.1, 0.9], 100),
        "cluster": np.arange(200) // 20,
    }

    [gap] = measured(rows)

    assert gap.compared == ("sex=f", "sex=m")
    assert gap.left_out == ()


def test_a_score_at_the_threshold_is_not_selected() -> None:
    """As everywhere in the platform: acting pays above it."""
    rows = people({"f": 0.8, "m": 0.8})

    [gap] = measured(rows | {"score": np.full(ROWS, 0.5)})

    assert {group.selection_rate for group in gap.groups} == {0.0}


def test_intervals_are_those_of_drawing_whole_blocks() -> None:
    """The same as a plain loop over draws, for three groups."""
    rows = people({"f": 0.9, "m": 0.6})
    sex = np.where(np.arange(ROWS) % 3 == 2, "x", rows["protected"]["sex"])
    said, ones = rows["score"] > 0.5, rows["label"] == 1
    drawn = np.random.default_rng(0).multinomial(BLOCKS, np.full(BLOCKS, 1 / BLOCKS), size=200)
    gaps, ratios = [], []
    for counts in drawn:
        times = counts[rows["cluster"]]
        rates = [np.average(said[sex == s], weights=times[sex == s]) for s in "fmx"]
        found = [
            np.average(said[(sex == s) & ones], weights=times[(sex == s) & ones]) for s in "fmx"
        ]
        gaps.append(max(found) - min(found))
        ratios.append(min(rates) / max(rates))

    [gap] = measured(rows | {"protected": pd.DataFrame({"sex": sex})})

    for interval, values in ((gap.tpr_difference, gaps), (gap.selection_ratio, ratios)):
        assert [interval.low, interval.high] == pytest.approx(np.quantile(values, [0.0125, 0.9875]))


def test_two_clusters_are_enough_for_an_interval() -> None:
    """A poor one; whoever judges asks for more."""
    rows = people({"f": 0.8, "m": 0.8})

    [gap] = measured(rows | {"cluster": np.arange(ROWS) // (ROWS // 2)})

    assert gap.tpr_difference.complete


def test_one_group_alone_has_no_gap_and_no_interval() -> None:
    """There is nobody to compare it with."""
    rows = people({"f": 0.8, "m": 0.8})

    [gap] = measured(rows | {"protected": pd.DataFrame({"sex": ["f"] * ROWS})})

    found = gap.tpr_difference
    assert (found.point, found.low, found.high) == (None, None, None)


def test_a_group_of_the_class_alone_has_no_false_positive_rate() -> None:
    """Nobody in it could have been falsely selected."""
    rows = people({"f": 0.8, "m": 0.8})
    label = np.where(rows["protected"]["sex"] == "m", 1.0, rows["label"])

    [gap] = measured(rows | {"label": label})

    found = {group.name: group.false_positive_rate for group in gap.groups}
    assert found["sex=m"] is None
    assert found["sex=f"] is not None
