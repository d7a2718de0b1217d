"""The contract of the port `Ledger`, kept by SQLite and by PostgreSQL alike."""

import itertools
import shutil
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import CLOCK, ENVELOPE, MOMENT, append, entry, event

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.adapters.ledger_table import CHUNK
from caf_platform.capabilities import Capability
from caf_platform.errors import Conflict
from caf_platform.ledger.events import IncidentOpened
from caf_platform.ledger.record import GENESIS, Entry, Envelope
from caf_platform.ports.ledger import Audit
from caf_platform.ports.signer import Signature


@pytest.fixture(scope="module")
def fresh_sqlite_ledger(tmp_path_factory):
    """Makes an empty ledger, quickly: by copying one that was migrated."""
    folder = tmp_path_factory.mktemp("ledgers")
    SqlLedger.open(f"sqlite:///{folder}/template.db").close()
    numbers = itertools.count()

    def fresh():
        name = shutil.copy(folder / "template.db", folder / f"{next(numbers)}.db")
        return SqlLedger.open(f"sqlite:///{name}", clock=CLOCK)

    return fresh


def test_an_empty_ledger_is_sound_and_has_nothing(ledger):
    """Nothing to read, version 0, and a chain that starts at the genesis hash."""
    assert list(ledger.read()) == []
    assert ledger.version("a") == 0
    assert ledger.find("k") is None
    assert ledger.head() is None
    assert ledger.verify() == Audit(records=0, head=GENESIS)


def test_records_are_numbered_per_chain_and_per_stream(ledger):
    """`seq` counts all records, `position` those of the stream, and each links to the last."""
    records = [append(ledger, *pair) for pair in (("a", "one"), ("b", "two"), ("a", "three"))]

    assert [(r.seq, r.stream, r.position) for r in records] == [
        (1, "a", 1),
        (2, "b", 1),
        (3, "a", 2),
    ]
    assert [r.previous for r in records] == [GENESIS, records[0].hash, records[1].hash]
    assert (ledger.version("a"), ledger.version("b")) == (2, 1)
    assert ledger.head() == records[-1]
    assert ledger.verify() == Audit(records=3, head=records[-1].hash)


def test_what_was_appended_is_read_back_whole(ledger):
    """Every field survives: typed event, envelope with signature, both times, and the hash."""
    opened = IncidentOpened(
        incident="i1",
        severity="high",
        title='"Zürich" \u2028 \x00 \\ 漢 🛫',
        cause="c",
        evidence={"a": [1, 2.5, 1e30, None, True], "b": {}},
        measured={"seconds": 0.1},
    )
    envelope = Envelope(
        actor="ada",
        correlation="run-1",
        virtual_time=MOMENT,
        capabilities=(Capability.RISK_MANAGEMENT,),
        signature=Signature(key_id="k", algorithm="ed25519", value="ab"),
    )

    appended = ledger.append("s", 0, opened, key="é", envelope=envelope)

    (record,) = ledger.read()
    assert record == appended == ledger.find("é")
    assert (record.event, record.envelope, record.real_time) == (opened, envelope, MOMENT)
    assert record.computed_hash() == record.hash


def test_a_wrong_expectation_conflicts_and_writes_nothing(ledger):
    """`Conflict` carries both versions, whether the caller was behind or ahead."""
    append(ledger, "a", "one", expected=0)

    for expected in (0, 2):
        with pytest.raises(Conflict) as caught:
            append(ledger, "a", "two", expected=expected)
        assert (caught.value.expected, caught.value.found) == (expected, 1)
    assert ledger.verify().records == 1
    assert append(ledger, "a", "two", expected=1).position == 2


def test_the_same_key_again_returns_the_former_record(ledger):
    """A replay is a no-op, even though its expectation is out of date by now."""
    first = append(ledger, "a", "one", expected=0)
    append(ledger, "a", "two", expected=1)

    again = append(ledger, "a", "one", expected=0)

    assert again == first
    assert ledger.version("a") == 2


def test_a_group_is_all_or_nothing(ledger):
    """One conflict in a group leaves none of it, not even the entries before it."""
    append(ledger, "a", "one")

    with pytest.raises(Conflict):
        ledger.append_all([entry("a", "two", 1), entry("b", "three", 0), entry("a", "four", 1)])

    assert [record.key for record in ledger.read()] == ["one"]


