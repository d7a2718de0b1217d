"""`caf audit verify`: sound, or which record is wrong."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from ledger_samples import ENVELOPE
from micro_play import whole_story
from played import Played, document

from caf_pipelines.cli.app import run
from caf_platform.adapters.ledger import SqlLedger
from caf_platform.ledger.events import (
    ApprovalGiven,
    BatchReceived,
    Event,
    GateDecided,
    Promoted,
    RolledBack,
)
from caf_platform.ledger.fingerprint import fingerprint
from caf_platform.ledger.privileged import verify_signatures
from caf_platform.ledger.streams import CHAMPION


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
    assert f"sound: {last.seq} records chained" in told
    assert "proved: 10 privileged events signed" in told
    assert f"attested: {last.seq} records by the witness" in told
    assert "none come after it" in told
    assert last.hash in told
    assert found == {
        "sound": True,
        "records": last.seq,
        "signed": 10,
        "attested": last.seq,
        "head": last.hash,
        "broken_at": None,
        "why": None,
    }


def test_the_state_hash_is_told_with_what_it_covers(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hash on a line of its own, events by kind, and what never takes part."""
    codes = whole_life.caf("audit", "state"), whole_life.caf("audit", "state", "--json")

    told, value = capsys.readouterr().out.split("{", 1)
    found = document("{" + value)
    records = list(whole_life.platform().ledger.read())
    assert codes == (0, 0)
    assert found["state_hash"] == fingerprint("micro", records).digest == told.splitlines()[0]
    assert "170: 6 action_decided, 2 approval_given" in told
    assert "3 mirror_reconciled; never real time" in told
    assert sum(found["covers"].values()) + found["left_out"]["mirror_reconciled"] == len(records)
    assert (found["project"], found["play"], found["finished"]) == ("micro", 1, True)
    assert (found["champion"], len(found["streams"])) == ("v1", 5)


