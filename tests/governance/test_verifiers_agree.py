"""Both verifiers on rows that hash and follow as they should, and are no record all the same."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from audit_world import AuditWorld
from witness_attacks import WITNESS_ATTACKS, forged_witness

from caf_platform.adapters.witness import LocalWitness
from caf_platform.errors import Tampered
from caf_platform.ledger.stored import Stored


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve sound records."""
    return AuditWorld.made(tmp_path_factory.mktemp("agree")).home


def added(world: AuditWorld, **changes: object) -> None:
    """One more row, well hashed and chained, by somebody who owns the store and no key."""
    with closing(world.inner()) as ledger:
        rows = list(ledger.stored())
    like = next(row for row in reversed(rows) if row.type == changes.get("type", row.type))
    last = max(row.position for row in rows if row.stream == like.stream)
    row = like._replace(
        seq=len(rows) + 1, position=last + 1, previous=rows[-1].hash, key="one-more", **changes
    )
    row = row._replace(hash=row.computed_hash())
    with closing(sqlite3.connect(world.file)) as database, database:
        marks = ", ".join("?" * len(Stored._fields))
        database.execute(f"INSERT INTO events VALUES ({marks})", row)  # noqa: S608


ODD: dict[str, dict[str, object]] = {
    "an empty envelope": {"envelope": "{}"},
    "no time": {"real_time": "yesterday"},
    "no time of the platform": {
        "envelope": '{"actor":"platform","correlation":"c","virtual_time":"soon"}'
    },
    "a signature that is a word": {
        "envelope": '{"actor":"a","correlation":"c","signature":"mine",'
        '"virtual_time":"2020-01-01T00:00:00Z"}'
    },
    "a number of 5,000 digits": {"payload": f'{{"play":{"9" * 5_000}}}'},
    "a fraction of 5,000 digits": {"payload": f'{{"play":0.{"9" * 5_000}}}'},
    "no number": {"payload": '{"play":NaN}'},
    "an endless number": {"payload": '{"play":1e999}'},
    "no number, in a privileged record": {"type": "gate_decided", "payload": '{"n":NaN}'},
    "half a character, in a privileged record": {
        "type": "gate_decided", "payload": '{"n":"\\ud800"}'
    },
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_both_name_a_row_that_is_no_record(home: Path, tmp_path: Path, odd: str) -> None:
    """The thirteenth; neither ends in an error of its own, neither calls it sound."""
    shutil.copytree(home, tmp_path / "home")
    world = AuditWorld(tmp_path / "home")
    added(world, **ODD[odd])

    ours, alone = world.said_by_caf(), world.said_alone()

    assert (ours["sound"], ours["broken_at"]) == (False, 13), ours
    assert (alone["sound"], alone["broken_at"]) == (False, 13), alone


def spoilt_line(data: bytes) -> bytes:
    """A carriage return before the second line: some readers of lines see an end there."""
    first, rest = data.split(b"\n", 1)
    return first + b"\n\r" + rest


def torn_line(data: bytes) -> bytes:
    """The second line torn off, and the rest behind it."""
    first, second, rest = data.split(b"\n", 2)
    return first + b"\n" + second[:40] + b"\r" + rest


@pytest.mark.parametrize("spoil", [spoilt_line, torn_line])
def test_neither_stops_reading_the_witness_half_way(
    home: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """What stands behind a byte that was put in must not count as never written."""
    shutil.copytree(home, tmp_path / "home")
    world = AuditWorld(tmp_path / "home")
    file = world.home / "witness" / "checkpoints.jsonl"
    file.write_bytes(spoil(file.read_bytes()))

    with pytest.raises(Tampered, match="is not what it wrote"):
        list(LocalWitness(world.home / "witness").checkpoints())
    assert world.line_named_alone() == world.line_named_by_caf()
    assert world.line_named_alone()[0] == 1


@pytest.mark.parametrize("attack", WITNESS_ATTACKS)
def test_both_name_the_first_bad_line_of_the_witness(
    home: Path, tmp_path: Path, attack: str
) -> None:
    """In the middle too, where true lines come after it and cover it."""
    for number in (1, 3, 5):
        shutil.copytree(home, tmp_path / f"{number}")
        world = AuditWorld(tmp_path / f"{number}")
        expected = forged_witness(world, attack, number)

        assert world.line_named_by_caf() == (1, expected)
        assert world.line_named_alone() == (1, expected)


def test_nobody_adds_a_true_line_to_a_forged_one(home: Path, tmp_path: Path) -> None:
    """Otherwise the witness itself would cover it."""
    shutil.copytree(home, tmp_path / "home")
    world = AuditWorld(tmp_path / "home")
    file = world.home / "witness" / "checkpoints.jsonl"
    forged_witness(world, "unsigned", len(file.read_bytes().splitlines()))

    with pytest.raises(Tampered, match="no signature of this witness"):
        LocalWitness(world.home / "witness").attest(12, "0" * 64)
