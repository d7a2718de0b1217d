"""Model files that were changed, swapped or raced with: refused before anything is built.

Calls of skops' readers are counted by Python's own profiler: a refusal is one only if there was
none. What was loaded before answers on. The short form runs with all tests.
"""

import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from attacks import sizes
from calls_seen import calls_of
from crash_stages import by_kind
from model_samples import file_of, fitted, manifest_of, rows
from mutated_artifacts import FOUND_BY_DIGEST, REFUSED_ALWAYS
from tally import Size, Tally

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.digest import digest
from caf_platform.errors import CafError, Refused, Tampered
from caf_platform.model.scorer import VerifiedScorer, load_scorer
from caf_platform.model.training import predict
from caf_platform.project.model import Task

EACH_EVER, EACH_SHORT, EACH_FULL, MUTANTS_FULL = 8, 12, 720, 10_000
"""Different mutants of each kind, of those that have so many, and of all of them in full."""

RACES_EVER, RACES_SHORT, RACES_FULL = 30, 60, 1_000
MOST_RACES = 200
"""Loads for each that is asked for, at most."""

REFUSED, UNDISTURBED, UNDERWAY = "refused", "loaded", "loaded, and swapped meanwhile"
SWITCH = 1e-4
"""Seconds after which Python's threads take turns: much less than a load takes."""

KEY = "models/flights/v1.skops"
TRUE, OTHER = file_of("logistic"), file_of("logistic", seed=2)
READERS = (skops.io.loads, skops.io.get_untrusted_types)
KINDS = {**FOUND_BY_DIGEST, **REFUSED_ALWAYS}
CASES = [*((name, False) for name in KINDS), *((name, True) for name in REFUSED_ALWAYS)]
"""A mutation's name, and whether the manifest names the mutant's digest, as if it was signed."""


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


def mutants(name: str, each: int) -> Iterator[bytes]:
    """So many different files, none of them the true one; fewer where a kind has no more."""
    mutation, seen = KINDS[name], {digest(TRUE)}
    other = file_of("gradient_boosting") if name == "another family" else OTHER
    for seed in range(2 * each):
        mutant = mutation(random.Random(f"{name} {seed}"), TRUE, other)  # noqa: S311 - no secrets
        if digest(mutant) not in seen and len(seen) <= each:
            seen.add(digest(mutant))
            yield mutant


@pytest.mark.parametrize("each", sizes(EACH_EVER, EACH_FULL))
def test_mutants_of_a_model_file(
    lake: LocalLake, file: Path, tally: Tally, size: Size, each: int
) -> None:
    """Many of each kind, all different: refused, unopened; what was loaded before answers on."""
    former, kinds, tally.of = served(lake), Counter[str](), "files"
    for name, signed in CASES:
        for number, mutant in enumerate(mutants(name, size(each, min(each, EACH_SHORT)))):
            put(file, mutant)
            why = refused(lake, **({"data": mutant} if signed else {}))
            why = why or ("" if answers(former) else "the former model does not answer")
            kinds[f"{name}{', signed' if signed else ''}"] += 1
            tally.trial(f"{name}{', signed' if signed else ''} {number}: {why}", good=not why)
    put(file, TRUE)
    assert answers(served(lake)), "the true file is refused, too"
    tally.say(f"{len(kinds)} kinds of mutants, {len(REFUSED_ALWAYS)} with a fooled signer too:")
    for line in by_kind(kinds):
        tally.say(line)
    assert len(kinds) == len(CASES)
    full = each == EACH_FULL and size(1, 0)
    tally.held(MUTANTS_FULL if full else len(CASES))


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
def swapping(file: Path) -> Iterator[list[int]]:
    """Within this, the true file and another valid model change places as fast as they can.

    Gives a list that has one entry for each change.
    """
    over, swaps = threading.Event(), [0]

    def swap() -> None:
        while not over.is_set():
            put(file, OTHER)
            put(file, TRUE)
            swaps.append(len(swaps))

    thread, usual = threading.Thread(target=swap), sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    thread.start()
    try:
        yield swaps
    finally:
        over.set()
        thread.join()
        sys.setswitchinterval(usual)


@pytest.mark.parametrize("trials", sizes(RACES_EVER, RACES_FULL))
def test_a_race_between_check_and_load(
    lake: LocalLake, file: Path, tally: Tally, size: Size, trials: int
) -> None:
    """What is loaded while files are swapped is the true model, or nothing.

    It goes on until both have been seen, and often enough a swap within a load.
    """
    count, tally.of = size(trials, min(trials, RACES_SHORT)), "loads"
    least = {REFUSED: 1, UNDERWAY: max(1, count // 20)}
    with swapping(file) as swaps:
        while tally.trials < MOST_RACES * count:
            if tally.trials >= count and all(tally.ended[one] >= least[one] for one in least):
                break
            before = len(swaps)
            try:
                good = answers(served(lake))
                ended = UNDERWAY if len(swaps) > before else UNDISTURBED
            except Tampered:
                good, ended = True, REFUSED
            tally.trial(f"{tally.trials}: another model", good=good, ended=ended)
    tally.say(f"{len(swaps) - 1:,} times another model and back")
    assert tally.ended[UNDERWAY] >= least[UNDERWAY], tally.ended
    tally.held(count, REFUSED, UNDERWAY)
