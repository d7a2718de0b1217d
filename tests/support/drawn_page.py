"""Draws the report of a micro play and takes it apart."""

from collections.abc import Sequence
from pathlib import Path

from html_page import HtmlPage
from micro_play import whole_story

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.page import gathered
from caf_pipelines.report.writing import page_text
from caf_platform.ledger.record import Record


def lived_play() -> Play:
    """The whole life of the micro project, in a world of one's own."""
    return whole_story().world.copy().opened()


def records_of(play: Play) -> list[Record]:
    """What the ledger holds of a play, in order."""
    return list(play.session.platform.ledger.read(prefix=f"{play.session.project.name}/"))


def html_of(play: Play, records: Sequence[Record] | None = None) -> str:
    """A play's page as text."""
    told = records_of(play) if records is None else records
    return page_text(gathered(play, told, Path("reports")))


def page_of(play: Play, records: Sequence[Record] | None = None) -> HtmlPage:
    """A play's page, taken apart."""
    return HtmlPage(html_of(play, records))
