"""Who is the same person: names as people write them. Separation of duties rests on this.

Rather one person too many is taken for another than one for two.
"""

import unicodedata
from collections.abc import Iterable


def same_person(one: str, other: str) -> bool:
    """Whether two names may be one person's, however they are spelled."""
    return bool(_spellings(one) & _spellings(other))


def is_somebody(name: str) -> bool:
    """Whether a name has anything visible in it."""
    return bool(plain(name))


def how_many(names: Iterable[str]) -> int:
    """How many people some names are at least: spellings of one count once, nameless ones never.

    Two names that a third one may both be are taken for one person.
    """
    people: list[frozenset[str]] = []
    for name in names:
        mine = _spellings(name)
        same = [known for known in people if known & mine]
        people = [known for known in people if not known & mine]
        if mine:
            people.append(mine.union(*same))
    return len(people)


def plain(name: str) -> str:
    """Compatible characters as one (NFKC), without case, invisible characters and extra blanks."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    visible = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join(visible.split()).strip(", ")


def _spellings(name: str) -> frozenset[str]:
    """How a person may be written: what follows a comma is what they do, or their first name.

    `Tomas Keller, data science` and `Keller, Tomas` are both `Tomas Keller`.
    """
    first, comma, rest = name.partition(",")
    turned = {plain(f"{rest} {first}")} if comma else set[str]()
    return frozenset({plain(first), *turned} - {""})
