"""What waits for a person is said where a person looks, and an approval says what it leads to."""

from pathlib import Path

import pytest
from played import Played, document

from caf_platform.ports.signer import Role


def test_a_version_that_waits_is_among_the_incidents(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the command that ends the waiting; for machines by its name."""
    waiting.caf("incidents", "--json")
    told = document(capsys.readouterr().out)
    waiting.caf("incidents")

    assert told["awaiting"] == ["v1"]
    assert "v1 awaits a person: caf approve v1 --project micro" in capsys.readouterr().out


def test_nobody_waits_once_it_serves(waiting: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Approved by one, published by another."""
    waiting.signer("pat", Role.PUBLISHER)
    waiting.caf("approve", "v1", "--as", "ada")
    waiting.caf("promote", "v1", "--as", "pat")
    capsys.readouterr()

    waiting.caf("incidents", "--json")

    assert document(capsys.readouterr().out)["awaiting"] == []


def test_one_approval_is_enough_for_one(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What comes next is the publisher's."""
    waiting.caf("approve", "v1", "--as", "ada")

    assert "Another person may now run: caf promote v1" in capsys.readouterr().out


def test_one_approval_of_two_promises_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says how many are wanting, and how the next one is given."""
    played = Played.begun(tmp_path, auto_on_green="manual").with_people()
    played.quorum(2)
    played.play()
    capsys.readouterr()

    played.caf("approve", "v1", "--as", "ada")

    said = " ".join(capsys.readouterr().out.split())
    assert "Not enough yet, 1 of the 2 people" in said
    assert "caf approve v1 --project micro" in said
    assert "caf promote" not in said


def test_an_approval_of_what_was_retired_promises_nothing(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stands on record, and leads nowhere."""
    waiting.signer("ops", Role.OPERATOR)
    waiting.caf("approve", "v1", "--as", "ada")
    waiting.caf("retire", "v1", "--as", "ops", "--reason", "a test")
    capsys.readouterr()

    waiting.caf("approve", "v1", "--as", "ada")

    assert "It is never promoted: it was retired." in capsys.readouterr().out


@pytest.mark.parametrize("words", [("--as", ""), ("--as", " "), ("--project", "")])
def test_an_empty_name_is_nobody(waiting: Played, words: tuple[str, str]) -> None:
    """A script's empty variable is a mistake, not the login of whoever runs it."""
    assert waiting.caf("approve", "v1", *words) == 2


def test_a_home_that_lost_its_ledger_did_not_begin(
    waiting: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bluntest way to truncate a log is named by the verb that proves it."""
    (waiting.home / "ledger.db").unlink()

    codes = [waiting.caf(*words) for words in (("audit", "verify"), ("champion",))]

    assert codes == [2, 2]
    assert capsys.readouterr().err.count("has lost its ledger") == len(codes)
