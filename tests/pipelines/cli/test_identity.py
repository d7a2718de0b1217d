"""`caf identity`: people become known on purpose, and nobody by being typed."""

from pathlib import Path

import pytest
from played import Played, document

from caf_pipelines.cli.door_verbs import Duty
from caf_platform.ports.signer import Role


@pytest.fixture
def empty(tmp_path: Path) -> Played:
    """A home in which nothing has happened."""
    return Played.begun(tmp_path)


def test_a_person_is_made_and_listed(empty: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """With the roles that were asked for, each once; JSON says the same."""
    roles = ("--role", "approver", "--role", "operator", "--role", "approver")
    made = empty.caf("identity", "create", "Ada Bell", *roles)
    told = capsys.readouterr().out
    listed = empty.caf("identity", "list", "--json")

    found = document(capsys.readouterr().out)["identities"]
    assert (made, listed) == (0, 0)
    assert "Ada Bell may act here as approver, operator" in told
    assert "--as 'Ada Bell'" in told
    assert [(one["name"], one["roles"], one["retired"]) for one in found] == [
        ("Ada Bell", ["approver", "operator"], False)
    ]


def test_without_a_name_it_is_one_s_own(
    empty: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The login, for which `caf rollback` looks too."""
    monkeypatch.setenv("LOGNAME", "lou")

    code = empty.caf("identity", "create", "--role", "operator", "--json")

    assert code == 0
    assert document(capsys.readouterr().out)["name"] == "lou"


def test_roles_are_chosen_and_never_the_platform_s(
    empty: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """No role, an unknown one, and the platform's own: wrong usage, and nobody is made."""
    codes = [
        empty.caf("identity", "create", "ada"),
        empty.caf("identity", "create", "ada", "--role", "king"),
        empty.caf("identity", "create", "ada", "--role", "platform"),
        empty.caf("identity", "create", "platform", "--role", "operator"),
    ]

    assert codes == [2, 2, 2, 2]
    assert empty.platform().identities.known() == ()


def test_the_roles_to_choose_from_are_those_of_people() -> None:
    """All that there are but the platform's."""
    assert {one.value for one in Duty} == {one.value for one in Role} - {Role.PLATFORM.value}


def test_a_second_identity_of_one_person_is_refused(
    empty: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, and how other roles are chosen."""
    empty.caf("identity", "create", "Ada Bell", "--role", "approver")

    code = empty.caf("identity", "create", "Bell, Ada", "--role", "publisher")

    assert code == 1
    assert "caf identity retire 'Ada Bell'" in capsys.readouterr().err


def test_the_platforms_key_is_not_retired(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused, with how it is kept from deciding."""
    code = waiting.caf("identity", "retire", "platform")

    assert code == 1
    assert "policy.yaml" in capsys.readouterr().err


def test_a_retired_person_acts_no_more(waiting: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """What Ada said before stays proved: her approval still counts, and Pat promotes."""
    waiting.caf("approve", "v1", "--as", "ada")

    gone = waiting.caf("identity", "retire", "ada")
    capsys.readouterr()
    again = waiting.caf("approve", "v1", "--as", "ada")
    told = capsys.readouterr().err
    moved = waiting.caf("promote", "v1", "--as", "pat")

    assert (gone, again, moved) == (0, 2, 0)
    assert "'ada' was retired here" in told
    assert waiting.caf("audit", "verify") == 0
    capsys.readouterr()
    waiting.caf("identity", "list")
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("ada ")]
    assert line.split()[1::2] == ["approver", "retired"]
