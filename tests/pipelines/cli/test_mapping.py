"""`caf capabilities`: what is enforced here, and what fails it."""

from pathlib import Path

import pytest
from played import Played, document

from caf_platform.capabilities import Capability
from caf_platform.ledger.events import BatchValidated


def test_every_capability_is_told_with_what_shows_it(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """49 lines, and the whole in one sentence; an overclaim would end with 1."""
    whole_life.caf("capabilities")

    told = capsys.readouterr().out
    assert [one.value for one in Capability if one.value not in told] == []
    assert "Of the whitepaper" in told
    assert "ML Test Score:" in told


def test_as_json_each_row_has_its_evidence(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """By what, which tests, which records, what else asks for it, and what is missing."""
    whole_life.caf("capabilities", "--json")

    found = document(capsys.readouterr().out)
    row = next(one for one in found["capabilities"] if one["id"] == "platform.data-engineering")
    assert {"name": "stage validate", "file": "pipelines/caf_pipelines/stages/validate.py"} in row[
        "by"
    ]
    assert row["records"]["batch_validated"]["events"] > 0
    assert row["crosswalk"]["ml_test_score"] == ["data-1", "data-7", "monitoring-2"]
    assert row["crosswalk"]["eu"] == ["Art. 10"]
    assert found["page"] is None
    assert len(found["ml_test_score"]["tests"]) == 28


def test_a_changed_artifact_ends_with_one_and_is_named(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """The row falls, and the object is named."""
    key = lived.records(BatchValidated)[0].event.validated_key
    lived.tamper(key)

    code = lived.caf("capabilities")

    told = capsys.readouterr().out
    assert code == 1
    assert f"'{key}' is not what was recorded" in told


def test_asking_for_proof_fails_where_something_was_not_played(
    first_model: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """No rollback in this ledger: nothing contradicts that, and nothing shows it."""
    code = first_model.caf("capabilities", "--proved")

    assert code == 1
    assert "not shown: " in capsys.readouterr().out


def test_the_page_is_whole_and_links_to_code_and_tests(
    whole_life: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every capability has a card; links are relative to where the page lies; nothing is loaded."""
    page = tmp_path / "deep" / "map.html"

    whole_life.caf("capabilities", "--out", str(page))

    text = page.read_text("utf-8")
    assert str(page) in capsys.readouterr().out
    assert [one.label for one in Capability if f"<h3>{one.label}</h3>" not in text] == []
    link = text.split('stages/validate.py">')[0].rpartition('href="')[2] + "stages/validate.py"
    assert (page.parent / link).resolve().is_file()
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
