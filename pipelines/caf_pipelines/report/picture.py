"""The year's picture alone, for a README."""

from collections.abc import Sequence

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.chapters import chapters
from caf_pipelines.report.contenders import compare
from caf_pipelines.report.expected import expectations
from caf_pipelines.report.looks import looks
from caf_pipelines.report.writing import picture_text
from caf_pipelines.report.year import the_year
from caf_platform.ledger.record import Record


def draw_picture(play: Play, records: Sequence[Record]) -> str:
    """The picture of a play as one SVG file; nothing in it depends on how fast it was played."""
    told = chapters(records)
    figure = the_year(looks(told, compare(play, told), expectations(play)))
    return picture_text(figure, play.session.declaration.title)
