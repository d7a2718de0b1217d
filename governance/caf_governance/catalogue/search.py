"""Finding entries by words: every word must be there, and where it is there decides the order."""

from collections.abc import Iterable, Sequence
from typing import Final

from caf_governance.catalogue.entry import Entry
from caf_platform.errors import BadInput, did_you_mean

NAME: Final = 100
"""What a word is worth that is the whole name."""
OPENS, WITHIN = 60, 40
"""What it is worth at a name's beginning, and inside it."""
WORTH: Final = {
    "meaning": 20, "dataset": 15, "classification": 15, "kind": 10, "owner": 10, "steward": 10,
    "licence": 8, "lawful_basis": 6, "origin": 6, "project": 6, "retention": 4, "format": 4,
    "unit": 4, "missing": 4,
}  # fmt: skip
"""What it is worth elsewhere; a word counts once, where it is worth most."""


def search(known: Iterable[Entry], text: str) -> list[Entry]:
    """Entries in which every word of `text` is found, the best first; case does not matter.

    Of equals the catalogue's own order is kept. `BadInput` for no words, and, with the nearest
    word that there is, when nothing is found.
    """
    held, words = list(known), text.casefold().split()
    if not words:
        raise BadInput("Search for what?", next_step="Name a word: caf catalog search weather")
    found = [(worth(entry, words), entry) for entry in held]
    ranked = [entry for value, entry in sorted(found, key=lambda one: -one[0]) if value]
    if not ranked:
        raise BadInput(
            f"Nothing in the catalogue says '{text.strip()}'.",
            why=_nearest(held, words),
            next_step="Run: caf catalog list",
        )
    return ranked


def worth(entry: Entry, words: Sequence[str]) -> int:
    """How well an entry answers some words in small letters; 0 when one of them is missing."""
    values = [_of_word(entry, word) for word in words]
    return sum(values) if all(values) else 0


def _of_word(entry: Entry, word: str) -> int:
    name = entry.name.casefold()
    if word in (name, entry.address.casefold()):
        return NAME
    if word in name:
        return OPENS if name.startswith(word) else WITHIN
    return max((value for part, value in WORTH.items() if word in _text(entry, part)), default=0)


def _text(entry: Entry, part: str) -> str:
    value = getattr(entry, part)
    return (" ".join(value) if isinstance(value, tuple) else str(value or "")).casefold()


def _nearest(known: Sequence[Entry], words: Sequence[str]) -> str:
    """A hint for the first word that is nowhere."""
    spoken = {
        word.strip(",.;:()'")
        for entry in known
        for part in ("name", *WORTH)
        for word in _text(entry, part).split()
    }
    lost = [word for word in words if not any(word in one for one in spoken)]
    hints = (did_you_mean(word, sorted(spoken)) for word in lost)
    return next((hint for hint in hints if hint), "")
