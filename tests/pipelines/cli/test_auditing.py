"""`caf audit verify`: sound, or which record is wrong."""

import sqlite3

import pytest
from played import Played, document


def edit(played: Played, statement: str) -> None:
    """Change the ledger's table behind everybody's back."""
    with sqlite3.connect(played.home / "ledger.db") as database:
        names = [
            row[0]
            for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]
        for name in names:
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)
    database.close()


def test_a_sound_ledger_is_told_with_its_head(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number of records, and the hash to note elsewhere."""
    codes = whole_life.caf("audit", "verify"), whole_life.caf("audit", "verify", "--json")

    told, value = capsys.readouterr().out.split("{", 1)
    found = document("{" + value)
    last = list(whole_life.platform().ledger.read())[-1]
    assert codes == (0, 0)
    assert "sound" in told
    assert last.hash in told
    assert found == {
        "sound": True,
        "records": last.seq,
        "head": last.hash,
        "broken_at": None,
        "why": None,
    }


def test_an_edited_record_is_named(lived: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Record 17 says something else than when it was hashed: exit code 1, and its number."""
    edit(lived, "UPDATE events SET payload = replace(payload, '40', '41') WHERE seq = 17")

    codes = lived.caf("audit", "verify"), lived.caf("audit", "verify", "--json")

    told, value = capsys.readouterr().out.split("{", 1)
    found = document("{" + value)
    assert codes == (1, 1)
    assert "record 17 is wrong: its content is not what was hashed" in told
    assert "16 records before it are sound" in told
    assert (found["sound"], found["broken_at"], found["records"]) == (False, 17, 16)


def test_a_removed_record_is_named(lived: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """A gap in the chain is wrong where it begins."""
    edit(lived, "DELETE FROM events WHERE seq = 30")

    code = lived.caf("audit", "verify")

    assert code == 1
    assert "record 30" in capsys.readouterr().out


def test_other_verbs_refuse_an_edited_ledger(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is shown a history that is not what happened."""
    edit(lived, "UPDATE events SET payload = replace(payload, '40', '41') WHERE seq = 17")

    code = lived.caf("history")

    assert code == 1
    assert "Record 17" in capsys.readouterr().err
