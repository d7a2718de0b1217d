"""Attacks on the audit log by somebody who owns the store and every signing key, not the witness.

Both verifiers, `caf audit verify` and the one without the platform, must name the first wrong
record of every attack on what the witness was shown, and must find nothing wrong in lawful logs,
however their writers were killed. The short form runs with all tests.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from attacks import sizes
from audit_attacks import ATTACKS, Attacker, written
from audit_world import AuditWorld, Writer
from tally import Size, Tally
from witness_attacks import WITNESS_ATTACKS, forged_witness

from caf_platform.ledger.stored import Stored

RECORDS = 40
EVER, SHORT, FULL = 2, 5, 100
LAWFUL_EVER, LAWFUL_SHORT, LAWFUL_FULL = 30, 50, 1000
"""Sizes in every test run, and of the attack in short and in full."""

WELL, FATES = "all is well", ("killed", "torn", "two writers", "silent")
"""What a log's writers go through."""


@cache
def lawful_world(seed: int) -> tuple[AuditWorld, tuple[Stored, ...]]:
    """A home with a lawful log whose last few records no witness was shown; nobody changes it."""
    world = AuditWorld(Path(mkdtemp(prefix="audit-")) / "home")
    writer = Writer(world, seed)
    with closing(world.ledger()) as ledger:
        writer.write(ledger, RECORDS)
        writer.write(ledger._ledger, 3)  # type: ignore[arg-type]
        return world, tuple(ledger.stored())


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("trials", sizes(EVER, FULL))
def test_attacks_on_the_log(
    name: str, trials: int, tmp_path: Path, tally: Tally, size: Size
) -> None:
    """Each is found by both, and the first wrong record is named by both."""
    count = size(trials, min(trials, SHORT))
    for seed in range(count):
        world, rows = lawful_world(seed % 5)
        false, expected = ATTACKS[name](Attacker(world, rows, seed))
        file = written(false, Path(shutil.copy(world.file, tmp_path / "ledger.db")))

        said = (world.said_by_caf(file)["broken_at"], world.said_alone(file)["broken_at"])

        tally.trial(f"{name} {seed}: {said}, not {expected}", good=said == (expected, expected))
    tally.held(count)


@pytest.mark.parametrize("name", WITNESS_ATTACKS)
@pytest.mark.parametrize("trials", sizes(EVER, FULL))
def test_attacks_on_the_witnesses_lines(
    name: str, trials: int, tmp_path: Path, tally: Tally, size: Size
) -> None:
    """One line in the middle is no word of the witness: both end with 1 and name it."""
    count = size(trials, min(trials, SHORT))
    for seed in range(count):
        true, _ = lawful_world(seed % 5)
        world = AuditWorld(Path(shutil.copytree(true.home, tmp_path / f"{seed}")))
        lines = (world.home / "witness" / "checkpoints.jsonl").read_bytes().count(b"\n")
        place = random.Random(seed).randint(1, lines - 1)  # noqa: S311 - no secrets
        expected = (1, forged_witness(world, name, place))

        said = (world.line_named_by_caf(), world.line_named_alone())

        tally.trial(f"{name} {seed}: {said}, not {expected}", good=said == (expected, expected))
    tally.held(count)


def lives(world: AuditWorld, seed: int) -> Iterator[str]:
    """A log that grows lawfully, record by record, and what its writers go through.

    It begins with a checkpoint: before the first one nothing can be proved, nor is it.
    """
    draw = random.Random(seed)  # noqa: S311 - no secrets
    writer = Writer(world, seed)
    with closing(world.ledger()) as ledger:
        while not (world.home / "witness" / "checkpoints.jsonl").exists():
            writer.write(ledger)
    while True:
        fate = draw.choice([WELL] * 6 + list(FATES))
        with closing(world.ledger()) as ledger, closing(world.ledger()) as other:
            if fate == "killed":  # between the record and its checkpoint
                writer.write(ledger._ledger)  # type: ignore[arg-type]
            elif fate == "torn":  # in the middle of a checkpoint
                writer.write(ledger._ledger)  # type: ignore[arg-type]
                torn(world)
            elif fate == "silent":
                silent(world, writer, ledger)
            else:
                writer.write(other if fate == "two writers" else ledger)
        yield fate


def torn(world: AuditWorld) -> None:
    """A part of a line stands at the end of the witness's file."""
    file = world.home / "witness" / "checkpoints.jsonl"
    if file.exists():
        with file.open("ab") as end:
            end.write(b'{"hashes":["')


def silent(world: AuditWorld, writer: Writer, ledger: object) -> None:
    """The witness cannot be reached while something is recorded, and can again afterwards."""
    place, aside = world.home / "witness", world.home / "aside"
    if not place.exists():
        return
    place.rename(aside)
    place.write_text("not a folder")
    writer.write(ledger._ledger)  # type: ignore[attr-defined]
    ledger._attest()  # type: ignore[attr-defined]
    place.unlink()
    aside.rename(place)


@pytest.mark.parametrize("logs", sizes(LAWFUL_EVER, LAWFUL_FULL))
def test_lawful_logs_raise_no_alarm(logs: int, tmp_path: Path, tally: Tally, size: Size) -> None:
    """Each beginning of a lawful log is one: sound to both, with the same numbers."""
    tally.of = "beginnings of logs"
    for number in range(size(logs, min(logs, LAWFUL_SHORT))):
        if number % 50 == 0:
            world = AuditWorld(tmp_path / f"{number}" / "home")
            life = lives(world, number)
        fate = next(life)

        by_caf, alone = world.said_by_caf(), world.said_alone()

        good = by_caf["sound"] and alone == by_caf
        tally.trial(f"{number} after '{fate}': {by_caf} {alone}", good=good, ended=fate)
    tally.held(size(logs, min(logs, LAWFUL_SHORT)), *(FATES if logs == LAWFUL_FULL else ()))
