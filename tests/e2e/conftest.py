"""One play of a fifth of the flights for all end-to-end tests, whoever asks first.

A test that only looks takes `played`; one that writes takes `copied`. Both are homes for
`command_line.run_caf`. Mark such modules with `e2e` and a timeout above `PATIENCE`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import run_caf
from filelock import FileLock

PATIENCE = 900
"""Seconds for the play, on a busy machine; a quiet one takes a minute and a half."""


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The home of a finished play, shared by all workers; look, and never write."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    home, log = shared / "played", shared / "played.log"
    with FileLock(shared / "played.lock"):
        if not log.exists():
            done = run_caf("demo", home=home, timeout=PATIENCE)
            log.write_text(f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}", "utf-8")
    told = log.read_text("utf-8")
    if not told.startswith("exit code 0\n"):
        pytest.fail(f"the play did not end well:\n{told}", pytrace=False)
    return home


@pytest.fixture
def timeline(played: Path) -> str:
    """What the play printed."""
    return (played.parent / "played.log").read_text("utf-8")


@pytest.fixture
def copied(played: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the play's home for a test that writes.

    MLflow's database keeps naming the artifacts of the original by absolute path, which is fine
    as long as nobody writes artifacts.
    """
    home = shutil.copytree(played, tmp_path / "home", ignore=shutil.ignore_patterns("cache"))
    yield home
    shutil.rmtree(home)
