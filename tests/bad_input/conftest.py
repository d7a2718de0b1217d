"""Plays of the micro project from files, each played once in a session and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from inbox_play import Delivered

FEW, MOST = range(1, 4), range(1, 30)
"""Days: three without a model; and all but the last of the window that ends in a rollback."""


def _played(root: Path, days: range) -> Delivered:
    played = Delivered.begun(root)
    played.deliver(days)
    assert played.caf("run") == 0
    return played


@pytest.fixture(scope="session")
def few_days(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """Three days were taken in."""
    return _played(tmp_path_factory.mktemp("few"), FEW)


@pytest.fixture(scope="session")
def before_the_end(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """A bad v2 serves, and the day lies there that will tell: the next run rolls back to v1."""
    played = _played(tmp_path_factory.mktemp("most"), MOST)
    played.deliver([MOST.stop])
    return played


@pytest.fixture(scope="session")
def undisturbed(before_the_end: Delivered, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """The same play, run on with nothing in its way."""
    played = before_the_end.copy(tmp_path_factory.mktemp("undisturbed"))
    assert played.caf("run") == 0
    return played


@pytest.fixture
def few(few_days: Delivered, tmp_path: Path) -> Iterator[Delivered]:
    """Three days, of the test's own."""
    yield few_days.copy(tmp_path / "few")
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture
def played(before_the_end: Delivered, tmp_path: Path) -> Iterator[Delivered]:
    """A play before its end, of the test's own."""
    yield before_the_end.copy(tmp_path / "played")
    shutil.rmtree(tmp_path, ignore_errors=True)
