"""The year's picture as a file of its own."""

import re
from xml.etree import ElementTree as ET

import pytest
from checkout import ROOT
from drawn_page import lived_play, records_of
from micro_play import World

from caf_pipelines.report.picture import draw_picture

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = ROOT / "docs" / "the-year.svg"


@pytest.fixture(scope="module")
def drawn() -> str:
    """The picture of the micro project's life."""
    play = lived_play()
    return draw_picture(play, records_of(play))


def test_the_picture_is_one_sound_file(drawn):
    """XML with a title and a description, a legend, and nothing from elsewhere."""
    root = ET.fromstring(drawn)  # noqa: S314 - our own picture

    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text == "Machine failures"
    assert root.find(f"{SVG}desc").text
    assert {"champion", "promoted", "rolled back", "v1", "v2"} <= set(texts)
    assert "the champion, as served" in texts
    assert list(root.iter(f"{SVG}a")) == []
    assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)|href|<script", drawn)


def test_the_picture_does_not_depend_on_the_machine(drawn):
    """Two plays of the same data give the same bytes: nothing measured in seconds is in it."""
    play = World().played()

    assert draw_picture(play, records_of(play)) == drawn


def test_the_readmes_picture_is_of_a_real_year():
    """It was drawn by the same code: twelve months, champions, a refusal, a rollback."""
    root = ET.parse(DRAWN).getroot()  # noqa: S314 - our own picture

    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert {"Jan 2013", "Dec", "v1", "v4", "refused", "rolled back"} <= set(texts)
