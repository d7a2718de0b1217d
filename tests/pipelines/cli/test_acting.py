"""What a person does to a model: promote and roll back, through the door or not at all."""

from dataclasses import replace

import pytest
from played import MICRO, Played, document

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Silent
from caf_platform.errors import Refused
from caf_platform.ledger.events import (
    ApprovalGiven,
    IncidentOpened,
    MirrorReconciled,
    Promoted,
    PromotionRefused,
    RolledBack,
)
from caf_platform.ledger.signing import signatory
from caf_platform.ports.signer import Role


def test_two_people_bring_a_version_into_service(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ada approves, Pat promotes: the champion moves, both signed, and the mirror follows."""
    done = waiting.caf("approve", "v1", "--as", "ada"), waiting.caf("promote", "v1", "--as", "pat")

    told = capsys.readouterr().out
    move = waiting.records(Promoted)[0]
    approved = waiting.records(ApprovalGiven)[0]
    signer = waiting.platform().signer
    by = [signatory(signer, record) for record in (approved, move)]
    assert done == (0, 0)
    assert "v1 is the champion of micro now" in told
    assert waiting.state().champion == "v1"
    assert [one.name for one in by if one] == ["ada", "pat"]
    assert waiting.tracking.aliases[MICRO, "champion"] == "1"
    assert len(waiting.records(MirrorReconciled)) == 1


def test_nothing_is_promoted_without_an_approval(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused with exit code 1 and every reason; the refusal is recorded with who asked."""
    code = waiting.caf("promote", "v1", "--as", "pat")

    assert code == 1
    assert "nobody has approved this version" in capsys.readouterr().err
    assert waiting.state().champion is None
    assert waiting.records(PromotionRefused)[-1].envelope.actor == "pat"


def test_the_approver_does_not_promote(waiting: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever said yes does not also move it; somebody else may."""
    waiting.signer("gil", Role.APPROVER, Role.PUBLISHER)
    waiting.caf("approve", "v1", "--as", "gil")

    refused = waiting.caf("promote", "v1", "--as", "Gil")
    done = waiting.caf("promote", "v1", "--as", "pat")

    assert (refused, done) == (1, 0)
    assert "gil approved it and wants to move it" in capsys.readouterr().err
    assert waiting.refusal_codes() == {"approver_is_publisher"}


def test_a_key_without_the_role_does_not_move_a_model(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Roles belong to a key: one that was made for an auditor is not used to promote."""
    waiting.signer("aud", Role.AUDITOR)
    waiting.caf("approve", "v1", "--as", "ada")

    code = waiting.caf("promote", "v1", "--as", "aud")

    assert code == 1
    assert "aud asks, whose key holds no role of" in capsys.readouterr().err
    assert waiting.refusal_codes() == {"no_role"}
    assert waiting.state().champion is None


@pytest.mark.parametrize("verb", ["promote", "roll_back"])
def test_the_door_itself_asks_for_the_role(two_champions: Played, verb: str) -> None:
    """Also for whoever comes without the command line: an approver's key moves nothing."""
    play = Play.open(two_champions.platform(), two_champions.project(), Silent())
    door = replace(play.models.door(), signer=two_champions.signer("ann", Role.APPROVER))

    with pytest.raises(Refused, match="ann asks, whose key holds no role of"):
        getattr(door, verb)(play.session.state, "v1", reason="because")

    assert "no_role" in two_champions.refusal_codes()
    assert two_champions.state().champion == "v2"


def test_promoting_the_champion_again_changes_nothing(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, with exit code 0, and nothing is recorded."""
    before = len(list(lived.platform().ledger.read()))

    code = lived.caf("promote", "v1", "--as", "pat")

    assert code == 0
    assert "already; nothing was changed" in capsys.readouterr().out
    assert len(list(lived.platform().ledger.read())) == before


def test_a_revoked_version_stays_out(lived: Played) -> None:
    """v2 was rolled back: neither approved nor promoted again."""
    done = lived.caf("approve", "v2", "--as", "ada"), lived.caf("promote", "v2", "--as", "pat")

    assert done == (1, 1)
    assert "revoked" in lived.refusal_codes()
    assert lived.state().champion == "v1"


def test_rollback_puts_the_last_good_version_back(
    two_champions: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command: v1 is back, v2 revoked, the mirror follows, an incident asks why."""
    code = two_champions.caf("rollback", "--as", "ops", "--reason", "late at night")

    told = capsys.readouterr().out
    state = two_champions.state()
    record = two_champions.records(RolledBack)[0]
    incident = two_champions.records(IncidentOpened)[-1].event
    assert code == 0
    assert "v1 is the champion of micro again instead of v2, restored in" in told
    assert (state.champion, state.models["v2"].revoked) == ("v1", True)
    assert (record.envelope.actor, record.payload["reason"]) == ("ops", "late at night")
    assert two_champions.tracking.aliases[MICRO, "champion"] == "1"
    assert isinstance(incident, IncidentOpened)
    assert incident.incident == "rolled-back-v2"


def test_rollback_as_json_tells_the_time_to_restore(
    two_champions: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seconds from asking the door to the committed event; the same again changes nothing."""
    done = [two_champions.caf("rollback", "--as", "ops", "--to", "v1", "--json") for _ in range(2)]

    first, second = capsys.readouterr().out.split("}\n")[:2]
    found = document(first + "}")
    assert done == [0, 0]
    assert (found["version"], found["replaces"], found["changed"]) == ("v1", "v2", True)
    assert 0 < found["seconds"] < 60
    assert document(second + "}")["changed"] is False
    assert len(two_champions.records(RolledBack)) == 1


def test_rollback_to_changed_bytes_is_refused(
    two_champions: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """v1's model file is not what was signed: the door stays shut and v2 goes on serving."""
    two_champions.tamper(two_champions.state().models["v1"].manifest.keys["artifact"])

    code = two_champions.caf("rollback", "--as", "ops")

    assert code == 1
    assert "stored bytes are missing or not what was signed: artifact" in capsys.readouterr().err
    assert two_champions.state().champion == "v2"


def test_without_an_earlier_version_there_is_nothing_to_go_back_to(
    lived: Played, waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """v2 is revoked and v1 serves, or nobody serves at all: refused, with what to look at."""
    done = lived.caf("rollback", "--as", "ops"), waiting.caf("rollback", "--as", "ops")

    told = capsys.readouterr().err
    assert done == (1, 1)
    assert "Champion now: v1." in told
    assert "Champion now: none." in told


def test_rollback_works_while_the_tracking_store_is_down(
    two_champions: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ledger is what counts; that the mirror stays behind is told."""
    two_champions.tracking.down = True

    code = two_champions.caf("rollback", "--as", "ops")

    assert code == 0
    assert "alias not mirrored yet" in capsys.readouterr().out
    assert two_champions.state().champion == "v1"


def test_a_former_champion_is_promoted_by_a_move_of_its_own(waiting: Played) -> None:
    """Promoting never answers with an earlier promotion's record: the key counts the moves."""
    waiting.caf("approve", "v1", "--as", "ada")
    waiting.caf("promote", "v1", "--as", "pat")

    key = waiting.records(Promoted)[0].key

    assert key == "micro/play-1/promote/v1/0"
    assert waiting.state().moves[-1].version == "v1"
