"""Verification on rows alone: every way of editing a chain, and the first wrong record's name."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ledger_samples import ENVELOPE, MOMENT, chain_of, entry

from caf_platform.errors import Tampered
from caf_platform.ledger.chain import verify
from caf_platform.ledger.events import IncidentOpened
from caf_platform.ledger.record import GENESIS, Entry
from caf_platform.ledger.stored import Stored
from caf_platform.ports.ledger import Audit

WORDS = ("one", "two", "three", "four", "five", "six")


def six_records():
    """Six rows in two streams, a and b by turns; record 4 is `four`, the second of b."""
    return chain_of(*(entry("ab"[n % 2], word) for n, word in enumerate(WORDS)))


def sealed_again(row, **changes):
    """A row edited by somebody who knows how to compute its hash."""
    edited = row._replace(**changes)
    return edited._replace(hash=edited.computed_hash())


def test_an_untouched_chain_is_sound():
    """The audit counts the records and names the last hash."""
    rows = six_records()

    assert verify(rows) == Audit(records=6, head=rows[-1].hash)
    assert verify([]) == Audit(records=0, head=GENESIS)


@pytest.mark.parametrize("column", Stored._fields)
@pytest.mark.parametrize("edit", ["another", "nothing", "none", "bytes", "swapped kind"])
@pytest.mark.parametrize("seq", [1, 4, 6])
def test_an_edit_of_any_column_names_that_record(column, edit, seq):
    """Whatever any column holds instead, verification names the record and never raises."""
    rows = six_records()
    former = getattr(rows[seq - 1], column)
    number = isinstance(former, int)
    rows[seq - 1] = rows[seq - 1]._replace(
        **{
            column: {
                "another": former + 10 if number else f"{former}x",
                "nothing": -1 if number else "",
                "none": None,
                "bytes": str(former).encode(),
                "swapped kind": str(former) if number else 7,
            }[edit]
        }
    )

    audit = verify(rows)

    assert not audit.sound
    assert audit.records == seq - 1
    if column == "seq" and edit == "nothing":
        assert audit.broken_at == -1  # a number that no record can have is itself the fault
    else:
        assert audit.broken_at == seq


@pytest.mark.parametrize(
    "edited",
    [
        lambda text: text.replace(":", ": "),
        lambda text: json.dumps(json.loads(text), indent=1),
        lambda text: text.replace("a", "\\u0061"),
        lambda text: text + " ",
        lambda text: text[:-1],
        lambda _: "[" * 100_000,
        lambda _: "null",
        lambda _: "\udcff",
    ],
    ids=["spaced", "indented", "escaped", "padded", "torn", "nested", "null", "no UTF-8"],
)
@pytest.mark.parametrize("column", ["payload", "envelope"])
def test_json_that_means_the_same_or_nothing_is_an_edit(column, edited):
    """Reformatted, torn and senseless text is named alike; nothing is parsed into innocence."""
    rows = six_records()
    text = edited(getattr(rows[3], column))
    rows[3] = rows[3]._replace(**{column: text})

    assert verify(rows).broken_at == 4


@pytest.mark.parametrize(
    ("order", "broken_at", "why"),
    [
        ([2, 3, 4, 5, 6], 1, "record 1 is missing; the next one is 2"),
        ([1, 2, 3, 5, 6], 4, "record 4 is missing; the next one is 5"),
        ([1, 2, 5, 6], 3, "record 3 is missing; the next one is 5"),
        ([1, 2, 4, 3, 5, 6], 3, "record 3 is missing; the next one is 4"),
        ([1, 2, 2, 3], 2, "record 2 is one too many"),
        ([1, 2, 3, 4, 5, 6, 1], 1, "record 1 is one too many"),
    ],
)
def test_gaps_swaps_and_repetitions_are_named(order, broken_at, why):
    """A missing record is named by the number that it had."""
    rows = six_records()

    audit = verify(rows[seq - 1] for seq in order)

    assert (audit.broken_at, audit.why) == (broken_at, why)


def test_contents_swapped_between_two_records_are_named():
    """Two records that change places under each other's numbers: the first is named."""
    rows = six_records()
    rows[2], rows[4] = rows[4]._replace(seq=3), rows[2]._replace(seq=5)

    assert verify(rows).broken_at == 3


def test_renumbering_after_a_deletion_does_not_close_the_gap():
    """The number is part of what is hashed, so moving up does not help."""
    rows = six_records()
    moved = [row._replace(seq=row.seq - 1) for row in rows[4:]]

    assert verify(rows[:3] + moved).broken_at == 4


