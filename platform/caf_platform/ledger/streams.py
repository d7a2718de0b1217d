"""The names of streams and keys: one place, so that nobody guesses them.

A stream is what one writer must see whole before it decides; the champion's own stream is the
one whose expected version makes two promotions impossible.
"""

from typing import Final

DATA: Final = "data"
MODELS: Final = "models"
CHAMPION: Final = "champion"
DECISIONS: Final = "decisions"
INCIDENTS: Final = "incidents"
ERASURES: Final = "erasures"
PRODUCTS: Final = "products"

STARTED: Final = "started"
"""The last part of the key under which a play starts."""


def stream(project: str, part: str) -> str:
    """`flight_delays/champion`."""
    return f"{project}/{part}"


def plays(project: str) -> str:
    """The stream in which plays begin, for whoever only reads it."""
    return stream(project, CHAMPION)


def key(project: str, play: int, *parts: object) -> str:
    """An idempotency key: the same step of the same play has the same key, whoever asks."""
    return "/".join((project, f"play-{play}", *(str(part) for part in parts)))


def first_start(project: str) -> str:
    """The key of the record with which everything that is known of a project begins."""
    return key(project, 1, STARTED)


def version_name(play: int, number: int) -> str:
    """`v5`; from the second play on `p2-v5`, so that no two models share a name."""
    return f"v{number}" if play == 1 else f"p{play}-v{number}"
