"""Gate: a better average must not be paid for by one group of rows.

The rule, per segment with the policy's minimum of rows and clusters:

- the loss there grew by no more than `segment_max_loss`: holds;
- it grew by more, and the interval lies below zero: shown harm, refused;
- it grew by more, but the interval reaches zero: *cannot judge*.

The third case is no pass on purpose. Were it one, a noisier or smaller segment would help a
harmful challenger through; like this, widening an interval turns *refuse* into *cannot judge*
at most. Asking each segment for proof of non-inferiority (`low > -segment_max_loss`) was
not chosen, for two weeks of clustered days seldom prove it: in the flagship's good releases the
worst segment lost 0.001 nats per row, while intervals reached down to -0.035.

Many segments are looked at at once, so each interval is taken at the Bonferroni level
(`segment_level`): the chance that any unharmed segment is *shown* harmed stays about
1 - `interval_level` or below. C. E. Bonferroni (1936); O. J. Dunn, *JASA* 56 (1961).

Segments below the minimum are counted and named, and do not block, for every column has rare
values; but at least one segment must have been judged, and each declared column measured.
"""

from collections.abc import Iterator, Sequence

from caf_governance.gates.evidence import ReleaseEvidence, SegmentEvidence
from caf_governance.gates.gate import Finding, conclude, passes, refuses, unknown
from caf_platform.capabilities import Capability
from caf_platform.decision import Decision, Number
from caf_platform.plugins import Kind, register
from caf_platform.project.policy import ReleasePolicy, TrainingPolicy

NAME = "segments_hold"
SEPARATOR = "="
SHOWN = 5
NONE = "(none)"
"""The segment of rows whose column is empty: it says nothing about any group."""


def segment_level(level: float, segments: int) -> float:
    """The Bonferroni level of each of `segments` intervals that together hold at `level`."""
    return 1 - (1 - level) / max(segments, 1)


def judgeable(rows: int, clusters: int, policy: ReleasePolicy) -> bool:
    """Whether a segment is large enough to be judged on its own."""
    return rows >= policy.segment_min_rows.value and clusters >= policy.min_clusters.value


@register(Kind.GATE, NAME, Capability.RESPONSIBLE_USE_OF_AI, Capability.RISK_MANAGEMENT)
def segments_hold(
    evidence: ReleaseEvidence, policy: ReleasePolicy, _training: TrainingPolicy, /
) -> Decision:
    """No segment's loss grew by more than the policy allows, against champion or dummy."""
    if not evidence.segment_columns and not evidence.segments:
        return conclude(NAME, [passes("no_segments", "the project declares no segments")], {})
    judged = [one for one in evidence.segments if _large(one, policy)]
    small = [one.name for one in evidence.segments if not _large(one, policy)]
    findings = [*_unmeasured(evidence), *(_segment(one, evidence, policy) for one in judged)]
    if small:
        findings.append(_too_small(small, policy, blocks=not judged))
    numbers: dict[str, Number] = {"segments": len(judged), "too_small": len(small)}
    return conclude(NAME, findings, numbers | {s.name: s.improvement.point for s in judged})


def _large(segment: SegmentEvidence, policy: ReleasePolicy) -> bool:
    return judgeable(segment.rows, segment.improvement.clusters, policy)


def _unmeasured(evidence: ReleaseEvidence) -> Iterator[Finding]:
    for column in evidence.segment_columns:
        names = [one.name for one in evidence.segments if one.name != f"{column}{SEPARATOR}{NONE}"]
        if not any(name.startswith(f"{column}{SEPARATOR}") for name in names):
            yield unknown("column_not_measured", f"no segment of '{column}' was measured")


def _too_small(small: Sequence[str], policy: ReleasePolicy, *, blocks: bool) -> Finding:
    """Small segments are named; when there are no others, nothing was judged."""
    limit = policy.segment_min_rows
    shown = ", ".join(small[:SHOWN]) + (" and more" if len(small) > SHOWN else "")
    text = (
        f"{len(small)} segments have fewer than {limit.value} rows or "
        f"{policy.min_clusters.value} clusters and were not judged: {shown}"
    )
    if blocks:
        return unknown("no_segment_judged", text, limit=limit.value, because=limit.because)
    return passes("small_segments_not_judged", text, limit=limit.value)


def _segment(segment: SegmentEvidence, evidence: ReleaseEvidence, policy: ReleasePolicy) -> Finding:
    found, limit = segment.improvement, policy.segment_max_loss
    if found.point is None or found.high is None or not found.complete:
        return unknown("segment_not_measured", f"{segment.name}: {segment.rows} rows, not measured")
    text = f"{segment.name}: {found.text} against the {evidence.reference}, {segment.rows} rows"
    loss = -found.point
    if loss <= limit.value:
        return passes("segment_holds", text, found=loss, limit=limit.value)
    if found.high < 0:
        text = f"{text}, shown to be worse by more than {limit.value:g}"
        return refuses("segment_worse", text, found=loss, limit=limit.value, because=limit.because)
    text = f"{text}, seems worse by more than {limit.value:g} but may be chance"
    return unknown("segment_unclear", text, found=loss, limit=limit.value, because=limit.because)
