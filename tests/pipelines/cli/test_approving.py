"""`caf approve`: who may say yes, for how long, and which yes the door believes."""

from datetime import timedelta

import pytest
from played import Played, document

from caf_platform.decision import Verdict
from caf_platform.ledger.events import (
    ApprovalGiven,
    MirrorReconciled,
)
from caf_platform.ledger.streams import MODELS
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


def test_an_approval_lives_in_the_project_s_own_time(waiting: Played) -> None:
    """The calendar stands at 14 January 2020; a week from there it expires."""
    waiting.caf("approve", "v1", "--as", "ada")

    record = waiting.records(ApprovalGiven)[0]
    assert record.envelope.virtual_time == waiting.state().moment
    assert record.payload["expires_at"] == "2020-01-21T00:00:00Z"


def test_approving_twice_changes_nothing(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time says that it holds already; there is one record."""
    done = [waiting.caf("approve", "v1", "--as", "ada", "--json") for _ in range(2)]

    first, second = capsys.readouterr().out.split("}\n")[:2]
    assert done == [0, 0]
    assert document(first + "}")["changed"] is True
    assert document(second + "}")["changed"] is False
    assert len(waiting.records(ApprovalGiven)) == 1


def test_an_expired_approval_is_given_anew(waiting: Played) -> None:
    """Ada may say yes again once her first yes is over."""
    waiting.caf("approve", "v1", "--as", "ada")
    end = waiting.records(ApprovalGiven)[0].event
    assert isinstance(end, ApprovalGiven)
    mark = MirrorReconciled(mirror="clock", found=None, now=None)
    waiting.append(MODELS, mark, "later", when=end.expires_at)

    code = waiting.caf("approve", "v1", "--as", "ada")

    assert code == 0
    assert len(waiting.records(ApprovalGiven)) == 2


@pytest.mark.parametrize("author", ["Mia", "mia", " MIA ", "Mia, data science"])
def test_nobody_approves_their_own_model(
    waiting: Played, author: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The project names Mia as the model's owner: refused with exit code 1, and recorded."""
    code = waiting.caf("approve", "v1", "--as", author)

    assert code == 1
    assert "approved their own model" in capsys.readouterr().err
    assert waiting.records(ApprovalGiven) == []
    assert waiting.refusal_codes() == {"approver_is_author"}


def test_a_version_whose_gate_refused_is_not_approved(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing that the gate did not pass is put before a person."""
    gate = waiting.state().models["v1"].gate
    assert gate is not None
    decision = gate.decision.model_copy(update={"verdict": Verdict.REFUSE})
    refused = gate.model_copy(update={"decision": decision})
    waiting.append(MODELS, refused, "gate", "again", signer=waiting.platform().signer)

    code = waiting.caf("approve", "v1", "--as", "ada")

    assert code == 1
    assert "gate has not passed" in capsys.readouterr().err
    assert waiting.refusal_codes() == {"gate_not_passed"}


@pytest.mark.parametrize("name", ["platform", "Policy", " "])
def test_nobody_acts_as_the_platform(waiting: Played, name: str) -> None:
    """The names of what acts by itself are no person's."""
    code = waiting.caf("approve", "v1", "--as", name)

    assert code == 2
    assert waiting.records(ApprovalGiven) == []


@pytest.mark.parametrize("verb", ["approve", "promote"])
def test_an_unknown_version_is_wrong_input(
    waiting: Played, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the nearest name."""
    code = waiting.caf(verb, "v11", "--as", "ada")

    assert code == 2
    assert "Did you mean 'v1'?" in capsys.readouterr().err


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
    waiting.append(MODELS, given, "ada", signer=waiting.signer("ada", *PERSON), actor="ada")

    code = waiting.caf("promote", "v1", "--as", "pat")

    assert code == 1
    assert waiting.refusal_codes() == {"valid_too_long"}


@pytest.mark.parametrize(
    ("signed_by", "roles", "actor"),
    [
        (None, (), "ada"),
        ("eve", PERSON, "ada"),
        ("eve", PERSON, "eve"),
        ("ada", (Role.OPERATOR,), "ada"),
    ],
    ids=["nobody", "another, as ada", "another, as themselves", "ada without the role"],
)
def test_an_approval_that_its_approver_did_not_sign_is_none(
    waiting: Played, signed_by: str | None, roles: tuple[Role, ...], actor: str
) -> None:
    """A record that says *ada* counts only with the signature of Ada's key as an approver."""
    signer = waiting.signer(signed_by, *roles) if signed_by else None
    waiting.append(MODELS, approval(waiting), "forged", signer=signer, actor=actor)

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


def test_nobody_is_asked_for_a_name_they_have_set(
    waiting: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `--as` it is the login name."""
    monkeypatch.setenv("LOGNAME", "lou")

    code = waiting.caf("approve", "v1")

    assert code == 0
    assert waiting.records(ApprovalGiven)[0].envelope.actor == "lou"