def test_a_group_sees_its_own_entries(ledger):
    """Expectations and keys inside a group count what the group itself has appended."""
    append(ledger, "a", "one")

    records = ledger.append_all(
        [entry("a", "two", 1), entry("a", "one", 9), entry("a", "three", 2), entry("b", "two", 7)]
    )

    assert [record.seq for record in records] == [2, 1, 3, 2]
    assert ledger.append_all([]) == []
    assert ledger.verify().records == 3


def test_reading_by_stream_prefix_and_after(ledger):
    """A prefix is a plain beginning: case counts, and no character is a wildcard."""
    for stream in ("p/a", "p/b", "P/a", "p_a", "p%", "pea"):
        append(ledger, stream, stream)

    def read(**kwargs):
        return [record.stream for record in ledger.read(**kwargs)]

    assert read(stream="p/a") == ["p/a"]
    assert read(prefix="p/") == ["p/a", "p/b"]
    assert read(prefix="p_") == ["p_a"]
    assert read(prefix="p%") == ["p%"]
    assert read(prefix="P") == ["P/a"]
    assert read(after=4) == ["p%", "pea"]
    assert read(prefix="p/", after=1) == ["p/b"]
    assert read(stream="p") == []
    assert len(read(prefix="")) == 6


def test_reading_goes_over_chunks_in_order_and_ends_where_it_began(ledger):
    """A reader that appends for each record it sees still comes to an end."""
    ledger.append_all([entry("a", f"w{n}") for n in range(2 * CHUNK + 1)])

    seen = []
    for record in ledger.read():
        seen.append(record.seq)
        if record.seq % CHUNK == 0:
            append(ledger, "a", f"while reading {record.seq}")

    assert seen == list(range(1, 2 * CHUNK + 2))
    assert ledger.verify().records == 2 * CHUNK + 3


def test_an_abandoned_reader_holds_no_connection(ledger):
    """Stopping half-way leaves nothing open that could hold back a writer."""
    ledger.append_all([entry("a", "one"), entry("a", "two")])

    readers = [ledger.read() for _ in range(30)]

    assert [next(reader).key for reader in readers] == ["one"] * 30
    assert append(ledger, "a", "three").seq == 3


def test_times_in_other_zones_keep_their_hash(ledger):
    """An envelope's time is recorded as it was said, and read back as the same moment."""
    east = timezone(timedelta(hours=5, minutes=30))
    zoned = ENVELOPE.model_copy(update={"virtual_time": MOMENT.astimezone(east)})

    record = ledger.append("s", None, event("w"), key="k", envelope=zoned)

    assert record.envelope.virtual_time == MOMENT
    assert record.computed_hash() == record.hash
    assert record.real_time == MOMENT


STREAMS = st.sampled_from(["a", "b", "a/b"])
WORDS = st.sampled_from([f"k{n}" for n in range(8)])
ASKED = st.tuples(STREAMS, WORDS, st.none() | st.integers(0, 3))


class Model:
    """The ledger as a plain list of (stream, key)."""

    def __init__(self):
        self.records = []

    def append_all(self, asked):
        """The keys' numbers in the chain, or None for a conflict."""
        records, numbers = list(self.records), []
        for stream, key, expected in asked:
            keys = [known for _, known in records]
            if key not in keys:
                if expected not in (None, sum(s == stream for s, _ in records)):
                    return None
                records.append((stream, key))
                keys.append(key)
            numbers.append(keys.index(key) + 1)
        self.records = records
        return numbers


@settings(max_examples=40, deadline=None)
@given(groups=st.lists(st.lists(ASKED, min_size=1, max_size=4), max_size=8))
def test_any_sequence_of_appends_is_a_plain_list(fresh_sqlite_ledger, groups):
    """Random groups with random keys and expectations do what the same do to a list."""
    ledger, model = fresh_sqlite_ledger(), Model()

    for group in groups:
        expected = model.append_all(group)
        entries = [Entry(s, version, event(k), k, ENVELOPE) for s, k, version in group]
        try:
            found = [record.seq for record in ledger.append_all(entries)]
        except Conflict:
            found = None
        assert found == expected

    assert [(r.stream, r.key) for r in ledger.read()] == model.records
    assert ledger.verify().records == len(model.records)
    for stream in ("a", "b", "a/b"):
        held = [key for name, key in model.records if name == stream]
        assert ledger.version(stream) == len(held)
        assert [record.key for record in ledger.read(stream=stream)] == held
    ledger.close()
