"""Small things that an audit rests on: how far a chain is good, and what a witness's notes say."""

from ledger_samples import MOMENT, chain_of, entry

from caf_platform.ledger.chain import verify
from caf_platform.ledger.record import GENESIS
from caf_platform.ledger.stored import _parsed
from caf_platform.ledger.witnessed import TWO_HASHES, attested_hashes
from caf_platform.ports.witness import Checkpoint


def noted(records: int, *hashes: str) -> Checkpoint:
    """A checkpoint whose head is its last hash."""
    return Checkpoint(
        records=records,
        head=hashes[-1] if hashes else GENESIS,
        hashes=hashes,
        time=MOMENT,
        previous=GENESIS,
    )


def test_each_hash_has_its_number() -> None:
    """The last one of a checkpoint is its head; an empty ledger has no record."""
    assert attested_hashes([noted(0), noted(2, "a", "b"), noted(3, "c")]) == {
        1: "a",
        2: "b",
        3: "c",
    }


def test_two_stories_are_an_impossible_hash() -> None:
    """Neither is believed."""
    assert attested_hashes([noted(2, "a", "b"), noted(2, "x")]) == {1: "a", 2: TWO_HASHES}


def test_a_gap_and_a_repetition_end_at_the_last_good_head() -> None:
    """How many are good, and the hash of the last of them."""
    rows = chain_of(*(entry("s", word) for word in "abc"))

    missing, doubled = verify([rows[0], rows[2]]), verify([rows[0], rows[1], rows[1]])

    assert (missing.records, missing.head, missing.broken_at) == (1, rows[0].hash, 2)
    assert missing.why == "record 2 is missing; the next one is 3"
    assert (doubled.records, doubled.head, doubled.broken_at) == (2, rows[1].hash, 2)
    assert doubled.why == "record 2 is one too many"


def test_a_whole_number_stays_one_up_to_where_it_is_exact() -> None:
    """Beyond 2^53 the digits were a float's; seven stays an integer."""
    told = _parsed(f"[7, 107, {2**53 - 1}, {2**53}, {-(2**53)}]")

    assert [type(one) for one in told] == [int, int, int, float, float]
    assert told == [7, 107, 2**53 - 1, 2.0**53, -(2.0**53)]
