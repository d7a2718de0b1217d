"""Who is the same person: names as people write them. Separation of duties rests on this.

Rather one person too many is taken for another than one for two.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

NAMES_OF_THE_PLATFORM: Final = ("platform", "policy")
"""Actors that are no persons; nobody acts under these names."""

UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)
"""What is drawn as nothing and is not of category Cf: Unicode's Default_Ignorable_Code_Point
(DerivedCoreProperties.txt), and the blank Braille pattern."""


NO_SIGNS: Final = ("Cf", "Cc")
"""Categories of characters that format or control, and are not seen."""


def is_the_platforms(name: str) -> bool:
    """Whether a name is, or looks like, one by which the platform itself acts."""
    return any(same_person(name, own) for own in NAMES_OF_THE_PLATFORM)


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
    visible = "".join(c for c in folded if c.isspace() or unicodedata.category(c) not in NO_SIGNS)
    visible = UNSEEN.sub("", visible)
    return " ".join(visible.split()).strip(", ")


def _spellings(name: str) -> frozenset[str]:
    """How a person may be written: what follows a comma is what they do, or their first name.

    `Tomas Keller, data science` and `Keller, Tomas` are both `Tomas Keller`.
    """
    first, comma, rest = name.partition(",")
    turned = {plain(f"{rest} {first}")} if comma else set[str]()
    return frozenset({plain(first), *turned} - {""})
