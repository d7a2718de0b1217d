"""A person is erased out of a play of all real parts, and every file of its home is searched."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from command_line import run_caf
from micro_play import SUPPORT
from searched import held

from caf_pipelines.stages.validate import row_id

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

WHO, OTHER = "Kanarienvogel 07", "Kanarienvogel 08"
COLUMN = """Column(
                name="person", kind=ColumnKind.TEXT, meaning="whose machine it is", feed="sensor",
                max_length=60, classification=Classification.PERSONAL,
            ),
            column("day", """
DELIVERED = 'return rows.drop(columns="noise") if day == BROKEN else rows'
NAMED = f"""rows = rows.assign(person=[f"Kanarienvogel {{at:02d}}" for at in range(len(rows))])
    {DELIVERED}"""
IDS = frozenset(row_id("micro", f"{day:02d}-07") for day in range(1, 39))
"""Of the rows of that person, one each day."""

Caf = Callable[..., CompletedProcess[str]]
Said = dict[str, Any]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The micro project about people, which says whom its rows are about."""
    folder = tmp_path_factory.mktemp("people")
    shutil.copytree(SUPPORT / "micro", folder / "micro", ignore=shutil.ignore_patterns("__py*"))
    declared, data = folder / "micro" / "project.py", folder / "micro" / "data.py"
    text = declared.read_text("utf-8").replace('column("day", ', COLUMN, 1)
    head, mark, tail = text.rpartition("classification=Classification.INTERNAL")
    text = f"{head}classification=Classification.PERSONAL,\n            keep_days=20{tail}"
    assert mark
    text = text.replace('    name="micro",\n', '    name="micro",\n    subject="person",\n', 1)
    declared.write_text(text, "utf-8")
    text = data.read_text("utf-8")
    assert DELIVERED in text
    data.write_text(text.replace(DELIVERED, NAMED), "utf-8")
    return folder


def on(home: Path, projects: Path) -> Caf:
    """Any command on a home."""

    def run(*words: str) -> CompletedProcess[str]:
        return run_caf(*words, home=home, timeout=500, projects=str(projects), sample="1")

    return run


@pytest.fixture(scope="module")
def lived(projects: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A home out of which the person was erased, and what erasing said.

    Before that there was a whole play, and everything that leaves pages behind.
    """
    home = tmp_path_factory.mktemp("home") / "home"
    caf = on(home, projects)
    for words in (
        ("demo", "--project", "micro"), ("drift", "0004"), ("catalog", "page"), ("report",),
        ("identity", "create", "Olga", "--role", "operator"),
    ):  # fmt: skip
        assert caf(*words).returncode == 0, words
    product = ("--purpose", "p", "--for", "q", "--as", "Olga", "--with", "person")
    assert caf("export", "rows", "--out", str(home.parent / "p.parquet"), *product).returncode == 0
    before = "".join(text for _, text in held(home / "lake"))
    assert before.count(WHO.lower()) > 38
    assert all(one in before for one in IDS)
    done = caf("erase", WHO, "--reason", "asked for it", "--as", "Olga", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return home, json.loads(done.stdout)


@pytest.fixture
def home(lived: tuple[Path, Said], tmp_path: Path) -> Path:
    """A copy of that home, for one test."""
    return Path(shutil.copytree(lived[0], tmp_path / "home"))


@pytest.fixture
def erased(lived: tuple[Path, Said]) -> Said:
    """What erasing said."""
    return lived[1]


@pytest.fixture
def caf(home: Path, projects: Path) -> Caf:
    """Any command on the copy."""
    return on(home, projects)


def naming(home: Path) -> list[str]:
    """Files in which the person or a row of theirs stands."""
    wanted = {WHO.lower(), *IDS}
    return [name for name, text in held(home) if any(one in text for one in wanted)]


def test_no_file_names_the_person_or_a_row_of_theirs(erased: Said, home: Path) -> None:
    """Raw files, refused ones, quarantine, scores, labels, what models learnt from: none."""
    assert naming(home) == []
    assert set(erased["rows"]) >= {"raw", "validated", "predictions", "labels", "evidence"}
    assert erased["left"] == []


def test_everybody_else_is_still_there(erased: Said, home: Path) -> None:
    """Row for row: one of forty went from each file."""
    texts = dict(held(home / "lake"))

    raw = sum(text.count(OTHER.lower()) for name, text in texts.items() if name.startswith("raw/"))
    assert raw == 38


def test_models_that_learnt_from_them_are_listed(erased: Said, caf: Caf) -> None:
    """In the answer, and in the history."""
    assert "v1" in erased["models"]
    told = caf("history").stdout
    assert "learnt from" in told
    assert WHO not in told


def test_files_that_left_with_their_rows_are_known(erased: Said, home: Path, caf: Caf) -> None:
    """Erasing says which they are; whoever holds one is told how many of its rows to remove."""
    assert len(erased["products"]) == 1

    told = caf("lineage", erased["products"][0], "--json")

    found = json.loads(told.stdout)
    assert (told.returncode, found["verified"]) == (0, True)
    assert found["erased"] == erased["rows"]["validated"]


def test_what_the_ledger_says_holds_still(erased: Said, caf: Caf) -> None:
    """Chain, bundles, lineage, report and the champion's bytes: all of it is found and proved."""
    for words in (
        ("audit", "verify"), ("verify", "v1"), ("lineage", "v1"), ("report",), ("performance",),
        ("catalog", "show", "person"),
    ):  # fmt: skip
        done = caf(*words)
        assert done.returncode == 0, (words, done.stdout + done.stderr)


def test_asking_again_changes_nothing(erased: Said, caf: Caf) -> None:
    """Nothing is left, nothing is recorded; and a stranger is nobody."""
    again = json.loads(caf("erase", WHO, "--reason", "again", "--as", "Olga", "--json").stdout)
    nobody = caf("erase", "Somebody Else", "--reason", "asked", "--as", "Olga")

    assert (again["changed"], again["known"], again["objects"]) == (False, True, 0)
    assert nobody.returncode == 2
    assert "Nobody of that name" in nobody.stderr


def test_batches_kept_too_long_go_whole(caf: Caf, home: Path) -> None:
    """At the end of the play eighteen days are older than twenty; the chain and pages hold."""
    due = json.loads(caf("purge", "--as", "Olga", "--dry-run", "--json").stdout)
    done = json.loads(caf("purge", "--as", "Olga", "--json").stdout)
    texts = dict(held(home / "lake"))

    assert due["batches"] == done["batches"]
    assert "day-01" in done["batches"]
    assert "day-38" not in done["batches"]
    for zone in ("raw", "validated", "quarantine", "predictions"):
        assert not any(name.startswith(f"{zone}/micro/day-01/") for name in texts)
    gone = row_id("micro", "01-05")
    assert not [name for name, text in texts.items() if gone in text]
    assert caf("audit", "verify").returncode == 0
    assert caf("report").returncode == 0
    assert json.loads(caf("purge", "--as", "Olga", "--json").stdout)["batches"] == []


def test_a_new_play_of_the_same_files_is_one_without_them(caf: Caf, home: Path) -> None:
    """What was purged comes again, for its calendar starts over; the person's rows do not."""
    assert caf("purge", "--as", "Olga").returncode == 0

    done = caf("demo", "--project", "micro")

    assert done.returncode == 0, done.stdout + done.stderr
    assert naming(home) == []
    assert list((home / "lake" / "validated" / "micro" / "day-01").iterdir())
    assert (home / "lake" / "evidence" / "micro" / "p2-v1").is_dir()
