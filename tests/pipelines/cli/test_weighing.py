"""`caf risks`: the register of a clone, judged by how tests ended."""

import json
from pathlib import Path

import pytest
from html_page import HtmlPage
from played import document

from caf_pipelines.cli import weighing
from caf_pipelines.cli.app import run
from caf_pipelines.proving.checkout import tree
from caf_pipelines.proving.ran import KEPT

TEXT = """
risks:
  - name: bias
    risk: people are treated <b>unequally</b>
    owner: model owner
    inherent: {likelihood: 4, impact: 5, because: it happened}
    controls:
      - {control: a gate, where: [gate.py], tests: ["tests/test_a.py::test_one"]}
    residual: {likelihood: 2, impact: 5, because: it is refused}
  - name: theft
    risk: a model is copied
    owner: operations
    inherent: {likelihood: 2, impact: 3, because: files can be read}
    residual: {likelihood: 2, impact: 3, because: nothing is encrypted}
"""


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a register and one test, which commands look at."""
    for name, text in {
        "governance/risks.yaml": TEXT,
        "tests/test_a.py": "def test_one():\n    pass\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(text, "utf-8")
    monkeypatch.setattr(weighing, "ROOT", tmp_path)
    return tmp_path


def ended(clone: Path, **how: str) -> None:
    """The tests of the clone have run over its tree, and ended so."""
    said = {f"tests/test_a.py::{name}": one for name, one in how.items()}
    record = {"tree": tree(clone), "short": False, "outcomes": said, "reached": []}
    (clone / KEPT).mkdir(parents=True, exist_ok=True)
    (clone / KEPT / "1.json").write_text(json.dumps(record), "utf-8")


def test_without_outcomes_nothing_is_proved(clone, capsys):
    """And nothing is red: exit code 0, with the command that proves it."""
    assert run(["risks"]) == 0
    out = capsys.readouterr().out

    assert "unproved" in out
    assert "make test" in out


def test_strictly_what_is_unproved_is_no_success(clone, capsys):
    """As in a pipeline that has run all tests before; what is borne is known, and stops nobody."""
    assert run(["risks", "--proved"]) == 1
    ended(clone, test_one="passed")
    assert run(["risks", "--proved"]) == 0

    assert "bias: tests" not in capsys.readouterr().out


def test_passed_is_controlled(clone, capsys):
    """The residual rating is the one that holds now."""
    ended(clone, test_one="passed")
    assert run(["risks", "--json"]) == 0
    said = document(capsys.readouterr().out)

    assert said["red"] == 0
    assert [(r["name"], r["status"], r["now"]["score"]) for r in said["risks"]] == [
        ("theft", "borne", 6),
        ("bias", "controlled", 10),
    ]


@pytest.mark.parametrize("how", ["failed", "skipped"])
def test_a_risk_turns_red_by_itself(clone, capsys, how):
    """Exit code 1, and the test is named."""
    ended(clone, test_one=how)
    assert run(["risks"]) == 1

    assert f"bias: tests/test_a.py::test_one {how}" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["def test_two():\n    pass\n", None])
def test_a_test_that_is_gone_turns_it_red(clone, capsys, text):
    """Renamed or without its file; that it once passed does not count."""
    path = clone / "tests" / "test_a.py"
    path.unlink()
    if text is not None:
        path.write_text(text, "utf-8")

    ended(clone, test_one="passed")
    assert run(["risks"]) == 1

    assert "test_one missing" in capsys.readouterr().out


def test_the_page_is_whole(clone, capsys):
    """Every risk, escaped, in the matrix and as a card; a red one is open."""
    page = clone / "build" / "risks.html"
    ended(clone, test_one="failed")
    assert run(["risks", "--out", str(page), "--json"]) == 1
    assert document(capsys.readouterr().out)["page"] == str(page)
    drawn = HtmlPage(page.read_text("utf-8"))

    assert drawn.mistakes == []
    assert not drawn.all("b", "script", "link")
    opened = [one.attributes["id"] for one in drawn.all("details") if "open" in one.attributes]
    assert opened == ["bias"]
    links = {one.attributes["href"] for one in drawn.all("a")}
    assert {"#bias", "#theft"} <= links
    assert len(drawn.all("caption")) == 2


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("governance/risks.yaml", None, "no risk register"),
        ("governance/risks.yaml", "risks: []\n", "The risk register"),
        ("governance/risks.yaml", "risks: [\n", "readable YAML"),
    ],
)
def test_what_cannot_be_used_is_wrong_input(clone, capsys, name, text, words):
    """Told with what to do next; nothing is called controlled."""
    (clone / name).unlink()
    if text is not None:
        (clone / name).write_text(text, "utf-8")

    assert run(["risks"]) == 2

    assert words in capsys.readouterr().err
