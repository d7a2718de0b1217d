"""Three plays of the micro project, each played once in a session and copied for each test."""

from pathlib import Path

import pytest
from played import Played


@pytest.fixture(scope="session")
def whole_life(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The whole story under automatic promotion: v1, a bad v2, and back to v1."""
    played = Played.begun(tmp_path_factory.mktemp("whole"))
    played.play()
    return played


@pytest.fixture(scope="session")
def first_model(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Under manual promotion, up to the moment at which v1 waits for a person."""
    played = Played.begun(tmp_path_factory.mktemp("first"), auto_on_green="manual")
    played.play(windows=2)
    return played


@pytest.fixture(scope="session")
def second_model(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The whole story up to the moment at which the bad v2 has just been promoted."""
    played = Played.begun(tmp_path_factory.mktemp("second"))
    played.play(windows=4)
    return played


@pytest.fixture
def lived(whole_life: Played, tmp_path: Path) -> Played:
    """A whole life of the test's own."""
    return whole_life.copy(tmp_path / "lived").with_people()


@pytest.fixture
def waiting(first_model: Played, tmp_path: Path) -> Played:
    """A version that waits, of the test's own."""
    return first_model.copy(tmp_path / "waiting").with_people()


@pytest.fixture
def two_champions(second_model: Played, tmp_path: Path) -> Played:
    """A bad champion with a good former one, of the test's own."""
    return second_model.copy(tmp_path / "two").with_people()
