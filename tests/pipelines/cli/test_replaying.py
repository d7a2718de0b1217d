"""`caf quarantine replay`: rows judged again, none lost and none taken twice."""

import pandas as pd
import pytest
from played import Played, document

from caf_platform.ledger.events import QuarantineReplayed
from caf_platform.ledger.streams import DATA


def widen(played: Played) -> None:
    """A new contract under which 99 degrees are possible."""
    declared = played.root / "projects" / "micro" / "project.py"
    declared.write_text(declared.read_text().replace("maximum=10.0", "maximum=100.0"))


def replayed(played: Played) -> QuarantineReplayed:
    """The newest replay."""
    event = played.records(QuarantineReplayed)[-1].event
    assert isinstance(event, QuarantineReplayed)
    return event


def test_rows_that_pass_now_join_their_batch(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of three rows one was too hot for the old contract only; two stay set aside."""
    widen(lived)

    code = lived.caf("quarantine", "replay", "day-10")

    event, batch = replayed(lived), lived.state().batches["day-10"]
    keys = dict(batch.validated_keys)
    assert event.validated_key is not None
    rows = pd.read_parquet(lived.home / "lake" / event.validated_key)
    assert code == 0
    assert "1 rows accepted after all, 2 stay set aside" in capsys.readouterr().out
    assert (event.accepted, event.still_quarantined) == (1, 2)
    assert list(rows["heat"]) == [99.0]
    assert keys[event.validated_key] == event.validated_digest


def test_the_rest_is_kept_with_the_reasons_that_hold_now(lived: Played) -> None:
    """The file of what is left has the original texts; nothing of the first file is lost."""
    widen(lived)

    lived.caf("quarantine", "replay", "day-10")

    event = replayed(lived)
    assert event.quarantine_key is not None
    left = pd.read_csv(lived.home / "lake" / event.quarantine_key, dtype=str)
    assert sorted(left["_reasons"]) == ["at:type", "site:not_allowed"]
    assert set(left["at"]) > {"soon"}
    assert event.accepted + event.still_quarantined == 3


def test_the_same_contract_twice_is_a_no_op(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """One record, whoever asks again."""
    widen(lived)

    done = [lived.caf("quarantine", "replay", "day-10", "--json") for _ in range(2)]

    first, second = capsys.readouterr().out.split("}\n")[:2]
    assert done == [0, 0]
    assert document(first + "}")["changed"] is True
    assert document(second + "}")["changed"] is False
    assert len(lived.records(QuarantineReplayed)) == 1


def test_under_the_old_contract_all_stay(lived: Played) -> None:
    """Judged again by the same rules, with the same answer."""
    lived.caf("quarantine", "replay", "day-10")

    event = replayed(lived)
    assert (event.accepted, event.still_quarantined, event.validated_key) == (0, 3, None)


def test_a_later_replay_starts_from_what_was_left(lived: Played) -> None:
    """Under a third contract two rows are judged, not three again."""
    widen(lived)
    lived.caf("quarantine", "replay", "day-10")
    declared = lived.root / "projects" / "micro" / "project.py"
    declared.write_text(declared.read_text().replace('("a", "b")', '("a", "b", "z")'))

    lived.caf("quarantine", "replay", "day-10")

    assert (replayed(lived).accepted, replayed(lived).still_quarantined) == (1, 1)


def test_a_row_whose_key_was_accepted_meanwhile_stays_set_aside(lived: Played) -> None:
    """The same row came right with another delivery: it is not taken twice."""
    widen(lived)
    batch = lived.state().batches["day-10"]
    assert batch.validated is not None
    lived.caf("quarantine", "replay", "day-10")
    taken = replayed(lived)
    again = taken.model_copy(
        update={"quarantine_key": batch.validated.quarantine_key, "contract_digest": "old"}
    )
    lived.append(DATA, again, "replay", "as if nothing had been left out")
    declared = lived.root / "projects" / "micro" / "project.py"
    declared.write_text(declared.read_text().replace("maximum=100.0", "maximum=200.0"))

    lived.caf("quarantine", "replay", "day-10")

    event = replayed(lived)
    assert event.quarantine_key is not None
    left = pd.read_csv(lived.home / "lake" / event.quarantine_key, dtype=str)
    assert (event.accepted, event.still_quarantined) == (0, 3)
    assert "row:key_conflict" in set(left["_reasons"])


def test_changed_quarantine_bytes_are_not_accepted(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody mended the rows in the lake: that is no delivery."""
    widen(lived)
    batch = lived.state().batches["day-10"]
    assert batch.validated is not None
    assert batch.validated.quarantine_key is not None
    lived.tamper(batch.validated.quarantine_key)

    code = lived.caf("quarantine", "replay", "day-10")

    assert code == 1
    assert "is not what was set aside" in capsys.readouterr().err
    assert lived.records(QuarantineReplayed) == []


def test_a_contract_with_other_columns_cannot_read_them(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file lacks a column that is asked for now: refused, and said which."""
    declared = lived.root / "projects" / "micro" / "project.py"
    more = 'columns=(column("hum", ColumnKind.TEXT, "new", max_length=8),'
    declared.write_text(declared.read_text().replace("columns=(", more, 1))

    code = lived.caf("quarantine", "replay", "day-10")

    assert code == 1
    assert "hum:missing_column" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("batch", "hint"),
    [
        ("day-01", "No row of batch 'day-01' is set aside"),
        ("day-15", "refused whole"),
        ("day-1", "Did you mean 'day-"),
    ],
)
def test_a_batch_with_nothing_set_aside_is_wrong_input(
    lived: Played, batch: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and what to do instead."""
    code = lived.caf("quarantine", "replay", batch)

    assert code == 2
    assert hint in capsys.readouterr().err
