# ruff: noqa: S608 - the attacker's SQL is put together here on purpose
"""Edits made in the database itself, by somebody who may drop its triggers, are all found."""

import shutil
import sqlite3

import pytest
from ledger_samples import ENVELOPE, entry, event
from sqlalchemy import create_engine

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.errors import CafError, Tampered
from caf_platform.ledger.events import IncidentOpened
from caf_platform.ledger.record import Entry

DROP = {
    "sqlite": [f"DROP TRIGGER events_no_{word}" for word in ("update", "delete", "replace")],
    "postgresql": ["DROP TRIGGER events_append_only ON events"],
}

# Six records: 1, 3, 5 in stream a and 2, 4, 6 in stream b; each key and payload is its word.
WORDS = ("one", "two", "three", "four", "five", "six")

EDITS = {
    "payload: one letter": ("UPDATE events SET payload=replace(payload,'four','fouR')", 4),
    "payload: spaces": ("UPDATE events SET payload=replace(payload,':',': ')", 4),
    "payload: escapes": (r"UPDATE events SET payload=replace(payload,'four','fo\u0075r')", 4),
    "payload: no JSON": ("UPDATE events SET payload='no JSON'", 4),
    "payload: empty": ("UPDATE events SET payload=''", 4),
    "payload: a list": ("UPDATE events SET payload='[]'", 4),
    "payload: a new key": ("UPDATE events SET payload=replace(payload,'}',',\"z\":1}')", 4),
    "envelope: actor": ("UPDATE events SET envelope=replace(envelope,'ada','eve')", 4),
    "envelope: spaces": ("UPDATE events SET envelope=envelope||' '", 4),
    "envelope: empty": ("UPDATE events SET envelope='{}'", 4),
    "key": ("UPDATE events SET key='fouR'", 4),
    "stream": ("UPDATE events SET stream='c', position=1", 4),
    "position": ("UPDATE events SET position=9", 4),
    "type": ("UPDATE events SET type='promoted'", 4),
    "schema version": ("UPDATE events SET schema_version=2", 4),
    "real time": ("UPDATE events SET real_time=replace(real_time,'2013','2014')", 4),
    "real time: spelling": ("UPDATE events SET real_time=replace(real_time,'Z','+00:00')", 4),
    "previous": ("UPDATE events SET previous=hash", 4),
    "hash: upper case": ("UPDATE events SET hash=upper(hash)", 4),
    "hash: empty": ("UPDATE events SET hash=''", 4),
    "seq: to the end": ("UPDATE events SET seq=99", 4),
    "seq: to the front": ("UPDATE events SET seq=-1", -1),
    "deleted in the middle": ("DELETE FROM events", 4),
}
WHOLE = {
    "deleted at the start": (["DELETE FROM events WHERE seq=1"], 1),
    "deleted and renumbered": (
        [
            "DELETE FROM events WHERE seq=4",
            "UPDATE events SET seq=4 WHERE seq=5",
            "UPDATE events SET seq=5 WHERE seq=6",
        ],
        4,
    ),
    "a stream deleted": (["DELETE FROM events WHERE stream='b'"], 2),
    "numbers swapped": (
        [
            "UPDATE events SET seq=-seq WHERE seq IN (3, 5)",
            "UPDATE events SET seq=8+seq WHERE seq<0",
        ],
        3,
    ),
    "payloads swapped": (
        [
            "CREATE TABLE old AS SELECT * FROM events",
            """UPDATE events SET payload=(SELECT payload FROM old WHERE old.seq=8-events.seq)
            WHERE seq IN (3, 5)""",
        ],
        3,
    ),
    "inserted at the end": (
        [
            "CREATE TABLE forged AS SELECT * FROM events WHERE seq=6",
            "UPDATE forged SET seq=7, position=4, key='seven'",
            "INSERT INTO events SELECT * FROM forged",
        ],
        7,
    ),
    "inserted before the start": (
        [
            "CREATE TABLE forged AS SELECT * FROM events WHERE seq=1",
            "UPDATE forged SET seq=0, stream='c', key='zero'",
            "INSERT INTO events SELECT * FROM forged",
        ],
        0,
    ),
}


def attack(url, *statements):
    """Drop the triggers, then run statements, as whoever owns the database may."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (*DROP[engine.dialect.name], *statements):
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def six(ledger):
    """A ledger of six records."""
    ledger.append_all([entry("ab"[n % 2], word) for n, word in enumerate(WORDS)])
    return ledger


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_record_four_is_found_there(six, ledger_url, name):
    """Each column, by another value or by another spelling of the same value."""
    statement, broken_at = EDITS[name]

    attack(ledger_url, f"{statement} WHERE seq=4")

    audit = six.verify()
    assert (audit.broken_at, audit.records) == (broken_at, 3 if broken_at == 4 else 0)
    assert audit.why


@pytest.mark.parametrize("name", WHOLE)
def test_deleting_inserting_and_swapping_are_found(six, ledger_url, name):
    """The first wrong record is named by its own number."""
    statements, broken_at = WHOLE[name]

    attack(ledger_url, *statements)

    assert six.verify().broken_at == broken_at


def test_an_edited_record_is_never_handed_out(six, ledger_url):
    """Reading or finding it, and appending after it, are Tampered; others are still read."""
    attack(ledger_url, "UPDATE events SET payload=replace(payload,'six','SIX') WHERE seq=6")

    for ask in (
        lambda: list(six.read()),
        lambda: six.find("six"),
        six.head,
        lambda: six.version("b"),
        lambda: six.append("a", None, event("seven"), key="seven", envelope=ENVELOPE),
    ):
        with pytest.raises(Tampered, match="Record 6"):
            ask()
    assert six.find("five").seq == 5
    assert six.verify().broken_at == 6


def test_a_cut_tail_shows_only_in_the_head(six, ledger_url):
    """No chain can show this alone: the head that was noted elsewhere does."""
    noted = six.head()

    attack(ledger_url, "DELETE FROM events WHERE seq>4")

    assert six.verify().sound
    assert six.verify().head != noted.hash
    assert six.find(noted.key) is None


@pytest.mark.parametrize(
    "edit",
    [
        "payload=CAST(payload AS BLOB)",
        "payload=CAST(x'7bff7d' AS TEXT)",
        "payload=7",
        "envelope=x''",
        "hash=CAST(hash AS BLOB)",
        "position='second'",
        "schema_version=1.5",
        "key=x'00'",
        "real_time=CAST(x'ff' AS TEXT)",
    ],
)
def test_kinds_that_only_sqlite_allows_are_found(tmp_path, edit):
    """SQLite stores any kind in any column, and text that is no UTF-8: named, never raised."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = SqlLedger.open(url)
    ledger.append_all([entry("ab"[n % 2], word) for n, word in enumerate(WORDS)])

    attack(url, f"UPDATE events SET {edit} WHERE seq=4")

    assert ledger.verify().broken_at == 4
    with pytest.raises(Tampered):
        list(ledger.read())
    ledger.close()


