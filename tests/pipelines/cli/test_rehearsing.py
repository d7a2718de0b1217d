"""The verbs of game days, up to the play: what is listed, and what is not understood."""

import json
from pathlib import Path

import pytest

from caf_pipelines.cli.app import run
from caf_pipelines.scenarios.catalogue import every

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, and the examples as projects."""
    monkeypatch.setenv("CAF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CAF_PROJECTS", str(EXAMPLES))
    return tmp_path / "home"


def test_the_list_names_every_game_day_with_who_must_object(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """For people a table, for machines the story and the lesson as well."""
    assert run(["scenario", "list"]) == 0
    shown = capsys.readouterr().out
    assert run(["scenario", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)

    known = [(project, name) for project, found in every(EXAMPLES).items() for name in found]
    assert [(one["project"], one["name"]) for one in listed] == known
    assert {project for project, _ in known} == {"employment", "flight_delays"}
    assert all(one["title"] and one["story"] and one["lesson"] and one["objects"] for one in listed)
    assert all(name in shown for _, name in known)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["bad-bath"], "Did you mean 'bad-batch'?"),
        (["overlap", "bad-bath"], "Did you mean 'bad-batch'?"),
        ([], "Name one, or all of them with --all."),
        (["overlap", "--all"], "Leave the names or --all out."),
        (["overlap", "--project", "flight_delay"], "flight_delays"),
    ],
)
def test_what_is_not_understood_is_wrong_usage_and_plays_nothing(
    words: list[str], told: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and a way on, before the first of several is begun."""
    assert run(["scenario", "run", *words]) == 2

    assert told in capsys.readouterr().err
    assert not (home / "scenarios").exists()
