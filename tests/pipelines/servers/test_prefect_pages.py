"""Prefect's pages are told whom they may ask."""

import re
from pathlib import Path

import pytest

from caf_pipelines.servers.prefect_pages import keep_in
from caf_platform.errors import Unavailable

URL = "http://127.0.0.1:4200"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Two generations of pages, as Prefect copies them."""
    for name in ("v1", "v2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text("<html><head><title>P</title></head></html>")
    return tmp_path


def policies(pages: Path) -> list[str]:
    """What each page says to the browser."""
    texts = [page.read_text("utf-8") for page in sorted(pages.glob("*/index.html"))]
    return [found for text in texts for found in re.findall(r'Policy" content="([^"]*)"', text)]


def test_each_page_may_ask_its_own_server_only(pages: Path) -> None:
    """By its address, also over a web socket; first thing in the page, before any script."""
    keep_in(pages, URL)

    v1, v2 = policies(pages)
    sources = v2.split(";")[0].split()[1:]
    assert v1 == v2
    assert [one for one in sources if "//" in one] == [URL, "ws://127.0.0.1:4200"]
    assert "<head><meta http-equiv=" in (pages / "v2" / "index.html").read_text("utf-8")


def test_at_another_port_the_pages_are_told_anew(pages: Path) -> None:
    """The copy outlives its server; one policy, that of the present server."""
    keep_in(pages, "http://127.0.0.1:1234")

    keep_in(pages, URL)

    found = policies(pages)
    assert len(found) == 2
    assert not any("1234" in policy for policy in found)


def test_pages_that_cannot_be_told_are_not_shown(pages: Path, tmp_path: Path) -> None:
    """A release whose page looks otherwise is noticed instead of let out."""
    (pages / "v2" / "index.html").write_text("<html><HEAD lang=en></HEAD></html>")

    with pytest.raises(Unavailable, match="internet"):
        keep_in(pages, URL)
    with pytest.raises(Unavailable, match="internet"):
        keep_in(tmp_path / "absent", URL)