@pytest.fixture
def flipped(tmp_path):
    """The bytes of a ledger file, and what happens when one of them has bits flipped."""
    ledger = SqlLedger.open(f"sqlite:///{tmp_path}/ledger.db")
    ledger.append_all([entry("s", word) for word in WORDS])
    recorded = list(ledger.read())
    ledger.close()
    whole = (tmp_path / "ledger.db").read_bytes()

    def flip(place, bits):
        damaged = bytearray(whole)
        damaged[place] ^= bits
        (tmp_path / "copy.db").write_bytes(damaged)
        return outcome(f"sqlite:///{tmp_path}/copy.db", recorded)

    return whole, flip


def test_no_flipped_byte_of_the_file_passes_unnoticed(flipped):
    """Bytes of a record, and of the whole file: found, unreadable, or without any effect."""
    whole, flip = flipped
    payload = whole.index(b'"mirror":"four"')

    outcomes = {place: flip(place, 0x01) for place in range(payload, payload + 500, 5)}
    outcomes |= {place: flip(place, 0x80) for place in range(1, len(whole), 211)}

    assert outcomes[payload] == "found"
    assert "unnoticed" not in outcomes.values()


def test_records_hidden_by_a_damaged_page_are_missed(flipped):
    """A row number out of order in its page hides all later rows from queries.

    A flipped bit once left a sound chain of three records out of six.
    """
    whole, flip = flipped
    page = whole.index(b'"mirror":"four"') // 4096 * 4096
    pointers = [page + 8 + 2 * number for number in range(6)]
    cells = [page + int.from_bytes(whole[place : place + 2]) for place in pointers]
    numbers = [cell + 2 for cell in cells]  # after the two bytes of a row's length

    assert [whole[place] for place in numbers] == [1, 2, 3, 4, 5, 6]
    for place in [*range(page, page + 8), *pointers, *numbers]:
        for bit in range(8):
            assert flip(place, 1 << bit) != "unnoticed"


def outcome(url, recorded):
    """What a ledger with a flipped byte does."""
    try:
        ledger = SqlLedger.open(url)
        sound, read = ledger.verify().sound, list(ledger.read())
        ledger.close()
    except CafError:
        return "found"
    if sound:
        return "harmless" if read == recorded else "unnoticed"
    return "found"


@pytest.mark.parametrize(
    "does",
    [
        "BEFORE INSERT ON events WHEN NEW.type='incident_opened' BEGIN SELECT RAISE(IGNORE); END",
        "AFTER INSERT ON events BEGIN DELETE FROM events WHERE seq=NEW.seq; END",
        "AFTER INSERT ON events BEGIN UPDATE events SET key='x' WHERE seq=NEW.seq; END",
    ],
    ids=["swallows", "deletes", "changes"],
)
def test_nothing_is_acknowledged_that_the_table_does_not_hold(tmp_path, does):
    """Whoever owns the store may add a trigger; what it takes away was never said to be there."""
    file = tmp_path / "ledger.db"
    ledger = SqlLedger.open(f"sqlite:///{file}")
    opened = IncidentOpened(incident="i", severity="low", title="t", cause="c")
    with sqlite3.connect(file) as other:
        for name in ("no_update", "no_delete"):
            other.execute(f"DROP TRIGGER events_{name}")
        other.execute(f"CREATE TRIGGER quiet {does}")
    other.close()

    with pytest.raises(Tampered, match="did not keep what was appended"):
        ledger.append_all([Entry("s", 0, opened, "k", ENVELOPE)])

    assert list(ledger.read()) == []
    ledger.close()


def test_a_copy_that_was_edited_elsewhere_is_found(tmp_path):
    """A file edited by any SQLite program, whose triggers it dropped and put back, is found."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = SqlLedger.open(url)
    opened = IncidentOpened(incident="i", severity="low", title="t", cause="c")
    ledger.append_all([Entry("s", 0, opened, "k", ENVELOPE)])
    ledger.close()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "other.db")
    with sqlite3.connect(tmp_path / "other.db") as other:
        (trigger,) = other.execute("SELECT sql FROM sqlite_master WHERE name='events_no_update'")
        other.execute("DROP TRIGGER events_no_update")
        other.execute("UPDATE events SET payload=replace(payload,'low','nil')")
        other.execute(*trigger)
    other.close()

    audit = SqlLedger.open(f"sqlite:///{tmp_path}/other.db").verify()

    assert (audit.broken_at, audit.why) == (1, "record 1: its content is not what was hashed")
