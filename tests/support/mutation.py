"""Mutation testing with mutmut: small changes to the code, each of which some test must notice.

It happens in a tree of its own, where the packages lie side by side: mutmut names modules by the
folders that they are in.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from checkout import PACKAGES, ROOT

BESIDE: Final = ("tests", "examples")
OPTIONS: Final = (
    "--import-mode=importlib",
    "-p",
    "no:faker",
    "-p",
    "no:anyio",
    "-p",
    "no:ran",
    "-m",
    "not postgres",
)
NOTICED: Final = frozenset({1, 3, 24, -24, 152, 255, 36})
"""Exit codes of a test run that noticed: a test failed, pytest gave up, or it took for ever."""

CONFIGURATION: Final = """
[tool.mutmut]
source_paths = {packages}
only_mutate = {modules}
also_copy = {beside}
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false

[tool.pytest.ini_options]
pythonpath = ["tests/support"]
addopts = {options}
timeout = 300
markers = ["e2e", "harden", "postgres"]
"""

DIFFS: Final = """
import json, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
print(json.dumps({name: get_diff_for_mutant(name) for name in json.load(sys.stdin)}))
"""


@dataclass(frozen=True)
class Area:
    """Code that decides: its modules, and the tests that must notice a change; paths of a tree."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()
    """Tests that look at the checkout's own folders, which the tree has not, or are slow."""


@dataclass(frozen=True)
class Survivor:
    """A change that no test noticed: in which function, and which lines."""

    function: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutated:
    """What became of an area's mutants."""

    area: str
    mutants: int
    survivors: tuple[Survivor, ...]

    @property
    def killed(self) -> int:
        """Mutants that some test noticed."""
        return self.mutants - len(self.survivors)

    @property
    def score(self) -> float:
        """The share that was noticed, from 0 to 1; nothing at all is no score."""
        return self.killed / self.mutants if self.mutants else 0.0


def mutated(area: Area, folder: Path) -> Mutated:
    """Try every mutant of an area of this checkout, in copies under `folder`, on every core."""
    ignored = shutil.ignore_patterns("__pycache__", "harden", "e2e", "repository")
    for path in (*(Path(*names) for names in PACKAGES.items()), *map(Path, BESIDE)):
        shutil.copytree(ROOT / path, folder / path.name, ignore=ignored)
    return tried(area, folder, tuple(PACKAGES.values()), BESIDE, os.cpu_count() or 1)


def tried(
    area: Area,
    folder: Path,
    packages: Sequence[str],
    beside: Sequence[str] = ("tests",),
    processes: int = 1,
) -> Mutated:
    """Try every mutant of an area whose packages lie side by side in `folder`.

    `RuntimeError` with mutmut's words when it could not begin, as when a test fails beforehand.
    """
    (folder / "mutants").mkdir()  # there before Python looks for modules in it
    text = CONFIGURATION.format(
        packages=json.dumps(list(packages)),
        modules=json.dumps(area.modules),
        beside=json.dumps(list(beside)),
        tests=json.dumps(area.tests),
        options=json.dumps([*OPTIONS, *(f"--deselect={test}" for test in area.without)]),
    )
    (folder / "pyproject.toml").write_text(text, "utf-8")
    told = _run(folder, "-m", "mutmut", "run", "--max-children", str(processes))
    codes = dict(_codes(folder / "mutants"))
    if not codes or None in codes.values():
        raise RuntimeError(told[-4000:])
    alive = [name for name, code in codes.items() if code not in NOTICED]
    diffs = json.loads(_run(folder, "-c", DIFFS, given=json.dumps(alive)).splitlines()[-1])
    survivors = tuple(_survivor(name, diffs[name]) for name in sorted(alive))
    return Mutated(area=area.name, mutants=len(codes), survivors=survivors)


def _run(folder: Path, *words: str, given: str | None = None) -> str:
    """What a Python program of the tree prints; mutmut's own exit code says nothing of mutants."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "mutants")},
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if given is None else None,
        text=True,
        check=False,
    )
    return done.stdout


def _codes(mutants: Path) -> Iterator[tuple[str, int | None]]:
    for path in sorted(mutants.rglob("*.py.meta")):
        yield from json.loads(path.read_text("utf-8"))["exit_code_by_key"].items()


def _survivor(name: str, diff: str) -> Survivor:
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@"))]
    return Survivor(
        function=name.partition("__mutmut_")[0]
        .replace("x_", "", 1)
        .replace("xǁ", "")
        .replace("ǁ", "."),
        before="\n".join(line[1:].strip() for line in lines if line.startswith("-")),
        after="\n".join(line[1:].strip() for line in lines if line.startswith("+")),
    )
