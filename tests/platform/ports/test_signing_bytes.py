"""What is signed is canonical JSON below a purpose: one spelling, and no two meanings."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.errors import BadInput
from caf_platform.ports.signer import signing_bytes


def test_signed_json_is_canonical() -> None:
    """Two ways to write the same object are the same bytes, headed by what they are for."""
    expected = b'manifest\0{"a":1,"b":[true,null]}'

    assert signing_bytes("manifest", {"b": [True, None], "a": 1}) == expected
    assert signing_bytes("manifest", {"a": 1, "b": [True, None]}) == expected


json_objects = st.dictionaries(st.text(max_size=5), st.integers(-99, 99) | st.text(max_size=5))
purposes = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)


@given(purposes, json_objects, purposes, json_objects)
def test_different_things_have_different_bytes(
    purpose: str, value: dict[str, object], other: str, another: dict[str, object]
) -> None:
    """No purpose and object can pass for another purpose or another object."""
    same = signing_bytes(purpose, value) == signing_bytes(other, another)

    assert same == ((purpose, value) == (other, another))


@pytest.mark.parametrize("purpose", ["", "Manifest", "a b", "a\0b", "manifest\n", "1"], ids=ascii)
def test_a_purpose_is_a_plain_word(purpose: str) -> None:
    """Anything else could end where the object begins."""
    with pytest.raises(BadInput, match="purpose"):
        signing_bytes(purpose, {})


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, 2**60, {1: 2}, object(), "\ud800"],
    ids=["nan", "infinity", "large", "number as key", "object", "lone surrogate"],
)
def test_what_json_cannot_hold_cannot_be_signed(value: object) -> None:
    """Not a number, an infinity, an integer that a reader would round, no JSON at all."""
    with pytest.raises(BadInput, match="cannot be signed"):
        signing_bytes("manifest", {"x": value})
