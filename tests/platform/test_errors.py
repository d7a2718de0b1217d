"""Errors say what, why and what next, and end a command with the right code."""

import pytest

from caf_platform.errors import (
    BadInput,
    CafError,
    Conflict,
    Mistake,
    Mistakes,
    Refused,
    Tampered,
    Unavailable,
    did_you_mean,
)


def test_an_error_reads_as_sentences():
    """Its parts stay apart as attributes; empty ones leave no gap."""
    error = BadInput("No such model.", next_step="Train one.")

    assert str(error) == "No such model. Train one."
    assert (error.what, error.why, error.next_step) == ("No such model.", "", "Train one.")


@pytest.mark.parametrize(
    ("kind", "code"), [(BadInput, 2), (Unavailable, 2), (Refused, 1), (Tampered, 1)]
)
def test_exit_codes(kind, code):
    """1: a rule said no. 2: wrong usage, or a store that does not answer."""
    assert kind("-").exit_code == code
    assert isinstance(kind("-"), CafError)


def test_a_conflict_is_a_refusal_with_its_versions():
    """Whoever catches refusals catches it too."""
    error = Conflict("micro/champion", expected=1, found=2)

    assert isinstance(error, Refused)
    assert (error.stream, error.expected, error.found) == ("micro/champion", 1, 2)
    assert "is at version 2, not 1" in error.why


@pytest.mark.parametrize(("count", "words"), [(1, "has 1 mistake:"), (3, "has 3 mistakes:")])
def test_all_mistakes_are_told(count, words):
    """One line each: file, key, found, expected."""
    error = Mistakes("It", [Mistake("p.yaml", f"key{n}", "1", "2") for n in range(count)])

    assert words in str(error)
    assert str(error).count("found 1, expected 2") == count


@pytest.mark.parametrize(
    ("word", "hint"), [("chrun", "Did you mean 'churn'?"), ("xyz", ""), ("", "")]
)
def test_did_you_mean(word, hint):
    """A near name is offered, a far one is not."""
    assert did_you_mean(word, ["churn", "flights"]) == hint
