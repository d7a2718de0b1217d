"""What looks personal or secret is taken out of logs and kept tracebacks; all else stays."""

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_platform.masking import MASK, mask_logs, masked, masked_traceback

KEY = "AKIA" + "IOSFODNN7EXAMPLE"
TOKEN = "ghp" + "_" + "a1B2" * 9
PERSONAL = [
    "ada.lovelace+test@mail.example.org",
    "4111 1111 1111 1111",
    "5500-0000-0000-0004",
    "378282246310005",
    "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432",
    "+49 30 901820",
    "+1 (212) 555-0100",
    KEY,
    TOKEN,
    ".".join(("eyJhbGciOiJIUzI1NiIsInR5cCI6", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jV")),
]
HARMLESS = [
    "2013-07-04",
    "2013-01-01T05:00:00+00:00",
    "4111 1111 1111 1112",  # no card: its last digit does not check
    "validated/micro/day-01/bfe9ed0eda962380.parquet",
    "87fa6204bc91df48a25ec3b21f1a0ffcd33",
    "0.1234567890123456",
    "loss 0.4530 [0.3697, 0.5362] over 5,722 rows",
    "http://127.0.0.1:8080/reports/micro.html",
    "caf rollback --project flight_delays",
]


@pytest.mark.parametrize("value", PERSONAL)
def test_what_looks_personal_is_masked_wherever_it_stands(value):
    """At the beginning, in the middle and at the end."""
    for text in (value, f"the row {value} is odd", f"<{value}>", f"value={value},"):
        assert value not in masked(text)
        assert MASK in masked(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_is_left_alone(text):
    """Days, digests, keys of the lake, numbers, addresses and commands."""
    assert masked(text) == text


@given(st.text())
def test_masking_twice_is_masking_once(text):
    """So that a text that went through two hands is the same."""
    assert masked(masked(text)) == masked(text)


def test_a_traceback_keeps_its_places_and_loses_its_values():
    """What a library quotes may be a cell."""
    text = (
        "Traceback (most recent call last):\n"
        '  File "a.py", line 3, in read\n'
        "    float(cell['heat'])\n"
        "ValueError: could not convert string to float: 'Ada Lovelace'\n"
    )

    found = masked_traceback(text)

    assert "Ada" not in found
    assert found == text.replace("'Ada Lovelace'", MASK)


def logged(say):
    """What a handler of somebody else's writes."""
    stream, log = io.StringIO(), logging.getLogger("somebody else's library")
    handler = logging.StreamHandler(stream)
    log.addHandler(handler)
    log.propagate = False
    try:
        say(log)
    finally:
        log.removeHandler(handler)
    return stream.getvalue()


def test_every_log_record_is_masked_whoever_writes_it():
    """In its message, its arguments, and the traceback that goes with it."""
    cell = "Ada"

    def say(log):
        log.warning("for %s and %d more", PERSONAL[0], 3)
        try:
            raise ValueError(f"no number: '{cell}', {PERSONAL[1]}")
        except ValueError:
            log.exception("failed for %s", PERSONAL[4])

    text = logged(say)

    assert f"for {MASK} and 3 more" in text
    assert "ValueError" in text
    for value in (*PERSONAL[:2], PERSONAL[4], cell):
        assert value not in text


def test_a_record_that_cannot_be_told_is_left_to_logging():
    """Masking raises nothing in anybody's program."""
    make = logging.getLogRecordFactory()

    record = make("a", logging.WARNING, "a.py", 1, "two of %s %s", ("one",), None)

    assert (record.msg, record.args) == ("two of %s %s", ("one",))


def test_masking_is_set_once():
    """However often a part of the platform is imported."""
    before = logging.getLogRecordFactory()

    mask_logs()

    assert logging.getLogRecordFactory() is before
