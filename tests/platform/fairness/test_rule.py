"""One rule for gate and monitor: what holds, what does not, and what nobody can tell."""

from release_evidence import bounds, fairness_policy, gap, group, limit

from caf_platform.fairness.rule import bound_numbers, judge_groups


def answers(*gaps, **changes):
    """Code and answer of each question."""
    found = judge_groups(gaps, fairness_policy(**changes))
    return {held.reason.code: held.holds for held in found}


def test_on_the_bound_is_within_it() -> None:
    """The bound itself is allowed; beyond it is not, on either side."""
    assert answers(gap(0.1, 0.8)) == {"tpr_difference_kept": True, "selection_ratio_kept": True}
    assert answers(gap(0.1001, 0.7999)) == {
        "tpr_difference_broken": False,
        "selection_ratio_broken": False,
    }


def test_a_column_that_is_only_shown_is_not_judged() -> None:
    """Nor does it stand among the numbers."""
    wide = gap(0.9, 0.1).model_copy(update={"column": "age"})
    policy = fairness_policy()

    assert set(answers(gap(), wide)) == {"tpr_difference_kept", "selection_ratio_kept"}
    assert set(bound_numbers((gap(), wide), policy)) == {
        "sex.tpr_difference",
        "sex.selection_ratio",
    }


def test_a_wider_interval_changes_nothing() -> None:
    """The point decides: noise neither helps nor harms."""
    loose = gap(0.09)
    loose = loose.model_copy(
        update={"tpr_difference": loose.tpr_difference.model_copy(update={"high": 0.9})}
    )

    assert answers(loose)["tpr_difference_kept"] is True


def test_each_bound_column_is_asked_for() -> None:
    """One that nobody measured cannot be judged, and the next is asked all the same."""
    both = {"origin": bounds(), "sex": bounds()}

    assert answers(gap(), bound=both) == {
        "groups_not_measured": None,
        "tpr_difference_kept": True,
        "selection_ratio_kept": True,
    }


def test_a_reason_names_what_was_found_its_limit_and_why() -> None:
    """For a broken bound and for a group that is too small."""
    few = group("sex=f", 30, class_rows=10)
    found = {h.reason.code: h.reason for h in judge_groups([gap(0.2, groups=(few, group("sex=m")))],
                                                          fairness_policy())}  # fmt: skip

    assert found["tpr_difference_broken"].found == 0.2
    assert found["tpr_difference_broken"].limit == 0.1
    assert found["tpr_difference_broken"].because
    assert "0.200 [0.190, 0.210]" in found["tpr_difference_broken"].text
    assert (found["group_too_small"].found, found["group_too_small"].limit) == (30, 100)
    assert "sex=f has 30 rows, 10 of the positive class" in found["group_too_small"].text


def test_too_few_of_the_class_are_named_by_their_own_number() -> None:
    """Enough rows, and too few whom the rate rests on."""
    idle = group("sex=f", 500, class_rows=10)
    policy = fairness_policy(min_group_class_rows=limit(20))
    [small] = [
        held.reason
        for held in judge_groups([gap(groups=(idle, group("sex=m")))], policy)
        if held.reason.code == "group_too_small"
    ]

    assert (small.found, small.limit) == (10, 20)


def test_a_point_without_an_interval_was_not_measured() -> None:
    """Nobody knows how much of it is chance."""
    bare = gap().tpr_difference.model_copy(update={"low": None, "high": None})

    found = answers(gap().model_copy(update={"tpr_difference": bare}))

    assert found == {"tpr_difference_not_measured": None, "selection_ratio_kept": True}


def test_sentences_say_which_gap_of_which_column_and_the_bound() -> None:
    """At most for a difference, at least for a ratio."""
    texts = [held.reason.text for held in judge_groups([gap()], fairness_policy())]

    assert texts == [
        "sex: difference of true positive rates 0.040 [0.030, 0.050], at most 0.1 is allowed",
        "sex: ratio of selection rates 0.900 [0.880, 0.920], at least 0.8 is allowed",
    ]
    unknown = [held.reason.text for held in judge_groups([gap(None)], fairness_policy())]
    assert unknown[0] == "sex: difference of true positive rates was not measured"


def test_rows_enough_and_too_few_of_the_class_names_the_class() -> None:
    """On the limit of rows they are enough."""
    idle = group("sex=f", 100, class_rows=10)
    found = judge_groups([gap(groups=(idle, group("sex=m")))], fairness_policy())
    [small] = [held.reason for held in found if held.reason.code == "group_too_small"]

    assert (small.found, small.limit) == (10, 50)
