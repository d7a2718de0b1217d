"""Who is the same person: spellings, and how many people some names are at least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.people import how_many, is_somebody, is_the_platforms, same_person


@pytest.mark.parametrize(
    ("names", "people"),
    [
        ([], 0),
        (["ada"], 1),
        (["ada", "alan"], 2),
        (["ada", "Ada ", "ADA, model risk"], 1),
        (["Ada Bell", "Bell, Ada", "Alan Kay"], 2),
        (["Ada", "Bell Ada", "Ada, Bell"], 1),
        (["", " ", ",", "ada"], 1),
    ],
)
def test_people_are_counted_once(names: list[str], people: int) -> None:
    """A name that may be two of them makes these two one."""
    assert how_many(names) == people


@given(st.lists(st.sampled_from(["Ada", "ada", "Bell, Ada", "Ada Bell", "Bell Ada", "Kay", ""])))
def test_more_names_are_never_counted_as_more_people_than_there_are(names: list[str]) -> None:
    """Not more than different names, not fewer than one of somebody, in any order."""
    found = how_many(names)

    somebody = {name for name in names if is_somebody(name)}
    assert bool(somebody) <= found <= len(somebody)
    assert how_many(names[::-1]) == found


UNSEEN = {
    "variation selector": "\ufe0f",
    "grapheme joiner": "\u034f",
    "Hangul filler": "\u3164",
    "half-width filler": "\uffa0",
    "blank Braille": "\u2800",
    "Mongolian selector": "\u180b",
    "zero-width space": "\u200b",
    "right-to-left mark": "\u200f",
    "tag": "\U000e0041",
    "control": "\x07",
}


@pytest.mark.parametrize("sign", UNSEEN.values(), ids=UNSEEN)
def test_what_is_not_seen_makes_nobody_another(sign: str) -> None:
    """Within a name, before and after it; alone it is nobody, and the platform stays itself."""
    assert same_person("Ada Bell", f"{sign}Ada{sign} Be{sign}ll")
    assert how_many(["ada", f"ada{sign}", f"a{sign}da"]) == 1
    assert not is_somebody(sign)
    assert is_the_platforms(f"plat{sign}form")
    assert is_the_platforms(f"Policy{sign}")


@pytest.mark.parametrize(
    "name", ["Ada", "Plato Formby", "Zoë", "محمد", "नेहा", "王小明", "platforms"]
)
def test_people_of_any_script_are_themselves(name: str) -> None:
    """Somebody, not the platform, and nobody else."""
    assert is_somebody(name)
    assert not is_the_platforms(name)
    assert not same_person(name, "Alan")


def test_a_name_is_its_own() -> None:
    """Nobody is the same as somebody, or as nobody."""
    assert same_person("Ada", "ada")
    assert not same_person("", "")
    assert not same_person("Ada", "Alan")
