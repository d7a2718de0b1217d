"""Model files that were changed, swapped, forged or downgraded: refused before anything is built.

Calls of skops' readers are counted by Python's own profiler: a refusal is one only if there was
none. What was loaded before answers on. The short form runs with all tests.
"""

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from calls_seen import calls_of
from forged_releases import FORGERIES, forge
from micro.data import truth
from micro_play import after
from model_samples import file_of, fitted, manifest_of, rows
from mutated_artifacts import FOUND_BY_DIGEST, REFUSED_ALWAYS
from tally import Size, Tally

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.errors import CafError, Refused, Tampered
from caf_platform.ledger.state import read_state
from caf_platform.model.scorer import VerifiedScorer, load_scorer
from caf_platform.model.training import predict
from caf_platform.project.model import Task

HARDEN = [pytest.mark.harden, pytest.mark.timeout(3600)]
KEY = "models/flights/v1.skops"
TRUE, OTHER = file_of("logistic"), file_of("logistic", seed=2)
READERS = (skops.io.loads, skops.io.get_untrusted_types)
CASES = [(name, one, False) for name, one in FOUND_BY_DIGEST.items()]
CASES += [(name, one, False) for name, one in REFUSED_ALWAYS.items()]
CASES += [(name, one, True) for name, one in REFUSED_ALWAYS.items()]
"""A mutation, and whether the manifest names the mutant's own digest, as if it had been signed."""


@pytest.fixture
def lake(tmp_path: Path) -> LocalLake:
    """A lake that holds the true file."""
    made = LocalLake(tmp_path / "lake")
    made.write(KEY, TRUE)
    return made


@pytest.fixture
def file(tmp_path: Path, lake: LocalLake) -> Path:
    """Where the true file lies, writable for whoever owns the store."""
    path = tmp_path / "lake" / KEY
    path.chmod(0o644)
    return path


def put(file: Path, data: bytes) -> None:
    """Other bytes in its place, at once."""
    new = file.with_name("new")
    new.write_bytes(data)
    new.replace(file)


def served(lake: LocalLake, **named: Any) -> VerifiedScorer:
    """The scorer of what lies in the lake, by a manifest that names the true file or another."""
    manifest = manifest_of("logistic", named.get("data", TRUE))
    return load_scorer(lake, manifest, KEY, task=Task.BINARY)


def refused(lake: LocalLake, **named: Any) -> str:
    """Why it was not refused as it should; empty when it was, and nothing had been built."""
    with calls_of(*READERS) as calls:
        try:
            served(lake, **named)
        except (Tampered, Refused):
            return f"{calls.count} calls of a reader" if calls.count else ""
        except Exception as error:  # noqa: BLE001 - anything else is what is looked for
            return f"not refused but {error!r}"
    return "loaded"


def answers(scorer: VerifiedScorer) -> bool:
    """Whether a scorer answers as the true model does."""
    expected = predict(fitted("logistic"), rows(20), Task.BINARY)
    return np.array_equal(scorer.score(rows(20)), expected)


def test_the_counter_sees_a_reader(lake: LocalLake) -> None:
    """Loading the true file calls skops: what is counted as none elsewhere is one here."""
    with calls_of(*READERS) as calls:
        served(lake)

    assert calls.count == len(READERS)


@pytest.mark.parametrize("each", [8, pytest.param(240, marks=HARDEN)])
def test_mutants_of_a_model_file(
    lake: LocalLake, file: Path, tally: Tally, size: Size, each: int
) -> None:
    """So many of each kind: refused, unopened; the model that was loaded before answers on."""
    former = served(lake)
    for name, mutation, signed in CASES:
        for seed in range(size(each, min(each, 12))):
            draw = random.Random(f"{name} {seed}")  # noqa: S311 - no secrets
            other = file_of("gradient_boosting") if name == "another family" else OTHER
            mutant = mutation(draw, TRUE, other)
            if mutant == TRUE:
                continue
            put(file, mutant)
            why = refused(lake, **({"data": mutant} if signed else {}))
            tally.trial(f"{name}{', signed' if signed else ''} {seed}: {why}", good=not why)
        tally.trial(f"{name}: the former model", good=answers(former))
    tally.say(
        f"mutants: {len(CASES)} kinds, {len(REFUSED_ALWAYS)} of them with a fooled signer too"
    )
    assert tally.failed == []


