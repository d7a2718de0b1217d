"""What sessions leave behind, and `make threats`, which asks whether the named tests passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from threats import main

from caf_pipelines.proving.checkout import tree
from caf_pipelines.proving.ran import KEPT, by_test, outcomes

FILES = {
    "pytest.ini": "[pytest]\n",
    "THREATS.md": "# Threats\n\n## All\n\n| threat | control | where | test |\n|--|--|--|--|\n"
    "| one | c | w | `tests/test_it.py::test_one` |\n"
    "| two | c | w | `tests/test_it.py::test_two` |\n",
    "tests/conftest.py": "from ran import record\n\n\ndef pytest_configure(config):\n"
    "    record(config)\n",
    "tests/test_it.py": "import pytest\n\n\n@pytest.mark.parametrize('n', [1, 2])\n"
    "def test_one(n):\n    assert n\n\n\ndef test_two():\n    pass\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small tree without git: two threats, and a test for each."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def session(checkout: Path, *words: str) -> None:
    """A run of pytest in that tree, by itself."""
    path = os.pathsep.join((str(ROOT / "tests" / "support"), os.environ.get("PYTHONPATH", "")))
    given = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=checkout,
        env=given | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )


def edit(checkout: Path, name: str, old: str, new: str) -> None:
    """One change of one file."""
    file = checkout / name
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_all_is_shown_until_the_tree_changes(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also with workers, and in two sessions; any changed file makes what ran before void."""
    before = main(checkout)
    session(checkout, "-n", "1", "-k", "test_one")
    half = main(checkout)
    session(checkout, "-k", "test_two")
    whole = main(checkout)
    edit(checkout, "pytest.ini", "[pytest]", "[pytest]\n# changed")
    changed = main(checkout)

    assert (before, half, whole, changed) == (1, 1, 0, 1)
    told = capsys.readouterr().out.splitlines()
    assert told[3].startswith("tests/test_it.py::test_two did not run over this tree")
    assert [line for line in told if line.startswith("THREATS.md")] == [
        f"THREATS.md: {passed} of 2 tests passed over this tree" for passed in (0, 1, 2, 0)
    ]


def test_what_failed_shows_nothing_though_it_passed_before(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last run counts, and one failing parameter is enough; so does a name that is gone."""
    edit(checkout, "tests/test_it.py", "assert n", "assert n != 2")
    edit(checkout, "THREATS.md", "test_two", "test_renamed")

    session(checkout)

    assert main(checkout) == 1
    told = capsys.readouterr().out
    assert "tests/test_it.py::test_one failed: nothing shows what stands against 'one'" in told
    assert "tests/test_it.py::test_renamed did not run over this tree" in told


def test_a_session_during_which_the_tree_changed_leaves_no_record(checkout: Path) -> None:
    """Nobody can say over which tree its tests passed."""
    edit(checkout, "tests/test_it.py", "pass", "open('more.txt', 'w').close()")

    session(checkout)

    assert outcomes(checkout) == {}
    assert not (checkout / KEPT).exists()


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        ({"a::t[1]": "passed", "a::t[2]": "failed"}, "failed"),
        ({"a::t[1]": "passed", "a::t[2]": "skipped"}, "passed"),
        ({"a::t": "skipped"}, "skipped"),
        ({"a::t_longer": "passed", "b::t": "passed"}, ""),
    ],
)
def test_a_test_is_what_became_of_all_its_parameters(ended: dict[str, str], outcome: str) -> None:
    """One failure fails it; skipped everywhere is not passed; another test is another."""
    assert by_test(ended).get("a::t", "") == outcome


def test_the_digest_covers_names_and_content(checkout: Path) -> None:
    """What is made or hidden does not count."""
    first = tree(checkout)
    (checkout / "build").mkdir()
    (checkout / "build" / "made.txt").write_text("x")
    made = tree(checkout)
    (checkout / "pytest.ini").rename(checkout / "tox.ini")
    renamed = tree(checkout)

    assert made == first
    assert renamed != first
