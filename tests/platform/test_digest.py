"""One canonical form: who means the same value writes the same bytes."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.digest import canonical, digest, digest_of, short

scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5)
values = st.recursive(
    scalars | st.floats(-1e15, 1e15),  # beyond, a float reads back as an inexact integer
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
objects = st.dictionaries(st.text(max_size=4), values, max_size=4)


def test_the_empty_input_has_the_known_digest():
    """SHA-256 of nothing, as in FIPS 180-4's examples."""
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_form_is_rfc_8785():
    """Sorted keys, no spaces, shortest numbers: an example in the style of the RFC."""
    value = {"numbers": [333333333.33333329, 1e30, 4.50, 2e-3], "b": None, "a": "€\n"}

    assert canonical(value) == (
        '{"a":"€\\n","b":null,"numbers":[333333333.3333333,1e+30,4.5,0.002]}'.encode()
    )


@given(objects)
def test_order_does_not_matter(value):
    """The same keys in another order give the same digest."""
    turned = dict(reversed(list(value.items())))

    assert digest_of(turned) == digest_of(value)


@given(objects)
def test_the_form_means_the_value(value):
    """Reading it back gives an equal value, and writing that the same bytes."""
    text = canonical(value)

    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize("number", [math.nan, math.inf, 2**60])
def test_what_json_cannot_hold_is_refused(number):
    """No digest is better than one that two machines compute differently."""
    with pytest.raises(ValueError, match=r".+"):
        digest_of({"n": number})


def test_short_is_for_people():
    """Twelve characters."""
    assert short("0123456789abcdef") == "0123456789ab"
