"""One row: what it may hold, what is said of one that may not be, and how one is appended."""

from typing import Any

import pytest
from ledger_samples import ENVELOPE, MOMENT, chain_of, entry, event

from caf_platform.errors import BadInput, Conflict, Tampered
from caf_platform.ledger.chain import verify
from caf_platform.ledger.record import Entry
from caf_platform.ledger.stored import Stored, named
from caf_platform.ledger.tail import Tail


def row(**changes: Any) -> Stored:
    """The first row of a ledger, changed by somebody who can hash."""
    changed = chain_of(entry("s", "a"))[0]._replace(**changes)
    return changed._replace(hash=changed.computed_hash())


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("9" * 32, True),
        ("9" * 33, False),
        ("0." + "9" * 30, True),
        ("0." + "9" * 31, False),
        ("1e999", False),
        ("NaN", False),
        ("-Infinity", False),
    ],
)
def test_numbers_are_those_of_canonical_json(number: str, good: bool) -> None:
    """At most 32 characters, finite, and numbers at all."""
    said = row(payload=f'{{"n":{number}}}').fault()

    assert said == ("" if good else "its payload or envelope is not a JSON object")


def test_payload_and_envelope_must_both_be_objects() -> None:
    """One alone is not enough."""
    said = "its payload or envelope is not a JSON object"

    assert [row(payload="[]").fault(), row(envelope="[]").fault()] == [said, said]


def test_a_row_that_is_hashed_and_no_record_says_why() -> None:
    """By the first of what is wrong with it; a record says nothing."""
    empty = row(envelope="{}")

    assert row().unreadable() == ""
    assert empty.unreadable() == "its envelope or time cannot be read: Field required"
    soon = row(envelope='{"actor":"a","correlation":"c","virtual_time":"soon"}').unreadable()
    assert soon.startswith("its envelope or time cannot be read: Input should be a valid datetime")
    with pytest.raises(Tampered, match="cannot be read: Field required"):
        empty.record()


def test_what_is_wrong_with_a_row_is_in_the_error() -> None:
    """Also which kind a column holds instead of its own."""
    odd = row()._replace(key=7)  # type: ignore[arg-type]

    assert odd.fault() == "column 'key' holds int, not str"
    with pytest.raises(Tampered, match="column 'key' holds int, not str"):
        odd.checked()


@pytest.mark.parametrize("text", ["", "a\0b", "\n", "\ud800"])
def test_a_name_is_printable_and_not_empty(text: str) -> None:
    """The error shows it in a way that can be printed."""
    with pytest.raises(BadInput) as refused:
        named("stream", text)
    assert refused.value.what == f"The stream {text!r} cannot be in a ledger."


def test_an_event_that_is_no_json_is_named() -> None:
    """By its type, and nothing is appended."""
    tail = Tail(MOMENT)
    odd = event("x").model_copy(update={"measured": {"n": float("nan")}})

    with pytest.raises(BadInput, match=f"Event '{odd.TYPE}' cannot be recorded"):
        tail.append(Entry("s", None, odd, "k", ENVELOPE))
    assert tail.fresh == []


def test_the_same_key_twice_at_once_is_one_row() -> None:
    """The second gives the first one's row, whatever it expects."""
    tail = Tail(MOMENT)

    first, again = tail.append(entry("s", "a", 0)), tail.append(entry("s", "a", 7))

    assert again == first
    assert tail.fresh == [first]


def test_a_conflict_says_what_was_expected_and_found() -> None:
    """And in which stream."""
    tail = Tail(MOMENT)
    tail.append(entry("s", "a"))

    with pytest.raises(Conflict) as lost:
        tail.append(entry("s", "b", 4))
    assert (lost.value.stream, lost.value.expected, lost.value.found) == ("s", 4, 1)


def test_a_broken_chain_ends_at_its_last_good_head() -> None:
    """Where a record is another one, and where one is missing."""
    rows = chain_of(*(entry("s", word) for word in "abc"))

    edited = verify([*rows[:2], rows[2]._replace(key="x")])
    cut = verify(rows[:2], {3: rows[2].hash})

    assert (edited.records, edited.head, edited.broken_at) == (2, rows[1].hash, 3)
    assert (cut.records, cut.head, cut.broken_at) == (2, rows[1].hash, 3)
    assert cut.why == "record 3 is missing; the witness was shown 3 records"
