"""`caf approve`: who may say yes, for how long, and how it is taken back."""

import pytest
from played import Played, document

from caf_platform.decision import Verdict
from caf_platform.ledger.events import ApprovalGiven, ApprovalRevoked, MirrorReconciled
from caf_platform.ledger.signing import signatory
from caf_platform.ledger.streams import MODELS
from caf_platform.ports.signer import Role


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
