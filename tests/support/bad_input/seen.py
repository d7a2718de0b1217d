"""What a person saw, in a form that can be compared and printed on a page."""

import re

from inbox_play import Delivered

DIGEST = re.compile(r"\b[0-9a-f]{12}\b(…)?")
SECONDS = re.compile(r"\b[0-9]+\.[0-9]+ s\b")


def folded(text: str) -> str:
    """A text with every run of white space as one space."""
    return " ".join(text.split())


def first_about(subject: str, shown: str) -> str:
    """The first line of a timeline about a subject, without its capability; or nothing."""
    lines = (line for line in shown.splitlines() if f" {subject} " in line)
    return folded(next(lines, "").rpartition(" · ")[0])


def anywhere(text: str, played: Delivered) -> str:
    """A text without what differs between two runs: folders, digests, durations."""
    places = {
        str(played.home): "HOME",
        str(played.folder): "PROJECT",
        str(played.root / "projects"): "PROJECTS",
    }
    for place, name in places.items():
        text = text.replace(place, name)
    return SECONDS.sub("… s", DIGEST.sub("…", text))


def error_of(shown: str) -> tuple[str, str, str]:
    """What, why and what next of an error as it was printed; a list of mistakes is a what."""
    lines = shown.strip().splitlines()
    if len(lines) > 1 and lines[1].startswith("  - "):
        what = [lines.pop(0), *(line for line in lines if line.startswith("  - "))]
        lines = [line for line in lines if not line.startswith("  - ")]
        return folded(" ".join(what)), "", folded(" ".join(lines))
    what, *rest = lines or [""]
    return folded(what), folded(" ".join(rest[:-1])), folded(rest[-1]) if rest else ""
