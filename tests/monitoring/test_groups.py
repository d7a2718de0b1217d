"""The monitor of groups: what it breaches on, and when it has nothing to say."""

from release_evidence import fairness_policy, gap, group
from window_samples import policy, window

from caf_monitoring.monitors import look
from caf_platform.decision import Decision, Verdict
from caf_platform.project.policy import Policy, ReleasePolicy


def under(fairness: object) -> Policy:
    """The sample policy with another part for groups."""
    release = ReleasePolicy.model_construct(fairness=fairness)
    return policy().model_copy(update={"release": release})


def read(limits: Policy | None = None, **changes: object) -> Decision:
    """The monitor's reading."""
    return look(window(**changes), limits or policy())["fairness"]


def test_only_what_is_broken_is_told_on_a_breach() -> None:
    """The ratio holds and is no reason."""
    reading = read(groups=(gap(0.2),))

    assert reading.verdict is Verdict.BREACH
    assert [reason.code for reason in reading.reasons] == ["tpr_difference_broken"]
    assert reading.numbers == {"sex.tpr_difference": 0.2, "sex.selection_ratio": 0.9}


def test_a_small_group_beside_a_broken_bound_is_still_a_breach() -> None:
    """What is shown is not undone by what cannot be told."""
    few = group("sex=x", 10, class_rows=5)

    broken = read(groups=(gap(0.2, groups=(few, group("sex=m"))),))
    kept = read(groups=(gap(groups=(few, group("sex=m"))),))

    assert broken.verdict is Verdict.BREACH
    assert kept.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in kept.reasons] == ["group_too_small"]


def test_a_project_that_protects_nobody_is_not_asked() -> None:
    """Nothing to judge is no health."""
    reading = read(under(None))

    assert reading.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in reading.reasons] == ["not_asked"]


def test_a_policy_that_binds_nothing_judges_nothing() -> None:
    """It cannot be loaded; made by hand it is no ok."""
    reading = read(under(fairness_policy(bound={})))

    assert reading.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in reading.reasons] == ["nothing_bound"]
