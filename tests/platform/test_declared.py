"""Declared values hold whatever was written, until they are judged as a whole."""

import dataclasses

import pytest

from caf_platform.declared import REQUIRED, SHOWN, declared, mistakes_in


@declared
class Wheel:
    """A wheel."""

    inches: int = REQUIRED
    colour: str = "black"


@declared
class Cart:
    """A cart."""

    name: str = REQUIRED
    wheels: tuple[Wheel, ...] = REQUIRED


def keys(value):
    """Where the mistakes are."""
    return [mistake.key for mistake in mistakes_in(Cart, value, "cart.py")]


def test_what_is_right_has_no_mistake():
    """A whole tree of declared values."""
    assert keys(Cart(name="red", wheels=(Wheel(inches=3),))) == []


def test_every_mistake_is_found_at_once():
    """In the order of the fields, with the path to each."""
    wrong = Cart(name=7, wheels=(Wheel(inches="3"), Wheel(inches=2, colour=None)))

    assert keys(wrong) == ["name", "wheels.0.inches", "wheels.1.colour"]


def test_a_field_that_was_left_out_is_reported_as_nothing():
    """Making the value does not raise; judging it does the telling."""
    found = mistakes_in(Cart, Cart(wheels=()), "cart.py")

    assert [(m.file, m.key, m.found) for m in found] == [("cart.py", "name", "nothing")]


@pytest.mark.parametrize("value", [True, 1.0, "1"])
def test_nothing_is_converted(value):
    """A whole number is a whole number."""
    assert keys(Cart(name="red", wheels=(Wheel(inches=value),))) == ["wheels.0.inches"]


def test_a_value_of_another_kind_is_a_mistake():
    """Also where nothing of a cart was given."""
    assert keys("a cart") == ["(whole file)"]


def test_a_long_value_is_cut():
    """An error message is for reading."""
    found = mistakes_in(Cart, Cart(name=["x" * 1000], wheels=()), "cart.py")

    assert len(found[0].found) == SHOWN


def test_a_declared_value_is_frozen_and_named():
    """No positional arguments, no change."""
    wheel = Wheel(inches=3)

    with pytest.raises(dataclasses.FrozenInstanceError):
        wheel.inches = 4
    with pytest.raises(TypeError):
        Wheel(3)
