"""State knows each model's way, the champion, and the lawful former ones."""

from datetime import timedelta

from folded_state import TWO_MODELS, after
from lawful_events import START, approved, judged, manifest, promoted, rolled_back, trained

from caf_platform.decision import Decision, Verdict
from caf_platform.ledger.events import PromotionRefused
from caf_platform.ledger.streams import CHAMPION, DECISIONS, MODELS

REFUSAL = PromotionRefused(
    version="v2", verb="promote", decision=Decision(by="door", verdict=Verdict.REFUSE)
)


def test_a_model_goes_its_way():
    """Trained, judged (its manifest grows), approved twice, promoted."""
    found = after(
        (MODELS, trained("v1")),
        (MODELS, judged("v1")),
        (MODELS, approved("v1", "grace")),
        (MODELS, approved("v1", "alan")),
        (CHAMPION, promoted("v1", None)),
    )

    model = found.models["v1"]
    assert model.manifest == manifest("v1", evaluation="e")
    assert model.gate_record.event == model.gate
    assert [a.approver for a in model.approvals.values()] == ["grace", "alan"]
    assert model.approvals.keys() == model.approval_records.keys()
    assert (model.promoted, model.revoked, found.champion) == (True, False, "v1")
    assert [when - START for when, _ in found.trainings] == [timedelta(hours=1)]


def test_moves_make_the_champion():
    """Promoted, promoted, put back: the mistaken one is revoked, and no shadow is left."""
    found = after(
        *TWO_MODELS,
        (CHAMPION, promoted("v1", None)),
        (CHAMPION, promoted("v2", "v1")),
        (CHAMPION, rolled_back("v1", "v2")),
    )

    assert [(m.verb, m.version, m.replaces) for m in found.moves] == [
        ("promoted", "v1", None),
        ("promoted", "v2", "v1"),
        ("rolled_back", "v1", "v2"),
    ]
    assert (found.champion, found.former_champion, found.last_promotion) == ("v1", None, None)
    assert found.models["v2"].revoked
    assert found.restore_seconds == [2.0]
    assert found.champion_version == 3
    assert found.champion_since == START + timedelta(hours=9)


def test_the_former_champion_is_the_newest_lawful_one():
    """The shadow, and where a rollback leads."""
    found = after(*TWO_MODELS, (CHAMPION, promoted("v1", None)), (CHAMPION, promoted("v2", "v1")))

    assert found.former_champion == "v1"
    assert found.last_promotion.version == "v2"


THREE = (
    *TWO_MODELS,
    *((MODELS, event) for event in (trained("v3"), judged("v3"), approved("v3"))),
    (CHAMPION, promoted("v1", None)),
    (CHAMPION, promoted("v2", "v1")),
    (CHAMPION, promoted("v3", "v2")),
)


def test_a_version_that_a_person_skipped_is_no_former_champion():
    """From v3 straight back to v1: v2 is not where the next rollback leads."""
    found = after(*THREE, (CHAMPION, rolled_back("v1", "v3")))

    assert found.former_champions == ()


def test_former_champions_lead_back_from_the_champions_own_promotion():
    """Nearest first; a revoked one is passed over."""
    assert after(*THREE).former_champions == ("v2", "v1")
    assert after(*THREE, (CHAMPION, rolled_back("v2", "v3"))).former_champions == ("v1",)


def test_a_refused_promotion_moves_nobody():
    """It is kept for people to see."""
    found = after((DECISIONS, REFUSAL))

    assert (found.champion, found.champion_version) == (None, 0)
    assert found.refusals == [REFUSAL]
