"""Draws docs/the-year.svg, the README picture, from what has been played: `make picture`."""

import sys
from pathlib import Path

from caf_pipelines.cli.opening import chosen, open_platform, records_of, state_from
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.picture import draw_picture
from caf_pipelines.timeline import Silent
from caf_platform.errors import CafError

PICTURE = Path(__file__).parent / "the-year.svg"


def main(project: str) -> None:
    """Draw the present play of a project; CAF_HOME says where it lies."""
    platform = open_platform()
    name = chosen(platform, project)
    records = records_of(platform, name)
    play = Play.at(platform, platform.project(name), Silent(), state_from(name, records))
    PICTURE.write_text(draw_picture(play, records), "utf-8")
    print(PICTURE)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2] or [""])
    except CafError as error:
        sys.exit(str(error))
