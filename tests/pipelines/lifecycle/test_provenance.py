"""Where a model comes from besides its data: commit and packages."""

import subprocess
from importlib.metadata import version

import pytest

from caf_pipelines.lifecycle import provenance


@pytest.fixture(autouse=True)
def fresh():
    """Both are asked once per process; here once per test."""
    provenance.code.cache_clear()
    provenance.environment.cache_clear()
    yield
    provenance.code.cache_clear()
    provenance.environment.cache_clear()


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """The package lies in another folder."""
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "provenance.py"))
    return tmp_path


def git(folder, *arguments):
    """Run git there, as nobody in particular."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True
    )


def test_the_commit_of_this_checkout():
    """Forty hex characters, as git says."""
    found = provenance.code()

    assert set(found) == {"commit", "changed"}
    assert found["commit"] == "unversioned" or len(found["commit"]) == 40


def test_a_changed_checkout_says_so(elsewhere):
    """A commit alone would name other code than what ran."""
    git(elsewhere, "init")
    (elsewhere / "model.py").write_text("1")
    git(elsewhere, "add", ".")
    git(elsewhere, "commit", "-m", "one")
    clean = provenance.code()
    provenance.code.cache_clear()
    (elsewhere / "model.py").write_text("2")

    changed = provenance.code()

    assert (clean["changed"], changed["changed"]) == (False, True)
    assert clean["commit"] == changed["commit"]
    assert len(clean["commit"]) == 40


def test_outside_a_checkout_there_is_no_commit(elsewhere, monkeypatch):
    """An installed wheel; also where another checkout lies above it, git is told to stop."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(elsewhere.parent))

    assert provenance.code() == {"commit": "unversioned", "changed": False}


def test_without_git_there_is_no_commit(monkeypatch):
    """The program is not installed."""
    monkeypatch.setattr(provenance, "GIT", "no-such-program")

    assert provenance.code() == {"commit": "unversioned", "changed": False}


def test_every_package_with_its_version():
    """Sorted, lower-case: two machines with the same packages say the same."""
    packages = provenance.environment()["packages"]

    assert packages["scikit-learn"] == version("scikit-learn")
    assert list(packages) == sorted(packages)
