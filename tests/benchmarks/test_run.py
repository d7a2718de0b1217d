"""The measuring itself: nothing of the caller's gets in, and two years that differ are no pair."""

import subprocess

import pytest
import typer
from run import agreement, environment, from_nothing

from caf_platform.quiet import QUIET

SAME = {"gates": {"v1": {"challenger": 0.5, "dummy": 0.6}}, "windows": {"2013-05": 0.4}}


def test_equal_losses_agree():
    """All of them are counted."""
    assert agreement(SAME, SAME) == {"losses": 3, "largest_difference": 0.0}


@pytest.mark.parametrize(
    "other",
    [
        {"gates": SAME["gates"], "windows": {"2013-05": 0.4001}},
        {"gates": SAME["gates"], "windows": {}},
        {"gates": {"v1": {"challenger": 0.5}}, "windows": SAME["windows"]},
        {"gates": SAME["gates"], "windows": {"2013-05": float("nan")}},
    ],
)
def test_another_year_is_refused(other):
    """A loss that differs in the fourth digit, is missing, or is no number."""
    with pytest.raises(typer.Exit):
        agreement(SAME, other)


def test_what_is_measured_has_nobody_s_settings(monkeypatch):
    """Neither a home of the caller's nor threads that somebody has set."""
    monkeypatch.setenv("CAF_SAMPLE", "0.5")

    found = environment(CAF_HOME="here")

    assert {name for name in found if name.startswith("CAF_")} == {"CAF_HOME"}
    assert not QUIET.keys() & found.keys()


def test_from_nothing_clones_and_plays_with_empty_caches(tmp_path):
    """A repository whose demo only looks where packages would be kept."""
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "Makefile").write_text("demo:\n\t@test ! -e $$UV_CACHE_DIR\n", "utf-8")
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@example.invalid"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*git, *words], check=True)
    folder = tmp_path / "folder"
    folder.mkdir()

    assert from_nothing(repository, folder) > 0
    assert (folder / "clone" / "Makefile").is_file()
