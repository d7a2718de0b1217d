"""A column of identifiers is declared tokenised: then no file of a home holds one of them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest
from command_line import run_caf
from micro_play import SUPPORT
from searched import held

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

NAME = "kanarienvogel"
COLUMN = """Column(
                name="person", kind=ColumnKind.TEXT, meaning="whose machine it is", feed="sensor",
                max_length=60, classification=Classification.PERSONAL, tokenised=True,
            ),
            column("day", """
DELIVERED = 'return rows.drop(columns="noise") if day == BROKEN else rows'
NAMED = f"""rows = rows.assign(person=[f"Kanarienvogel {{at:02d}}" for at in range(len(rows))])
    if day == 36:
        rows = rows.rename(columns={{"person": "persona"}})
    {DELIVERED}"""

Caf = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The micro project about people, whose names become tokens; on day 36 under another name."""
    folder = tmp_path_factory.mktemp("people")
    shutil.copytree(SUPPORT / "micro", folder / "micro", ignore=shutil.ignore_patterns("__py*"))
    declared, data = folder / "micro" / "project.py", folder / "micro" / "data.py"
    text = declared.read_text("utf-8").replace('column("day", ', COLUMN, 1)
    head, mark, tail = text.rpartition("classification=Classification.INTERNAL")
    text = f"{head}classification=Classification.PERSONAL{tail}"
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
def lived(projects: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The home of a whole play, and what it and everything that leaves pages behind printed."""
    home = tmp_path_factory.mktemp("home") / "home"
    caf, said = on(home, projects), []
    for words in (
        ("demo", "--project", "micro"), ("drift", "0004"), ("catalog", "page"), ("report",),
        ("identity", "create", "Olga", "--role", "operator"), ("audit", "verify"),
    ):  # fmt: skip
        done = caf(*words)
        assert done.returncode == 0, (words, done.stdout + done.stderr)
        said.append(done.stdout + done.stderr)
    return home, "".join(said)


@pytest.fixture
def home(lived: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of that home, for one test."""
    return Path(shutil.copytree(lived[0], tmp_path / "home"))


@pytest.fixture
def caf(home: Path, projects: Path) -> Caf:
    """Any command on the copy."""
    return on(home, projects)


def people(home: Path, play: str) -> list[str]:
    """Who stands in the validated rows of the first day, of the newest or an older play."""
    files = sorted(
        (home / "lake" / "validated" / "micro" / "day-01").glob("*.parquet"),
        key=lambda path: path.stat().st_mtime,
    )
    return list(pd.read_parquet(files[0 if play == "first" else -1])["person"])


def test_no_file_and_no_output_holds_an_identifier(lived: tuple[Path, str], home: Path) -> None:
    """Raw files neither, nor the one whose column had another name; the model was promoted."""
    assert [name for name, text in held(home) if NAME in text] == []
    assert NAME not in lived[1].lower()
    assert (home / "lake" / "raw" / "micro" / "day-36").is_dir()


def test_the_same_person_is_the_same_token_in_every_file(home: Path) -> None:
    """Rows can still be joined by it."""
    day = pd.read_parquet(next((home / "lake/validated/micro/day-20").glob("*.parquet")))

    assert sorted(day["person"]) == sorted(people(home, "first"))
    assert len(set(day["person"])) == len(day)
    assert day["person"].str.fullmatch("tok_[0-9a-f]{32}").all()


def test_keys_are_told_by_name_only(caf: Caf, home: Path) -> None:
    """And their files are their owner's."""
    said = json.loads(caf("tokens", "show", "--json").stdout)
    files = list((home / "keys" / "tokens" / "micro").iterdir())

    assert said["columns"] == ["person"]
    assert [one["plays"] for one in said["keys"]] == [[1]]
    assert [path.stat().st_mode & 0o077 for path in files] == [0]
    key = files[0].read_bytes()
    assert not [
        path
        for path in home.rglob("*")
        if path.is_file() and path not in files and key in path.read_bytes()
    ]


def test_a_new_key_names_everybody_anew_and_an_erased_person_stays_erased(
    caf: Caf, home: Path
) -> None:
    """From the next play on; who was erased by name is known again under any key."""
    first = people(home, "first")
    erased = caf("erase", "Kanarienvogel 07", "--reason", "asked", "--as", "Olga", "--json")
    assert erased.returncode == 0, erased.stderr
    assert json.loads(erased.stdout)["rows"]["validated"] > 30
    assert first[7] not in "".join(text for _, text in held(home))

    assert caf("tokens", "rotate").returncode == 0
    again = caf("demo", "--project", "micro")
    assert again.returncode == 0, again.stderr
    second = people(home, "second")

    assert len(second) == len(first) - 1
    assert not set(first) & set(second)
    assert [name for name, text in held(home) if NAME in text] == []
    assert [one["plays"] for one in json.loads(caf("tokens", "show", "--json").stdout)["keys"]] == [
        [1],
        [2],
    ]


def test_without_its_key_a_play_does_not_go_on(caf: Caf, home: Path) -> None:
    """It says which file to bring back, and nothing is taken in under another one."""
    folder = home / "keys" / "tokens" / "micro"
    folder.rename(folder.with_name("away"))
    try:
        done = caf("run", "--project", "micro")
    finally:
        if folder.exists():
            shutil.rmtree(folder)
        folder.with_name("away").rename(folder)

    assert done.returncode == 2
    assert "is not there" in done.stderr
