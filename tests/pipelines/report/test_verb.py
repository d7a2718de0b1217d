"""`caf report`, and the report at the end of a play."""

import json
import os

import pytest
from html_page import HtmlPage
from played import Played

from caf_pipelines.cli.drawing import renew_report
from caf_platform.ledger.events import WindowClosed
from caf_platform.ledger.streams import DECISIONS


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Played:
    """The micro project's whole life in a real home."""
    played = Played.begun(tmp_path_factory.mktemp("report"))
    played.play()
    return played


def test_the_page_lies_in_the_home_and_its_path_is_printed(whole, capsys):
    """One line: the path; the file is a whole page."""
    code = whole.caf("report")

    path = whole.home / "reports" / "micro.html"
    assert code == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert HtmlPage(path.read_text("utf-8")).mistakes == []
    assert [one.name for one in path.parent.iterdir()] == ["micro.html"]


def test_the_page_goes_where_it_is_wanted(whole, tmp_path, capsys):
    """`--out` names the file; folders are made; `--json` says where it lies."""
    path = tmp_path / "new" / "page.html"

    code = whole.caf("report", "--out", str(path), "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {
        "project": "micro", "play": 1, "report": str(path),
    }  # fmt: skip
    assert path.is_file()


def test_a_page_that_cannot_be_written_is_no_half_page(whole, tmp_path, capsys):
    """Exit code 2, which file and why; nothing is left behind."""
    (tmp_path / "file").write_text("no folder", "utf-8")

    code = whole.caf("report", "--out", str(tmp_path / "file" / "page.html"))

    assert code == 2
    assert "cannot be written" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_without_a_play_there_is_nothing_to_report(tmp_path, capsys):
    """Exit code 2 and what to do."""
    code = Played.begun(tmp_path).caf("report")

    assert code == 2
    assert "Nothing has happened yet" in capsys.readouterr().err


def test_an_unknown_project_is_named(whole, capsys):
    """With the nearest known one."""
    code = whole.caf("report", "--project", "micor")

    assert code == 2
    assert "micro" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [("report",), ("drift", "0005")])
def test_only_a_file_is_replaced(whole, tmp_path, capsys, verb):
    """A pipe or a folder stays what it is, with exit code 2; of a link it is the file behind it."""
    pipe, link, page = tmp_path / "pipe", tmp_path / "link", tmp_path / "page.html"
    os.mkfifo(pipe)
    page.write_text("-", "utf-8")
    link.symlink_to(page)

    codes = [whole.caf(*verb, "--out", str(place)) for place in (pipe, tmp_path, link)]

    assert codes == [2, 2, 0]
    assert "is no file" in capsys.readouterr().err
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert "<html" in page.read_text("utf-8")


def test_a_report_is_renewed_when_something_was_recorded_since(whole, tmp_path):
    """Before it is served; one that tells of everything is left as it is."""
    copied = whole.copy(tmp_path)
    copied.caf("report")
    path = copied.home / "reports" / "micro.html"
    before = path.stat().st_mtime_ns

    renew_report(copied.platform(), "micro")
    assert path.stat().st_mtime_ns == before

    told = copied.state().seq
    copied.append(DECISIONS, WindowClosed(window="9999"), "since")
    renew_report(copied.platform(), "micro")
    assert f"up to record {told + 1:,}" in path.read_text("utf-8")


def test_a_drawn_drift_page_is_linked_and_a_missing_one_is_a_command(whole, tmp_path):
    """The link is relative to the report, so that the home can be moved; another play's is none."""
    copied = whole.copy(tmp_path)
    pages = copied.home / "pages"
    pages.mkdir()
    for play in (0, 1):
        (pages / f"micro-play-{play}-000{5 - play}-drift.html").write_text("<html></html>", "utf-8")

    copied.caf("report")

    text = (copied.home / "reports" / "micro.html").read_text("utf-8")
    links = [one.attributes["href"] for one in HtmlPage(text).all("a")]
    assert "../pages/micro-play-1-0004-drift.html" in links
    assert "caf drift 0005 --project micro" in text


@pytest.mark.parametrize("as_json", [False, True])
def test_a_play_ends_with_its_report(tmp_path, capsys, monkeypatch, as_json):
    """The last line of `caf run` is the path; with `--json` it stands in the document."""
    monkeypatch.setenv("CAF_ORCHESTRATOR", "none")
    played = Played.begun(tmp_path)

    code = played.caf("run", *(["--json"] if as_json else []))

    out, path = capsys.readouterr().out, played.home / "reports" / "micro.html"
    assert code == 0
    assert path.is_file()
    if as_json:
        assert json.loads(out)["report"] == str(path)
    else:
        assert out.splitlines()[-1] == str(path)
