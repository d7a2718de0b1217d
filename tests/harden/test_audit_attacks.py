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
from audit_attacks import ATTACKS, Attacker, written
from audit_world import AuditWorld, Writer
from tally import Size, Tally

from caf_platform.ledger.stored import Stored

RECORDS = 40
EVER, SHORT, FULL = 2, 5, 100
LAWFUL_EVER, LAWFUL_SHORT, LAWFUL_FULL = 30, 50, 1000
"""Sizes in every test run, and of the attack in short and in full."""

HARDEN = [pytest.mark.harden, pytest.mark.timeout(3600)]


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
@pytest.mark.parametrize("trials", [EVER, pytest.param(FULL, marks=HARDEN)])
def test_attacks_on_the_log(
    name: str, trials: int, tmp_path: Path, tally: Tally, size: Size
) -> None:
    """Each is found by both, and the first wrong record is named by both."""
    for seed in range(size(trials, min(trials, SHORT))):
        world, rows = lawful_world(seed % 5)
        false, expected = ATTACKS[name](Attacker(world, rows, seed))
        file = written(false, Path(shutil.copy(world.file, tmp_path / "ledger.db")))

        said = (world.said_by_caf(file)["broken_at"], world.said_alone(file)["broken_at"])

        tally.trial(f"{name} {seed}: {said}, not {expected}", good=said == (expected, expected))
    assert tally.failed == []


def lives(world: AuditWorld, seed: int) -> Iterator[str]:
    """A log that grows lawfully, record by record, and what its writers go through."""
    draw = random.Random(seed)  # noqa: S311 - no secrets
    writer = Writer(world, seed)
    while True:
        fate = draw.choice(["all is well"] * 6 + ["killed", "torn", "two writers", "silent"])
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


@pytest.mark.parametrize("logs", [LAWFUL_EVER, pytest.param(LAWFUL_FULL, marks=HARDEN)])
def test_lawful_logs_raise_no_alarm(logs: int, tmp_path: Path, tally: Tally, size: Size) -> None:
    """Each beginning of a lawful log is one: sound to both, with the same numbers."""
    fates: dict[str, int] = {}
    for number in range(size(logs, min(logs, LAWFUL_SHORT))):
        if number % 50 == 0:
            world = AuditWorld(tmp_path / f"{number}" / "home")
            life = lives(world, number)
        fate = next(life)
        fates[fate] = fates.get(fate, 0) + 1

        by_caf, alone = world.said_by_caf(), world.said_alone()

        good = by_caf["sound"] and alone == by_caf
        tally.trial(f"{number} after '{fate}': {by_caf} {alone}", good=good)
    tally.say(f"lawful logs: {fates}")
    assert tally.failed == []