PLACES = {
    "a link to the true file": lambda file, aside: file.symlink_to(aside),
    "a link to another model": lambda file, aside: put(aside, OTHER) or file.symlink_to(aside),
    "a link to nowhere": lambda file, _: file.symlink_to("nowhere"),
    "its folder is a link": lambda file, aside: _linked_folder(file, aside),  # noqa: PLW0108 - below
    "a folder": lambda file, _: file.mkdir(),
    "a pipe": lambda file, _: os.mkfifo(file),
    "a hard link to another model": lambda file, aside: (
        put(aside, OTHER) or file.hardlink_to(aside)
    ),
    "nothing": lambda *_: None,
}


def _linked_folder(file: Path, aside: Path) -> None:
    elsewhere = aside.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / file.name).write_bytes(TRUE)
    file.parent.rmdir()
    file.parent.symlink_to(elsewhere)


@pytest.mark.parametrize("place", PLACES)
def test_what_lies_in_its_place_is_no_file_of_ours(
    lake: LocalLake, file: Path, tmp_path: Path, place: str
) -> None:
    """A link, a folder, a pipe or nothing: a typed error, no reader called, nobody waits."""
    former, aside = served(lake), tmp_path / "aside"
    file.rename(aside)
    PLACES[place](file, aside)

    with calls_of(*READERS) as calls, pytest.raises(CafError):
        served(lake)

    assert calls.count == 0
    assert answers(former)


@contextmanager
def swapping(file: Path) -> Iterator[None]:
    """Within this, the true file and another valid model change places as fast as they can."""
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            put(file, OTHER)
            put(file, TRUE)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("trials", [30, pytest.param(1000, marks=HARDEN)])
def test_a_race_between_check_and_load(
    lake: LocalLake, file: Path, tally: Tally, size: Size, trials: int
) -> None:
    """What is loaded while files are swapped is the true model, or nothing."""
    outcomes = {"loaded": 0, "refused": 0}
    with swapping(file):
        for number in range(size(trials, min(trials, 60))):
            try:
                good = answers(served(lake))
                outcomes["loaded"] += 1
            except Tampered:
                good = True
                outcomes["refused"] += 1
            tally.trial(f"{number}", good=good)
    tally.say(f"race between check and load: {outcomes}")
    assert tally.failed == []


@pytest.mark.parametrize("how", FORGERIES)
@pytest.mark.parametrize("trials", [2, pytest.param(60, marks=HARDEN)])
def test_forged_and_downgraded_versions(
    how: str, trials: int, tmp_path: Path, tally: Tally, size: Size
) -> None:
    """A record that would let another model serve: not believed, and no reader is called.

    What was loaded before answers on, and a fresh process does not come as far as a model.
    """
    for seed in range(size(trials, min(trials, 4))):
        world = after("promote/v2")
        former = world.opened().models.scorer("v2")
        expected = former.score(truth(20))
        forge(world, how, random.Random(seed), tmp_path)  # noqa: S311 - no secrets
        with calls_of(*READERS) as calls, pytest.raises(Tampered, match="not to be believed"):
            world.opened().run()
        tally.trial(f"{how} {seed}: {calls.count} calls", good=not calls.count)
        tally.trial(
            f"{how} {seed}: answers", good=bool((former.score(truth(20)) == expected).all())
        )
    assert tally.failed == []


@pytest.mark.parametrize("name", ["harmful type", "truncate", "swap", "zip bomb", "extra member"])
def test_an_incident_tells_of_a_refused_file(name: str) -> None:
    """A fresh process that finds another file in the champion's place opens one, and stops."""
    world = after("promote/v2")
    manifest = world.opened().models.state("v2").manifest
    key, older = manifest.keys["artifact"], world.opened().models.state("v1").manifest
    other = world.lake.objects[older.keys["artifact"]]
    mutation = (FOUND_BY_DIGEST | REFUSED_ALWAYS)[name]
    draw = random.Random(1)  # noqa: S311 - no secrets
    world.lake.objects[key] = mutation(draw, world.lake.objects[key], other)

    with calls_of(*READERS) as calls, pytest.raises(Tampered):
        world.opened().run()

    state = read_state(world.ledger, "micro")
    assert "model-refused-v2" in state.incidents
    assert state.champion == "v2"
    assert calls.count == 0
