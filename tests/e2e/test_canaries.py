"""Personal cells are planted in a play of all real parts, and every file of its home is searched.

They may lie where rows lawfully lie: in the lake's raw files, its validated tables and what was set
aside. Nowhere else, and in nothing that was printed or logged, whatever went wrong with the rows.
"""

import logging
import shutil
from pathlib import Path

import pytest
from command_line import run_caf
from micro_play import SUPPORT
from searched import held

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

CANARY = "kanarienvogel"
"""A part of every planted cell; a word that nothing of the platform says."""
COLUMN = """Column(
                name="person", kind=ColumnKind.TEXT, meaning="whose machine it is", feed="sensor",
                max_length=60, classification=Classification.PERSONAL,
            ),
            column("day", """
PLANTED = '''
def planted(day: int, rows: pd.DataFrame) -> pd.DataFrame:
    """200 people and more, and cells of theirs where others belong."""
    kinds = ("{n}.kanarienvogel@example.org", "Kanarienvogel {n}", "+49 30 {n} kanarienvogel",
             "DE89 3704 0044 0532 {n} kanarienvogel", "AKIA{n}kanarienvogel")
    people = [kinds[at % 5].format(n=f"{day:02d}{at:02d}") for at in range(len(rows))]
    rows = rows.assign(person=people)
    if day == 9:
        rows.loc[0, "site"] = rows.loc[1, "heat"] = rows.loc[2, "at"] = "kanarienvogel"
        rows.loc[3, "row"], rows.loc[4, "person"] = "kanarienvogel", "kanarienvogel" * 9
    return rows.rename(columns={"noise": "kanarienvogel"}) if day == 11 else rows
'''
MISTAKEN = """.astype(object)
    if day == 9:
        found.loc[2, "row"] = found.loc[3, "label"] = "kanarienvogel"
"""


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The micro project about people: a personal column, and rows with many mistakes."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(SUPPORT / "micro", folder / "micro", ignore=shutil.ignore_patterns("__py*"))
    declared, data = folder / "micro" / "project.py", folder / "micro" / "data.py"
    text = declared.read_text("utf-8").replace('column("day", ', COLUMN, 1)
    head, mark, tail = text.rpartition("classification=Classification.INTERNAL")
    declared.write_text(f"{head}classification=Classification.PERSONAL{tail}", "utf-8")
    assert mark
    text = data.read_text("utf-8").replace(
        "@cache\ndef truth", f"{PLANTED}\n\n@cache\ndef truth", 1
    )
    made = 'return rows.drop(columns="noise") if day == BROKEN else rows'
    assert made in text
    text = text.replace(
        made, "return planted(day, rows.drop(columns='noise') if day == BROKEN else rows)"
    )
    known = 'found = truth(day)[["row", "label"]].assign(revision=0)'
    assert known in text
    data.write_text(text.replace(known, f"{known}{MISTAKEN}"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def lived(projects: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The home of a play with every real part, and all that its commands printed."""
    home = tmp_path_factory.mktemp("home") / "home"
    said = []
    for words in (
        ("demo", "--project", "micro"), ("history",), ("quarantine", "list"), ("lineage",),
        ("report",), ("incidents",),
        ("catalog", "show", "person"), ("catalog", "page"), ("performance",), ("card", "v1"),
        ("drift", "0004"), ("audit", "export"), ("quarantine", "replay", "day-09"),
    ):  # fmt: skip
        done = run_caf(*words, home=home, timeout=500, projects=str(projects), sample="1")
        said.append(done.stdout + done.stderr)
    return home, "\n".join(said)


def test_no_personal_cell_leaves_the_zones_of_rows(lived: tuple[Path, str]) -> None:
    """Not in ledger, evidence, predictions, labels, model, MLflow, alerts, report or caches."""
    home, _ = lived

    found = {name for name, text in held(home) if CANARY in text}

    zones = {"/".join(name.split("/")[:2]) for name in found}
    assert zones == {"lake/raw", "lake/validated", "lake/quarantine"}, sorted(found)[:20]


def test_nothing_that_was_printed_holds_one(lived: tuple[Path, str]) -> None:
    """Though rows were refused, set aside, replayed and explained."""
    _, said = lived

    assert "day-09" in said
    assert CANARY not in said.lower()


def test_the_planted_ones_are_there_to_be_found(lived: tuple[Path, str]) -> None:
    """More than 200 of them, also in what was set aside and in what was refused whole."""
    home, _ = lived
    texts = dict(held(home))

    raw = sum(text.count(CANARY) for name, text in texts.items() if name.startswith("lake/raw/"))
    aside = [n for n, t in texts.items() if n.startswith("lake/quarantine/") and CANARY in t]
    assert raw > 200
    assert aside
    assert any(name.startswith("lake/raw/micro/day-11/") for name in texts)


def test_what_a_library_logs_of_a_cell_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("a.library").debug("read %s", f"0101.{CANARY}@example.org")

    assert CANARY not in caplog.text
