"""The whole story once more with nothing faked: SQLite, a folder, MLflow, GX, Evidently, keys.

In one process, and in real processes on one home: four start at once, whoever plays is killed, and
it ends the same.
"""

import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import pytest
from aftermath import faults, is_beginning
from micro_play import SUPPORT, micro, whole_story
from real_plays import CAF, Home, Process, kill

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Silent
from caf_platform.ledger.fingerprint import fingerprint
from caf_platform.ledger.state import read_state
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

PATIENCE = 300


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """The play of one process that nobody disturbs."""
    platform = Platform(Settings(home=tmp_path_factory.mktemp("alone"), projects=SUPPORT))
    Play.open(platform, micro(), Silent()).run()
    return platform


@contextmanager
def rivals(home: Home, count: int) -> Iterator[Process[str]]:
    """Start some plays at the same moment; give the one that plays, the others were told so."""
    racing = [home.start() for _ in range(count)]
    with ThreadPoolExecutor(count) as pool:
        waiting = {pool.submit(one.communicate, timeout=PATIENCE): one for one in racing}
        try:
            ended = as_completed(waiting)
            told = [next(ended) for _ in range(count - 1)]
            [playing] = [one for done, one in waiting.items() if done not in told]
            for done in told:
                assert waiting[done].returncode == 2
                who = (f"process {playing.pid} on", "another process.")
                assert any(f"is being played by {one}" in done.result()[0] for one in who)
            yield playing
        finally:
            for one in racing:
                kill_if_alive(one)


def kill_if_alive(process: Process[str]) -> None:
    """SIGKILL, unless it has ended."""
    if process.poll() is None:
        kill(process)


def test_plays_that_start_at_once_and_are_killed_end_as_an_undisturbed_one(
    undisturbed: Platform, tmp_path: Path
) -> None:
    """On an empty home, then on a half-played one: one plays, the others are told, looking works.

    Whatever is left when it is killed says what the undisturbed play said; in the end all is the
    same, and nothing is left over.
    """
    whole = list(undisturbed.ledger.read())
    settings = {"CAF_PROJECTS": str(SUPPORT), "CAF_ORCHESTRATOR": "none"}
    home = Home(tmp_path / "home", "micro", (CAF, "demo", "--project", "micro"), settings)

    for count in (4, 2):
        with rivals(home, count) as playing:
            try:
                playing.wait(random.uniform(0, 6))  # noqa: S311 - pytest tells the seed
            except subprocess.TimeoutExpired:
                verb = ("audit", "state") if home.records() else ("projects",)
                looking = home.start(CAF, *verb)
                assert looking.communicate(timeout=PATIENCE)[0]
                assert looking.returncode == 0
                kill(playing)
        assert is_beginning(home.records(), whole)
    home.finish()

    assert home.state_hash() == fingerprint("micro", whole).digest
    assert not {what: count for what, count in faults(home).items() if count}


def test_the_adapters_tell_the_same_story_as_the_fakes(undisturbed: Platform) -> None:
    """Moves, actions, rows and incidents: what the fast tests rest on."""
    real, fake = (read_state(ledger, "micro") for ledger in (undisturbed.ledger, whole_story()))

    assert [(m.verb, m.version) for m in real.moves] == [(m.verb, m.version) for m in fake.moves]
    assert [(a.window, a.action, a.cause) for _, a in real.actions] == [
        (a.window, a.action, a.cause) for _, a in fake.actions
    ]
    assert real.incidents.keys() == fake.incidents.keys()
    for name, batch in fake.batches.items():
        for part in ("validated", "refused"):
            expected, found = getattr(batch, part), getattr(real.batches[name], part)
            assert (found is None) == (expected is None)
        if batch.validated:
            assert real.batches[name].validated.reasons == batch.validated.reasons
            assert real.batches[name].validated.accepted == batch.validated.accepted


def test_a_second_process_finds_nothing_to_do(undisturbed: Platform) -> None:
    """New connections, the same files: not one record more, and the chain is sound."""
    before = undisturbed.ledger.verify()
    again = Platform(undisturbed.settings)

    Play.open(again, micro(), Silent()).run()

    assert again.ledger.verify() == before
    assert before.sound


def test_the_alias_shows_the_champion(undisturbed: Platform) -> None:
    """MLflow mirrors the ledger: v1 is back."""
    version = undisturbed.tracking.alias("micro", "champion")
    trained = read_state(undisturbed.ledger, "micro").models["v1"].trained

    assert version == trained.measured["tracked_version"]
