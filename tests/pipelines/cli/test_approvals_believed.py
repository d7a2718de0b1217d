"""Which yes the door believes: in time, signed by who said it, and by enough people."""

from datetime import timedelta
from pathlib import Path

import pytest
from played import Played, document

from caf_platform.ledger.events import (
    ApprovalAwaited,
    ApprovalGiven,
    ApprovalRevoked,
    MirrorReconciled,
    Promoted,
)
from caf_platform.ledger.streams import CHAMPION, MODELS
from caf_platform.ports.signer import Role

PERSON = (Role.APPROVER, Role.PUBLISHER, Role.OPERATOR)


def approval(played: Played, **changes: object) -> ApprovalGiven:
    """Ada's approval of v1 for three days."""
    state = played.state()
    gate = state.models["v1"].gate
    assert gate is not None
    assert state.moment is not None
    values = {
        "version": "v1",
        "manifest_digest": gate.manifest_digest,
        "approver": "ada",
        "automatic": False,
        "expires_at": state.moment + timedelta(days=3),
    }
    return ApprovalGiven.model_validate(values | changes)


def test_an_expired_approval_does_not_open_the_door(waiting: Played) -> None:
    """The calendar has gone on for a week since Ada said yes."""
    waiting.caf("approve", "v1", "--as", "ada")
    given = waiting.records(ApprovalGiven)[0].event
    assert isinstance(given, ApprovalGiven)
    mark = MirrorReconciled(mirror="clock", found=None, now=None)
    waiting.append(MODELS, mark, "later", when=given.expires_at)

    code = waiting.caf("promote", "v1", "--as", "pat")

    assert code == 1
    assert waiting.refusal_codes() == {"expired"}


def test_an_approval_that_runs_too_long_does_not_open_the_door(waiting: Played) -> None:
    """The policy says a week, whoever signed for a year."""
    year = waiting.state().moment
    assert year is not None
    given = approval(waiting, expires_at=year + timedelta(days=365))
    waiting.append(MODELS, given, "ada", signer=waiting.signer("ada"), actor="ada")

    code = waiting.caf("promote", "v1", "--as", "pat")

    assert code == 1
    assert waiting.refusal_codes() == {"valid_too_long"}


@pytest.mark.parametrize(
    ("signed_by", "actor", "approver"),
    [
        (None, "ada", "ada"),
        ("eve", "ada", "ada"),
        ("eve", "eve", "ada"),
        ("ops", "ops", "ops"),
    ],
    ids=["nobody", "another, as ada", "another, as themselves", "ops without the role"],
)
def test_an_approval_that_its_approver_did_not_sign_is_none(
    waiting: Played, signed_by: str | None, actor: str, approver: str
) -> None:
    """A record that says *ada* counts only with the signature of Ada's key as an approver."""
    signer = waiting.signer(signed_by, *PERSON) if signed_by else None
    given = approval(waiting, approver=approver)
    waiting.append(MODELS, given, "forged", signer=signer, actor=actor)

    code = waiting.caf("promote", "v1", "--as", "pat")

    assert code == 1
    assert waiting.state().champion is None


def test_a_forged_approval_is_not_taken_for_ones_own(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eve signed, honestly as Eve, a record that names Ada: Ada has not approved yet."""
    eve = waiting.signer("eve", *PERSON)
    waiting.append(MODELS, approval(waiting), "forged", signer=eve, actor="eve")

    code = waiting.caf("approve", "v1", "--as", "ada", "--json")

    assert code == 0
    assert document(capsys.readouterr().out)["changed"] is True
    assert waiting.caf("promote", "v1", "--as", "pat") == 0


@pytest.mark.parametrize("verb", [["champion"], ["history"], ["projects"], ["approve", "v1"]])
def test_no_verb_goes_on_from_a_forged_approval(
    waiting: Played, verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither looking nor acting: the record is named, and what to do next."""
    record = waiting.append(MODELS, approval(waiting), "forged", actor="ada")

    code = waiting.caf(*verb)

    told = capsys.readouterr().err
    assert code == 1
    assert f"Record {record.seq} of the ledger (stream 'micro/models')" in told
    assert "caf audit verify" in told


def test_an_automatic_approval_that_a_person_signed_is_none(waiting: Played) -> None:
    """Nobody passes for the policy."""
    given = approval(waiting, approver="policy", automatic=True)
    eve = waiting.signer("eve", *PERSON)
    waiting.append(MODELS, given, "forged", signer=eve, actor="eve")

    code = waiting.caf("promote", "v1", "--as", "pat")

    assert code == 1
    assert "approval_not_signed" in waiting.refusal_codes()


@pytest.mark.parametrize("signed_by", [None, "pat"])
def test_a_forged_revocation_is_not_believed(waiting: Played, signed_by: str | None) -> None:
    """Unsigned, or by a key without the role: no verb goes on."""
    waiting.caf("approve", "v1", "--as", "ada")
    key = waiting.records(ApprovalGiven)[0].key
    event = ApprovalRevoked(version="v1", approvals=(key,), reason="-")
    signer = waiting.signer(signed_by) if signed_by else None
    waiting.append(CHAMPION, event, "forged", signer=signer, actor=signed_by or "ada")

    assert waiting.caf("promote", "v1", "--as", "pat") == 1
    assert waiting.caf("champion") == 1


def test_two_people_must_approve_where_the_policy_says_so(tmp_path: Path) -> None:
    """A quorum of two: Ada alone is not enough, nor Ada twice; Alan makes it two."""
    played = Played.begun(tmp_path, auto_on_green="manual").with_people()
    played.quorum(2)
    played.play(windows=2)
    played.signer("alan", Role.APPROVER)

    first = [played.caf("approve", "v1", "--as", "ada") for _ in range(2)]
    alone = played.caf("promote", "v1", "--as", "pat")
    codes = played.refusal_codes()
    both = played.caf("approve", "v1", "--as", "alan"), played.caf("promote", "v1", "--as", "pat")

    move = played.records(Promoted)[0].event
    assert isinstance(move, Promoted)
    assert (first, alone, both) == ([0, 0], 1, (0, 0))
    assert codes == {"too_few_approvals"}
    assert {key.rsplit("/", 2)[1] for key in move.approvals} == {"ada", "alan"}


def test_no_policy_approves_for_several_people(tmp_path: Path) -> None:
    """Auto-on-green with a quorum of two: the gate passes, and people are waited for."""
    played = Played.begun(tmp_path)
    played.quorum(2)
    played.play(windows=2)

    assert played.records(ApprovalGiven) == []
    assert len(played.records(ApprovalAwaited)) == 1
    assert played.state().champion is None
