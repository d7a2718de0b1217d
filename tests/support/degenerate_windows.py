"""Evidence of windows in which anything may be missing, odd or impossible, and what an ok needs."""

from hypothesis import strategies as st
from release_evidence import gap, group
from window_samples import policy

from caf_monitoring.evidence import WindowEvidence
from caf_platform.decision import Decision, Verdict
from caf_platform.fairness.gaps import GroupGap
from caf_platform.measures.disagreement import Disagreement
from caf_platform.measures.interval import Interval

POLICY = policy()
ROWS = st.sampled_from([-1, 0, 1, 19, 20, 99, 100, 1000])
NUMBERS = st.none() | st.floats() | st.sampled_from([0.0, -0.04, 0.04, 0.5, 1.0])
NAMES = st.sampled_from(["weather", "temp", "carrier", ""])
FINITE = st.none() | st.floats(-1, 1)
VERSIONS = st.none() | st.just("v1")
INTERVALS = st.none() | st.builds(
    Interval,
    point=FINITE,
    low=st.none() | st.floats(-2, -1),
    high=st.none() | st.floats(1, 2),
    level=st.just(0.95),
    draws=st.just(10),
    clusters=ROWS,
    rows=ROWS,
    share_above_zero=FINITE,
)
MEASURES = ("loss", "skill", "bias", "calibration_error", "auc", "base_rate", "rows")
DISAGREEMENTS = st.none() | st.builds(
    Disagreement,
    p_value=NUMBERS,
    slot=NAMES,
    found=ROWS,
    expected=st.floats(-1, 1),
    rows=ROWS,
    reference_rows=ROWS,
    shift=st.floats(-1, 1),
)
GROUPS = st.sampled_from(
    [group("sex=f"), group("sex=m"), group("sex=m", 99, class_rows=50), group("sex=m", 0)]
)
GAPS = st.builds(
    gap, FINITE, FINITE, st.lists(GROUPS, max_size=3, unique_by=lambda one: one.name).map(tuple)
)
WINDOWS = st.builds(
    WindowEvidence,
    window=st.just("w"),
    champion=VERSIONS,
    served_rows=ROWS,
    labelled_rows=ROWS,
    label_coverage=NUMBERS,
    performance=st.dictionaries(st.sampled_from(MEASURES), NUMBERS),
    loss_interval=INTERVALS,
    drift=st.dictionaries(NAMES, NUMBERS),
    drift_rows=ROWS,
    prediction_psi=NUMBERS,
    target_psi=NUMBERS,
    skew_checked=ROWS,
    skewed_rows=ROWS,
    skewed_columns=st.dictionaries(NAMES, ROWS),
    feeds=st.dictionaries(NAMES, NUMBERS),
    frozen_feeds=st.lists(NAMES, max_size=2).map(tuple),
    stuck_columns=st.dictionaries(NAMES, ROWS),
    two_classes=st.booleans(),
    disagreement=DISAGREEMENTS,
    former_champion=VERSIONS,
    harm=INTERVALS,
    groups=st.lists(GAPS, max_size=2).map(tuple),
)


def _compared(found: GroupGap) -> bool:
    """Whether both gaps were measured between groups that are large enough."""
    return (
        found.tpr_difference.complete
        and found.selection_ratio.complete
        and len(found.groups) > 1
        and all(one.rows >= 100 and one.class_rows >= 50 for one in found.groups)
    )


def wrong(evidence: WindowEvidence, readings: dict[str, Decision]) -> list[str]:
    """Monitors that failed, and those that said ok without numbers or rows enough."""
    found = [
        name
        for name, reading in readings.items()
        for reason in reading.reasons
        if reason.code == "monitor_failed"
    ]
    ok = {name for name, reading in readings.items() if reading.verdict is Verdict.OK}
    enough = evidence.labelled_rows >= 100 and (evidence.label_coverage or 0) >= 0.5
    proofs = {
        "calibration": enough and evidence.performance.get("bias") is not None,
        "skill": enough and evidence.performance.get("skill") is not None,
        "data_drift": evidence.drift_rows >= 100
        and sum(score is None for score in evidence.drift.values()) < len(evidence.drift) / 2,
        "prediction_drift": evidence.served_rows >= 100 and evidence.prediction_psi is not None,
        "target_drift": enough and evidence.target_psi is not None,
        "skew": evidence.skew_checked >= min(20, evidence.served_rows) > 0,
        "labels": enough and evidence.served_rows > 0,
        "label_noise": enough
        and evidence.two_classes
        and evidence.disagreement is not None
        and evidence.disagreement.p_value is not None
        and evidence.disagreement.reference_rows >= 100,
        "freshness": evidence.feeds.get("weather") is not None,
        "fairness": enough and any(_compared(found) for found in evidence.groups),
        "former_champion": evidence.harm is not None
        and evidence.former_champion is not None
        and evidence.harm.point is not None
        and evidence.harm.share_above_zero is not None
        and evidence.harm.clusters >= 20,
    }
    found += [name for name in ok if not proofs[name]]
    unserved = evidence.champion is None
    return found + [name for name in ok if unserved and name != "freshness"]
