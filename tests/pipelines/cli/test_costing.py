"""`caf cost`: what a play spent, in every view, and what it says where it cannot tell."""

from pathlib import Path

import pytest
from played import MICRO, Played, document

VIEWS = ("stage", "run", "model", "project", "capability")


def told(played: Played, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """What the command prints for machines."""
    assert played.caf("cost", *words, "--json") == 0
    return document(capsys.readouterr().out)


def test_cost_is_told_for_people_with_totals_budget_and_worth(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """One table of stages, one of versions, and a sentence each about point and budget."""
    code = whole_life.caf("cost")

    said = capsys.readouterr().out
    assert code == 0
    for words in (
        "Cost of micro (play 1) by stage, money in USD", "\ntotal ", "validate", "Retrainings of",
        "yes, rolled back", "v1 promised +", " came true on the ",
        "cannot be told: ", "declared cost units", "* measured on the machine",
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_a_play_has_the_same_total(
    whole_life: Played, capsys: pytest.CaptureFixture[str], view: str
) -> None:
    """Rows add up to the total, and the total is that of the stages."""
    stages = told(whole_life, capsys)

    found = told(whole_life, capsys, "--by", view)

    assert found["by"] == view
    for name in ("seconds", "cpu_seconds", "written_bytes", "cost_units", "aws"):
        rows = sum(row[name] or 0 for row in found["rows"])
        assert rows == pytest.approx(found["total"][name])
        assert found["total"][name] == pytest.approx(stages["total"][name])


def test_versions_stand_with_cost_and_gain(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the governor counts is what the versions declare."""
    project = told(whole_life, capsys)["projects"][0]

    state = whole_life.state()
    versions = {one["version"]: one for one in project["retrainings"]}
    assert set(versions) == set(state.models)
    assert versions["v1"]["promoted"]
    assert [one["version"] for one in versions.values() if one["rolled_back"]] == ["v2"]
    assert versions["v1"]["spent"]["cpu_seconds"] > 0
    assert [one["version"] for one in project["benefits"]] == ["v1", "v2"]
    assert all(one["came_true"] is not None for one in project["benefits"])
    assert project["budget"]["used"] == pytest.approx(
        sum(one["cost_units"] for one in versions.values())
    )
    assert project["point"]["decision"]["verdict"] == "cannot_judge"


def test_other_prices_change_the_money_and_nothing_else(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy of the price file with one price changed."""
    usual = told(lived, capsys)
    path = lived.root / "mine.yaml"
    text = Path(usual["prices"]).read_text("utf-8")
    path.write_text(text.replace("value: 0.048", "value: 4.8"), "utf-8")

    dear = told(lived, capsys, "--prices", str(path))

    assert dear["total"]["aws"] > usual["total"]["aws"]
    for name, value in usual["total"].items():
        assert name == "aws" or dear["total"][name] == value


def test_a_bad_price_file_is_answered_with_all_its_mistakes(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is told at other prices than those that were asked for."""
    path = whole_life.root / "bad.yaml"
    path.write_text("currency: 1\n", "utf-8")

    code = whole_life.caf("cost", "--prices", str(path))

    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    for key in ("currency", "months_kept", "local", "aws"):
        assert key in said.err


@pytest.mark.parametrize("view", ["stage", "project"])
def test_before_the_first_play_there_is_a_clear_answer(
    tmp_path, capsys: pytest.CaptureFixture[str], view: str
) -> None:
    """Nothing has happened yet, and what to run."""
    code = Played.begun(tmp_path).caf("cost", "--by", view)

    said = capsys.readouterr().err
    assert code == 2
    assert "Nothing has happened yet" in said
    assert "make demo" in said


def test_a_view_that_does_not_exist_is_answered_with_the_nearest(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped word."""
    code = whole_life.caf("cost", "--by", "capabilty")

    said = capsys.readouterr().err
    assert code == 2
    assert "Did you mean 'capability'?" in said


def test_a_use_case_with_mistakes_costs_its_budget_only(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was spent stands in the ledger; unit and budget stand in the use case."""
    (lived.root / "projects" / MICRO / "policy.yaml").write_text("nothing: here\n", "utf-8")

    found = told(lived, capsys)

    project = found["projects"][0]
    assert found["total"]["cpu_seconds"] > 0
    assert project["budget"] is None
    assert "mistake" in project["trouble"]
    assert lived.caf("cost") == 0
    assert "The budget of micro cannot be told" in capsys.readouterr().out