def test_an_inserted_record_with_a_hash_of_its_own_is_named():
    """A forged record that links to its predecessor makes the next one one too many."""
    rows = six_records()
    forged = sealed_again(rows[3], key="forged", stream="c", position=1)

    audit = verify([*rows[:3], forged, *rows[3:]])

    assert (audit.broken_at, audit.why) == (4, "record 4 is one too many")


def test_an_edit_under_a_new_hash_breaks_the_link():
    """Whoever seals a record again is betrayed by the next one."""
    rows = six_records()
    rows[3] = sealed_again(rows[3], key="forged")

    audit = verify(rows)

    assert audit.broken_at == 5
    assert "does not follow from the record before it" in audit.why


def test_a_gap_in_a_stream_is_named_although_every_hash_fits():
    """A chain made anew with a wrong position is still no ledger."""
    rows = six_records()[:3]
    rows[2] = sealed_again(rows[2], position=3)

    audit = verify(rows)

    assert (audit.broken_at, audit.records) == (3, 2)
    assert "position 3 in stream 'a', expected 2" in audit.why


def test_bytes_that_move_between_columns_are_named():
    """The hashed text can be the same with other column borders; then a column is no JSON."""
    evidence = {"a": 1, "key": "x", "payload": {"b": 1}}
    opened = IncidentOpened(incident="i", severity="s", title="t", cause="c", evidence=evidence)
    (row,) = chain_of(Entry("s", None, opened, "k", ENVELOPE))
    border = ',"key":"x","payload":'
    before, after = row.payload.split(border)
    moved = row._replace(
        envelope=f'{row.envelope},"key":"k","payload":{before}', key="x", payload=after
    )

    audit = verify([moved])

    assert moved.computed_hash() == row.hash
    assert audit.broken_at == 1
    assert "not a JSON object" in audit.why


def test_what_a_chain_alone_cannot_show_its_head_does():
    """A cut tail and a chain made anew are sound, under another head than was noted before."""
    rows = six_records()
    noted = verify(rows).head
    made_anew = [*rows[:5], sealed_again(rows[5], key="forged")]

    for chain in (rows[:4], [], made_anew):
        assert verify(chain).sound
        assert verify(chain).head != noted


def test_the_text_hash_is_the_record_hash():
    """Hashing stored text and hashing the typed record are one and the same."""
    for row in six_records():
        assert row.computed_hash() == row.hash == row.record().computed_hash()


@settings(max_examples=150, deadline=None)
@example("large", {"integral": 2.0**53})  # written as an integer that canonical JSON refuses
@given(st.text(min_size=1), st.dictionaries(st.text(), st.floats(allow_nan=False) | st.text()))
def test_the_text_hash_is_the_record_hash_for_any_text(word, evidence):
    """The names and evidence may hold anything that UTF-8 can: both ways agree."""
    opened = IncidentOpened(incident=word, severity="", title="", cause="", evidence=evidence)
    (row,) = chain_of(Entry(word, None, opened, word, ENVELOPE))

    assert row.record().computed_hash() == row.hash
    assert verify([row]).sound


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_one_character_edited_anywhere_is_named(data):
    """Whichever character of whichever text column changes, that record is the one named."""
    rows = six_records()
    seq = data.draw(st.integers(1, 6), label="seq")
    names = [name for name in Stored._fields if isinstance(getattr(rows[0], name), str)]
    column = data.draw(st.sampled_from(names), label="column")
    text = getattr(rows[seq - 1], column)
    place = data.draw(st.integers(0, len(text) - 1), label="place")
    other = data.draw(
        st.characters(exclude_categories=["Cs"]).filter(lambda c: c != text[place]),
        label="character",
    )
    edited = text[:place] + other + text[place + 1 :]
    rows[seq - 1] = rows[seq - 1]._replace(**{column: edited})

    assert verify(rows).broken_at == seq


def test_an_edited_row_gives_no_record():
    """Reading never hands out what was not recorded; the error names the record."""
    row = six_records()[3]

    with pytest.raises(Tampered, match="Record 4 of the ledger"):
        row._replace(payload="{}").record()


def test_a_forged_row_without_an_envelope_gives_no_record():
    """A hash that fits does not make an envelope; it is Tampered, not a library's error."""
    forged = sealed_again(six_records()[3], envelope="{}")

    with pytest.raises(Tampered, match="envelope or time cannot be read"):
        forged.record()


def test_rows_carry_the_moment_they_were_appended():
    """Real time is stored as RFC 3339 text in UTC."""
    assert {row.real_time for row in six_records()} == {"2013-01-01T12:30:00Z"}
    assert six_records()[0].record().real_time == MOMENT
