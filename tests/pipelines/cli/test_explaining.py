"""`caf glossary`: words with this project's own numbers."""

import json
from pathlib import Path

import pytest
from played import Played, document


def glossary(played: Played, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """The glossary as JSON, by word."""
    assert played.caf("glossary", "--json", *words) == 0
    return {one["word"]: one for one in document(capsys.readouterr().out)["entries"]}


def test_words_stand_with_the_project_s_numbers(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Measures of the newest version, outcomes in the project's unit, limits with their because."""
    found = glossary(whole_life, capsys)
    project = whole_life.project()
    gate = list(whole_life.state().models.values())[-1].gate
    seen = json.loads(whole_life.platform().lake.read(gate.evidence_key))["evidence"]

    loss = seen["performance"]["challenger"]["loss"]
    assert found["loss"]["number"] == f"{loss:,.4g}"
    assert project.declaration.value.unit in found["false negative"]["number"]
    margin = project.policy.release.min_improvement
    assert found["release.min_improvement"]["number"] == str(margin.value)
    assert found["release.min_improvement"]["meaning"] == margin.because
    assert found["fair"]["kind"] == "gate"
    assert found["skew"]["kind"] == "monitor"
    assert found["cannot_judge"]["meaning"]


def test_the_page_holds_every_word(
    whole_life: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One Markdown file, a table for each kind of word."""
    page = tmp_path / "glossary.md"

    found = glossary(whole_life, capsys, "--out", str(page))

    text = page.read_text("utf-8")
    assert [word for word in found if f"| {word} |" not in text] == []
    assert whole_life.caf("glossary") == 0
    assert "Words of micro" in capsys.readouterr().out
