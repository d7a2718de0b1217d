"""Every page that people are given, of a play of real flights, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from browser import SOME, browser_or_skip, faults
from command_line import run_caf
from playwright.sync_api import Browser

from caf_pipelines.servers.report_server import Elsewhere, report_server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1000)]

EXAMPLE = "a prediction"
"""Stands for the id of one that the play made."""
PAGES = {
    "report": ("report",),
    "capabilities": ("capabilities",),
    "risks": ("risks",),
    "catalogue": ("catalog", "page"),
    "card": ("card", "v1"),
    "explanation": ("explain", EXAMPLE),
}
"""Each page with the command that draws it."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all pages."""
    with browser_or_skip() as opened:
        yield opened


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shuts_anybody_out(
    name: str, played: Path, tmp_path: Path, browser: Browser
) -> None:
    """axe-core finds nothing at all at three widths, light and dark, and nothing is fetched."""
    page = tmp_path / f"{name}.html"
    found = json.loads(run_caf("lineage", "--json", home=played).stdout)
    words = [found["example"] if word == EXAMPLE else word for word in PAGES[name]]
    run_caf(*words, "--out", str(page), home=played)
    assert page.is_file()
    assert faults(browser, page.as_uri(), SOME) == []


def test_the_first_page_of_the_server_shuts_nobody_out(
    played: Path, tmp_path: Path, browser: Browser
) -> None:
    """What `caf ui` shows first, as its server gives it."""
    page = tmp_path / "first.html"
    with (
        report_server(played, 0, [Elsewhere("MLflow", "http://127.0.0.1:1")]) as url,
        urlopen(url) as answer,  # noqa: S310 - our own server on loopback
    ):
        page.write_bytes(answer.read())

    assert faults(browser, page.as_uri()) == []


BAD = """<!doctype html><html><title>A page</title><main><h1>A page</h1>
<p style="color: #bbb; background: #fff">Too pale</p><img src="a.png">
<div style="width: 2000px">wide</div><script>console.error("oh")</script></main></html>"""


def test_a_page_with_faults_is_told_each_of_them(tmp_path: Path, browser: Browser) -> None:
    """So that silence means something."""
    page = tmp_path / "bad.html"
    page.write_text(BAD, "utf-8")
    told = "\n".join(faults(browser, page.as_uri(), [(390, "light")]))
    for fault in (
        "html-has-lang",
        "color-contrast",
        "image-alt",
        "too wide",
        "says oh",
        "asks for",
    ):
        assert fault in told, fault
