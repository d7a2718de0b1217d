"""What of the platform is used, counted from records."""

from cost_records import NOW, judged, monitored, promoted, received, recorded, took, trained

from caf_governance.adoption import Adopter, Use, adopters, uses
from caf_platform.decision import Decision, Verdict
from caf_platform.ledger.record import Record
from caf_platform.plugins import Kind


def said(verdict: Verdict) -> Decision:
    """A decision of no further interest."""
    return Decision(by="a test", verdict=verdict)


def one_project() -> list[Record]:
    """A delivery, a model that a gate refused in part, a look, and a promotion by a person."""
    parts = {"fair": said(Verdict.PASS), "calibrated": said(Verdict.CANNOT_JUDGE)}
    readings = {"skill": said(Verdict.OK), "skew": said(Verdict.BREACH)}
    found = recorded(
        received(**took("ingest")),
        trained("v1", **took("train")),
        judged("v1", 0.1, 1.0).model_copy(update={"parts": parts}),
        monitored("w", "v1").model_copy(update={"readings": readings}),
        promoted("v1"),
    )
    by_ada = found[-1].envelope.model_copy(update={"actor": "Ada"})
    return [*found[:-1], found[-1].model_copy(update={"envelope": by_ada})]


def test_each_part_is_counted_over_all_projects() -> None:
    """By kind, how often, how often it objected, and by whom."""
    records = {"a": one_project(), "b": recorded(received(**took("ingest")))}

    found = {(one.kind, one.name): one for one in uses(records)}

    assert found[Kind.STAGE, "ingest"] == Use(
        kind=Kind.STAGE, name="ingest", times=2, objected=None, unjudged=None,
        projects=("a", "b"), last=NOW,
    )  # fmt: skip
    assert found[Kind.GATE, "fair"].objected == 0
    calibrated = found[Kind.GATE, "calibrated"]
    assert (calibrated.objected, calibrated.unjudged) == (0, 1)
    assert found[Kind.MONITOR, "skew"].objected == 1
    assert found[Kind.MODEL_FAMILY, "logistic"].times == 1
    assert found[Kind.STAGE, "train"].projects == ("a",)


def test_the_most_used_of_a_kind_comes_first() -> None:
    """Kinds in the order of the registry."""
    records = {"a": [*one_project(), *recorded(received(**took("validate")))] * 2}

    names = [one.name for one in uses(records)]

    assert names[:3] == ["ingest", "train", "validate"]
    assert names[-1] == "logistic"


def test_people_are_told_from_the_platform() -> None:
    """Ada promoted; the rest was the platform's own doing."""
    (found,) = adopters({"a": one_project(), "never": []})

    assert found == Adopter(
        project="a", plays=0, windows=1, batches=1, rows=0, versions=1, promotions=1,
        by_people=1, people=1, first=NOW, last=NOW,
    )  # fmt: skip


def test_without_a_record_there_is_nothing() -> None:
    """No project, no part."""
    assert adopters({}) == uses({}) == ()
