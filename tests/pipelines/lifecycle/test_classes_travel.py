"""Every copy of rows that a play makes carries the classes of its columns."""

from pathlib import Path

import pytest
from played import Played

from caf_platform.contract.model import Classification
from caf_platform.ports.lake import Zone
from caf_platform.project.classified import Classes, stored_classes


@pytest.fixture(scope="module")
def classed(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A play of the micro project about people."""
    played = Played.begun(tmp_path_factory.mktemp("classed"))
    path = played.root / "projects" / "micro" / "project.py"
    path.write_text(personal(path), "utf-8")
    played.play()
    return played


def personal(path: Path) -> str:
    """The project's text with everything in it about people."""
    return path.read_text("utf-8").replace("Classification.INTERNAL", "Classification.PERSONAL")


def test_each_column_of_each_stored_table_is_classed_as_declared_or_closer(
    classed: Played,
) -> None:
    """Validated rows, predictions, labels, what was learnt from, and golden rows."""
    lake, declared = classed.platform().lake, Classes.of(classed.project().declaration)
    ranks = {one.value: one.rank for one in Classification}
    found: dict[str, set[str]] = {}
    for zone in Zone:
        for key in lake.keys(f"{zone}/"):
            if key.endswith(".parquet"):
                for column, said in stored_classes(lake.read(key)).items():
                    assert ranks[said] >= ranks[declared[column]], (key, column)
                    found.setdefault(zone.value, set()).add(said)

    assert set(found) == {"validated", "predictions", "labels", "evidence"}
    assert set().union(*found.values()) == {"personal"}


def test_a_class_that_was_raised_since_is_told(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is stored says the former one: the card says both."""
    path = lived.root / "projects" / "micro" / "project.py"
    lived.caf("catalog", "show", "heat")
    before = capsys.readouterr().out
    path.write_text(personal(path), "utf-8")

    lived.caf("catalog", "show", "heat")

    assert "as internal, which the stored files carry" in before
    assert "as internal, and personal is declared" in capsys.readouterr().out
