"""`caf approve`: who may say yes, for how long, and which yes the door believes."""

from datetime import timedelta
from pathlib import Path

import pytest
from played import Played, document

from caf_platform.decision import Verdict
from caf_platform.ledger.events import (
    ApprovalAwaited,
    ApprovalGiven,
    ApprovalRevoked,
    MirrorReconciled,
    Promoted,
)
from caf_platform.ledger.signing import signatory
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
    waiting.signer(author, Role.APPROVER)

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


def test_nobody_is_asked_for_a_name_they_have_set(
    waiting: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `--as` it is the login name."""
    monkeypatch.setenv("LOGNAME", "lou")
    waiting.signer("lou", Role.APPROVER)

    code = waiting.caf("approve", "v1")

    assert code == 0
    assert waiting.records(ApprovalGiven)[0].envelope.actor == "lou"


def test_a_name_without_a_key_has_no_rights(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Typing it makes nothing: exit code 2, and how an identity is made on purpose."""
    before = waiting.platform().identities.known()

    codes = [waiting.caf(verb, "v1", "--as", "Zoe Q") for verb in ("approve", "promote")]

    told = capsys.readouterr().err
    assert codes == [2, 2]
    assert "Nobody called 'Zoe Q' has an identity here." in told
    assert "caf identity create 'Zoe Q' --role" in told
    assert waiting.platform().identities.known() == before
    assert waiting.records(ApprovalGiven) == []


def test_who_acts_is_who_the_key_says(waiting: Played) -> None:
    """`--as` only chooses a key: spelled otherwise, it is the same person on record."""
    code = waiting.caf("approve", "v1", "--as", " ADA")

    record = waiting.records(ApprovalGiven)[0]
    assert code == 0
    assert (record.envelope.actor, record.payload["approver"]) == ("ada", "ada")


@pytest.mark.parametrize("name", ["pat", "ops"])
def test_a_key_without_the_role_does_not_approve(
    waiting: Played, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A publisher's and an operator's yes is none: refused, recorded, and nothing else written."""
    code = waiting.caf("approve", "v1", "--as", name)

    assert code == 1
    assert "holds no role of approver" in capsys.readouterr().err
    assert waiting.refusal_codes() == {"no_role"}
    assert waiting.records(ApprovalGiven) == []


@pytest.mark.parametrize("name", ["ada", "ops"])
def test_an_approval_that_was_taken_back_does_not_count(
    waiting: Played, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By an approver or an operator, signed; a later yes counts again."""
    waiting.caf("approve", "v1", "--as", "ada")

    taken = waiting.caf("approve", "v1", "--revoke", "--reason", "a doubt", "--as", name)
    refused = waiting.caf("promote", "v1", "--as", "pat")
    codes = waiting.refusal_codes()
    again = waiting.caf("approve", "v1", "--as", "ada"), waiting.caf("promote", "v1", "--as", "pat")

    record = waiting.records(ApprovalRevoked)[0]
    by = signatory(waiting.platform().signer, record)
    assert (taken, refused, again) == (0, 1, (0, 0))
    assert codes == {"no_approval", "approval_revoked"}
    assert (by.name if by else None, record.payload["reason"]) == (name, "a doubt")
    assert f"{name} took back 1 approval(s) of v1" in capsys.readouterr().out


def test_taking_back_what_does_not_stand_changes_nothing(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, with exit code 0; and without a reason nothing is taken back at all."""
    nothing = waiting.caf("approve", "v1", "--revoke", "--reason", "x", "--as", "ada", "--json")
    found = document(capsys.readouterr().out)
    waiting.caf("approve", "v1", "--as", "ada")
    unsaid = waiting.caf("approve", "v1", "--revoke", "--as", "ada")

    assert (nothing, found["changed"], found["approvals"]) == (0, False, [])
    assert unsaid == 2
    assert "--reason" in capsys.readouterr().err
    assert waiting.records(ApprovalRevoked) == []


def test_a_publisher_does_not_take_approvals_back(waiting: Played) -> None:
    """Pat moves models; whether they were rightly approved is not Pat's to say."""
    waiting.caf("approve", "v1", "--as", "ada")

    code = waiting.caf("approve", "v1", "--revoke", "--reason", "x", "--as", "pat")

    assert code == 1
    assert waiting.refusal_codes() == {"no_role"}
    assert waiting.caf("promote", "v1", "--as", "pat") == 0


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
    assert {one.rsplit("/", 2)[1] for one in (move.approval_key, *move.further_approval_keys)} == {
        "ada",
        "alan",
    }


def test_no_policy_approves_for_several_people(tmp_path: Path) -> None:
    """Auto-on-green with a quorum of two: the gate passes, and people are waited for."""
    played = Played.begun(tmp_path)
    played.quorum(2)
    played.play(windows=2)

    assert played.records(ApprovalGiven) == []
    assert len(played.records(ApprovalAwaited)) == 1
    assert played.state().champion is None
