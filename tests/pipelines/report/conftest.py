"""The page of the micro project's whole life, drawn once."""

import pytest
from drawn_page import lived_play, page_of
from html_page import HtmlPage

from caf_pipelines.lifecycle.play import Play


@pytest.fixture
def lived() -> Play:
    """The whole life, of the test's own."""
    return lived_play()


@pytest.fixture(scope="session")
def page() -> HtmlPage:
    """The page of the whole life; nobody changes it."""
    return page_of(lived_play())