def test_the_state_hash_is_another_after_a_rollback(
    two_champions: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person put the champion back: that is another state, by another decision."""
    two_champions.caf("audit", "state", "--json")
    before = document(capsys.readouterr().out)
    two_champions.caf("rollback", "--as", "ops")
    capsys.readouterr()

    two_champions.caf("audit", "state", "--json")

    after = document(capsys.readouterr().out)
    assert (before["champion"], after["champion"]) == ("v2", "v1")
    assert before["state_hash"] != after["state_hash"]


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


def cut(played: Played, left: int) -> None:
    """Cut off the ledger's end."""
    edit(played, f"DELETE FROM events WHERE seq > {left}")  # noqa: S608 - the attacker's own


def test_a_cut_end_is_named_by_the_witness(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The chain alone is sound; the witness was shown more."""
    cut(lived, 100)

    codes = lived.caf("audit", "verify"), lived.caf("audit", "verify", "--json")

    told, value = capsys.readouterr().out.split("{", 1)
    found = document("{" + value)
    assert codes == (1, 1)
    assert "record 101 is missing; the witness was shown 173 records" in told
    assert "100 records before it are sound" in told
    assert (found["broken_at"], found["records"], found["attested"]) == (101, 100, 173)


def test_records_after_the_last_checkpoint_are_counted(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """They rest on the chain alone, and one is told so."""
    ledger = SqlLedger.open(f"sqlite:///{lived.home / 'ledger.db'}")
    for number in range(3):
        event, envelope = lived.records(BatchReceived)[0].event, ENVELOPE
        ledger.append("micro/data", None, event, key=f"late-{number}", envelope=envelope)
    ledger.close()

    code = lived.caf("audit", "verify")

    told = capsys.readouterr().out
    assert code == 0
    assert "attested: 173 records by the witness" in told
    assert "the 3 after it rest on the chain alone" in told


def test_a_witness_that_was_shown_nothing_is_not_the_one(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was promoted was shown to the witness: an empty one proves nothing."""
    shutil.rmtree(lived.home / "witness")

    codes = lived.caf("audit", "verify"), lived.caf("audit", "verify", "--json")

    told = capsys.readouterr()
    assert codes == (2, 2)
    assert "never shown this ledger" in told.err
    assert "sound" not in told.out


def test_a_ledger_of_which_no_witness_need_know_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without privileged events there is nothing to show: sound as far as a chain can tell."""
    home = tmp_path / "home"
    home.mkdir()
    ledger = SqlLedger.open(f"sqlite:///{home / 'ledger.db'}")
    event = next(one.event for one in whole_story().read() if one.type == BatchReceived.TYPE)
    ledger.append("micro/data", None, event, key="a", envelope=ENVELOPE)
    ledger.close()
    monkeypatch.setenv("CAF_HOME", str(home))

    codes = run(["audit", "verify"]), run(["audit", "verify", "--json"])

    told, value = capsys.readouterr().out.split("{", 1)
    assert codes == (0, 0)
    assert "attested: nothing" in told
    assert document("{" + value)["attested"] == 0


def test_a_witness_that_is_no_folder_ends_with_two(
    lived: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A path that somebody mistyped is told as it is."""
    monkeypatch.setenv("CAF_WITNESS", str(lived.home / "ledger.db"))

    code = lived.caf("audit", "verify")

    assert code == 2
    assert "is no folder" in capsys.readouterr().err


def test_a_witness_that_cannot_be_asked_ends_with_two(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is told that all is sound when that was not looked at."""
    (lived.home / "witness" / "checkpoints.jsonl").unlink()
    (lived.home / "witness" / "checkpoints.jsonl").mkdir()

    code = lived.caf("audit", "verify")

    assert code == 2
    assert "CAF_WITNESS" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [("run",), ("rollback", "--as", "ops")])
def test_nothing_is_built_on_a_ledger_that_was_rolled_back(
    lived: Played, verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither a play nor a move of the champion goes on from a past that was put back."""
    cut(lived, 100)

    code = lived.caf(*verb)

    assert code == 1
    assert "witness" in capsys.readouterr().err
    assert list(lived.platform().ledger.stored())[-1].seq == 100


def test_an_export_holds_every_row_as_it_is_stored(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON line for each, also for a record that was edited."""
    edit(lived, "UPDATE events SET payload = x'00ff' WHERE seq = 17")

    code = lived.caf("audit", "export")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    rows = list(lived.platform().ledger.stored())
    assert code == 0
    assert [line["seq"] for line in lines] == list(range(1, 174))
    assert lines[5] == rows[5]._asdict()
    assert lines[16]["payload"] == repr(b"\x00\xff")


def test_a_removed_record_is_named(lived: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """A gap in the chain is wrong where it begins."""
    edit(lived, "DELETE FROM events WHERE seq = 30")

    code = lived.caf("audit", "verify")

    assert code == 1
    assert "record 30" in capsys.readouterr().out


@pytest.mark.parametrize("kind", [Promoted, RolledBack, GateDecided, ApprovalGiven])
def test_a_privileged_record_that_nobody_signed_is_named(
    lived: Played, kind: type[Event], capsys: pytest.CaptureFixture[str]
) -> None:
    """Well chained, by whoever can write to the database, and yet wrong."""
    record = lived.append(CHAMPION, lived.records(kind)[-1].event, "forged")

    codes = lived.caf("audit", "verify"), lived.caf("audit", "verify", "--json")

    told, value = capsys.readouterr().out.split("{", 1)
    found = document("{" + value)
    assert codes == (1, 1)
    assert f"record {record.seq} is wrong: it is a '{kind.TYPE}' that nobody signed" in told
    assert "10 privileged events before it are signed" in told
    assert (found["sound"], found["broken_at"], found["signed"]) == (False, record.seq, 10)


def test_a_signed_record_that_was_copied_is_named() -> None:
    """Its signature holds in every place, so a second one is a replay."""
    ledger = whole_story()
    signer = ledger.world.opened().session.platform.signer
    records = list(ledger.read())
    again = next(r for r in records if r.type == Promoted.TYPE)
    copied = again.model_copy(update={"seq": len(records) + 1})

    found = verify_signatures([*records, copied], signer)

    assert (found.records, found.broken_at) == (10, len(records) + 1)
    assert "a second time" in found.why


def test_other_verbs_refuse_an_edited_ledger(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is shown a history that is not what happened."""
    edit(lived, "UPDATE events SET payload = replace(payload, '40', '41') WHERE seq = 17")

    code = lived.caf("history")

    assert code == 1
    assert "Record 17" in capsys.readouterr().err
