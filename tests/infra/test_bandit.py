"""Bandit sees what is unsafe, heeds a waiver on its line, and does not pass over a broken file."""

from pathlib import Path

import pytest
from static_checks import bandit


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What it says of each planted line, all in one run."""
    folder = tmp_path_factory.mktemp("planted")
    paths = {name: folder / f"{name}.py" for name in PLANTED}
    for name, path in paths.items():
        path.write_text(f"{PLANTED[name][0]}\n", "utf-8")
    told = bandit(list(paths.values()))
    return {name: [line for line in told if str(path) in line] for name, path in paths.items()}


PLANTED = {
    "eval": ("eval(input())", "B307"),
    "shell": ("import subprocess\nsubprocess.run('ls', shell=True)", "B602"),
    "secret": ("password = 'correct horse'", "B105"),
    "pickle": ("import pickle\npickle.loads(b'')", "B301"),
    "temporary": ("import tempfile\ntempfile.mktemp()", "B306"),
    "waived": ("eval('1')  # nosec B307 # a number of our own", ""),
    "another_rule": ("eval('1')  # nosec B602 # the wrong rule", "B307"),
    "importing": ("import subprocess", ""),
    "broken": ("def (", "syntax error"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found(found: dict[str, list[str]], name: str) -> None:
    """The rule stands among the findings; only a waiver of that very rule lets it pass."""
    expected = PLANTED[name][1]

    assert bool(found[name]) is bool(expected)
    assert not expected or any(expected in line for line in found[name])


def test_a_file_that_nobody_looked_at_is_no_pass(tmp_path: Path) -> None:
    """Bandit says nothing of a path that it leaves out."""
    with pytest.raises(AssertionError, match="not looked at every file"):
        bandit([tmp_path / "none.py"])
