"""`caf reset`: forgets a home, and never another folder."""

import os
from pathlib import Path

import pytest
from played import Played

import caf_pipelines
from caf_pipelines.cli.app import run
from caf_pipelines.cli.opening import given
from caf_pipelines.lifecycle.turn import turn
from caf_platform.settings import Settings
from caf_platform.wiring import Platform


def reset(home: Path, *words: str, **settings: str) -> int:
    """`caf reset` of a folder."""
    with given(Platform(Settings(home=home, **settings))):
        return run(["reset", *words])


def home(folder: Path) -> Path:
    """A folder that looks like a home."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ledger.db").touch()
    return folder


def test_a_home_is_forgotten(lived: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Ledger, lake and keys are gone; what lies beside the home stays."""
    code = lived.caf("reset", "--yes")

    assert code == 0
    assert not lived.home.exists()
    assert (lived.root / "projects" / "micro").exists()
    assert "make demo" in capsys.readouterr().out


def test_a_witness_elsewhere_is_left_and_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays, and whoever starts over is told that it belongs to the former ledger."""
    witness = tmp_path / "witness"
    witness.mkdir()

    code = reset(home(tmp_path / "home"), "--yes", witness=str(witness))

    assert code == 0
    assert witness.exists()
    assert f"'{witness}' still tells of that ledger" in capsys.readouterr().out


def test_a_home_that_is_played_in_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Removing it would take the ledger from under a play: exit code 2, and who is at it."""
    with turn(home(tmp_path / "home"), "micro"):
        code = reset(tmp_path / "home", "--yes")

    assert code == 2
    assert (tmp_path / "home" / "ledger.db").exists()
    assert f"'micro' is being played by process {os.getpid()}" in capsys.readouterr().err


def test_nothing_to_forget_is_no_error(tmp_path: Path) -> None:
    """A second reset is as good as the first."""
    assert reset(tmp_path / "absent", "--yes") == 0


def test_without_a_yes_everything_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers: exit code 1, nothing removed."""
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)

        code = reset(home(tmp_path / "home"))

    assert code == 1
    assert (tmp_path / "home" / "ledger.db").exists()


def test_a_folder_that_is_no_home_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without a ledger may be anybody's."""
    (tmp_path / "thesis.txt").touch()

    code = reset(tmp_path, "--yes")

    assert code == 2
    assert "has no ledger.db" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").exists()


def test_a_folder_that_holds_more_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's folder, one that holds the checkout or the projects, and where one stands."""
    user = home(tmp_path / "user")
    monkeypatch.setenv("HOME", str(user))
    standing = home(tmp_path / "standing")
    (standing / "below").mkdir()
    monkeypatch.chdir(standing / "below")
    projects = home(tmp_path / "work")

    codes = [
        reset(user, "--yes"),
        reset(tmp_path, "--yes"),
        reset(standing, "--yes"),
        reset(projects, "--yes", projects=str(projects / "examples")),
    ]

    assert codes == [2, 2, 2, 2]
    assert all((kept / "ledger.db").exists() for kept in (user, standing, projects))


@pytest.mark.parametrize("folder", [Path("/"), Path(caf_pipelines.__file__).parents[2]])
def test_root_and_checkout_stay(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever they hold: refused before anything is asked."""
    code = reset(folder, "--yes")

    assert code == 2
    assert "holds more than a home" in capsys.readouterr().err


def test_a_ledger_elsewhere_is_not_forgotten(tmp_path: Path) -> None:
    """A database is not emptied by removing a folder, so nothing is pretended."""
    code = reset(home(tmp_path / "home"), "--yes", ledger_url="postgresql://db/ledger")

    assert code == 2
    assert (tmp_path / "home" / "ledger.db").exists()


def test_a_link_to_a_home_is_followed(tmp_path: Path) -> None:
    """The checks are made of what is really there."""
    real = home(tmp_path / "real")
    (tmp_path / "link").symlink_to(real)

    code = reset(tmp_path / "link", "--yes")

    assert code == 0
    assert not real.exists()
