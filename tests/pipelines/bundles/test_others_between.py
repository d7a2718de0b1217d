"""What else the ledger holds between a version's training and its promotion changes no bundle."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from played import MICRO, Played, document

from caf_platform.door.proofs import approval_digests
from caf_platform.ledger.events import ModelTrained, PolicyAdopted, Promoted, WindowClosed
from caf_platform.ledger.record import Envelope
from caf_platform.ledger.streams import CHAMPION

Capture = pytest.CaptureFixture[str]


def failures(played: Played, version: str, capsys: Capture) -> dict[str, str]:
    """What `caf verify` finds wrong, by check."""
    capsys.readouterr()
    played.caf("verify", version, "--project", MICRO, "--json")
    found = document(capsys.readouterr().out)
    return {one["name"]: "; ".join(one["wrong"]) for one in found["checks"] if not one["good"]}


def promoted_by_hand(played: Played, version: str) -> None:
    """Ada approves a version that waits, and Pat promotes it."""
    assert played.caf("approve", version, "--as", "ada", "--project", MICRO) == 0
    assert played.caf("promote", version, "--as", "pat", "--project", MICRO) == 0


def test_people_approve_and_promote(waiting: Played, capsys: Capture) -> None:
    """A promotion by people's hands holds like the platform's own."""
    promoted_by_hand(waiting, "v1")

    assert failures(waiting, "v1", capsys) == {}


def test_another_project_on_the_same_ledger(waiting: Played, capsys: Capture) -> None:
    """Its records stand between and are no gap; neither are they part of the story."""
    waiting.platform().ledger.append(
        "other/windows",
        None,
        WindowClosed(window="w"),
        key="other/play-1/w",
        envelope=Envelope(
            actor="platform",
            correlation="other/play-1",
            virtual_time=datetime(2021, 1, 1, tzinfo=UTC),
        ),
    )

    promoted_by_hand(waiting, "v1")

    assert failures(waiting, "v1", capsys) == {}


def test_another_version_trained_meanwhile(waiting: Played, capsys: Capture) -> None:
    """The bundle of the older one rests on its own training and gate."""
    waiting.play(windows=3)
    assert len(waiting.records(ModelTrained)) > 1

    promoted_by_hand(waiting, "v1")

    assert failures(waiting, "v1", capsys) == {}


def test_an_approval_that_was_taken_back(waiting: Played, capsys: Capture) -> None:
    """The later one carries the promotion; the bundle tells that one only."""
    words = ("approve", "v1", "--as", "ada", "--project", MICRO)
    assert waiting.caf(*words) == 0
    assert waiting.caf(*words, "--revoke", "--reason", "too early") == 0
    waiting.play(windows=1)

    promoted_by_hand(waiting, "v1")

    assert len(waiting.records(Promoted)[0].payload["approvals"]) == 1
    assert failures(waiting, "v1", capsys) == {}


def test_a_policy_that_was_adopted_since(tmp_path: Path, capsys: Capture) -> None:
    """Each version's promotion follows from the policy in force then, and from no other."""
    played = Played.begun(tmp_path)
    played.play(windows=2)
    path = tmp_path / "projects" / MICRO / "policy.yaml"
    path.write_text(path.read_text("utf-8").replace("value: 0.01,", "value: 0.011,"), "utf-8")

    played.play(windows=2)

    assert len(played.records(PolicyAdopted)) == 1
    assert len(played.records(Promoted)) == 2
    assert failures(played, "v1", capsys) == {}
    assert failures(played, "v2", capsys) == {}


def learnt_only(played: Played) -> tuple[str, str]:
    """A batch that v1 learnt from, and one that neither it nor its gate saw."""
    state = played.state()
    model = state.models["v1"]
    seen = {*model.learnt, *model.judged_on}
    unseen = next(name for name in state.in_force(state.batches) if name not in seen)
    return next(iter(model.learnt)), unseen


def test_another_batch_was_withdrawn(waiting: Played, capsys: Capture) -> None:
    """It is no matter of this version's."""
    waiting.play(windows=1)
    waiting.caf("withdraw", learnt_only(waiting)[1], "--reason", "wrong", "--as", "ops")

    promoted_by_hand(waiting, "v1")

    assert failures(waiting, "v1", capsys) == {}


def test_a_batch_that_was_withdrawn_after_the_promotion(waiting: Played, capsys: Capture) -> None:
    """What was decided then still follows from what was known then."""
    promoted_by_hand(waiting, "v1")

    waiting.caf("withdraw", learnt_only(waiting)[0], "--reason", "wrong", "--as", "ops")

    assert failures(waiting, "v1", capsys) == {}


def test_a_promotion_over_withdrawn_data_is_named(waiting: Played, capsys: Capture) -> None:
    """Whoever holds the platform's key can append it; it does not follow all the same."""
    waiting.caf("approve", "v1", "--as", "ada")
    waiting.caf("withdraw", learnt_only(waiting)[0], "--reason", "wrong", "--as", "ops")
    model, platform = waiting.state().models["v1"], waiting.platform()
    assert model.gate is not None
    keys = tuple(model.approvals)
    event = Promoted(
        version="v1",
        replaces=None,
        manifest=model.manifest,
        manifest_digest=model.gate.manifest_digest,
        approvals=keys,
        approval_digests=approval_digests(model, keys),
        reason="nobody will notice",
    )
    waiting.append(CHAMPION, event, "promote", "v1", 0, signer=platform.signer)

    assert "data_withdrawn" in failures(waiting, "v1", capsys)["door"]
