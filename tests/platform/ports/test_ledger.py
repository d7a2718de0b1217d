"""The contract of the port `Ledger`, kept by SQLite and by PostgreSQL alike."""

import itertools
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_crew import crew
from ledger_samples import CLOCK, ENVELOPE, MOMENT, entry, event

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.adapters.ledger_table import CHUNK
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, Conflict, Unavailable
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


@pytest.fixture(params=["a folder", "no database", "below a file", "nobody listens"])
def unreachable_url(request, tmp_path):
    """URLs of the right form behind which there is no database."""
    file = tmp_path / "file"
    file.write_bytes(b"surely not a database" * 100)
    return {
        "a folder": f"sqlite:///{tmp_path}",
        "no database": f"sqlite:///{file}",
        "below a file": f"sqlite:///{file}/ledger.db",
        "nobody listens": "postgresql://ada:hunter2@127.0.0.1:1/ledger",
    }[request.param]


@pytest.fixture(scope="module")
def six_processes():
    """Started once, for starting costs more than all that they do."""
    with crew(6) as children:
        yield children


@pytest.fixture
def children(six_processes, ledger_url):
    """Six processes that have opened the same ledger."""
    for child in six_processes:
        child.tell("open", url=ledger_url)
    assert [child.answer() for child in six_processes] == ["opened"] * 6
    return six_processes


def append(ledger, stream, word, expected=None):
    """Append one sample event under its own key."""
    return ledger.append(stream, expected, event(word), key=word, envelope=ENVELOPE)


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


@pytest.mark.parametrize("name", ["", "a\x00b", "a\nb", "\ud800"])
def test_unprintable_names_are_bad_input(ledger, name):
    """What one engine stores and another refuses is refused by both."""
    for stream, key in ((name, "k"), ("s", name)):
        with pytest.raises(BadInput):
            ledger.append(stream, None, event("w"), key=key, envelope=ENVELOPE)
    for ask in (ledger.find, ledger.version, lambda stream: ledger.read(stream=stream)):
        with pytest.raises(BadInput):
            ask(name)
    assert ledger.verify().records == 0


def incident(value):
    """An event whose evidence may be anything at all."""
    return IncidentOpened(
        incident="i", severity="s", title="t", cause="c", evidence={"value": value}
    )


@pytest.mark.parametrize("value", [2**60, object(), "\ud800"])
def test_what_canonical_json_cannot_hold_is_bad_input(ledger, value):
    """Evidence of any kind is allowed by type, so the ledger itself refuses what has no hash."""
    with pytest.raises(BadInput, match="incident_opened"):
        ledger.append("s", None, incident(value), key="k", envelope=ENVELOPE)

    assert ledger.verify().records == 0


def test_a_number_that_is_none_is_recorded_as_not_measured(ledger):
    """NaN has no JSON: like everywhere in the platform it becomes null, *not measured*."""
    record = ledger.append("s", None, incident(float("nan")), key="k", envelope=ENVELOPE)

    assert record.payload["evidence"] == {"value": None}
    assert ledger.verify().sound


def test_times_in_other_zones_keep_their_hash(ledger):
    """An envelope's time is recorded as it was said, and read back as the same moment."""
    east = timezone(timedelta(hours=5, minutes=30))
    zoned = ENVELOPE.model_copy(update={"virtual_time": MOMENT.astimezone(east)})

    record = ledger.append("s", None, event("w"), key="k", envelope=zoned)

    assert record.envelope.virtual_time == MOMENT
    assert record.computed_hash() == record.hash
    assert record.real_time == MOMENT


def test_of_many_threads_exactly_one_wins_each_version(ledger):
    """Twelve threads share one ledger and all decide on the same version, ten times."""
    threads, versions = 12, 10
    barrier = threading.Barrier(threads)

    def race(name):
        won = []
        for version in range(versions):
            barrier.wait()
            try:
                append(ledger, "champion", f"{name}/{version}", expected=version)
                won.append(version)
            except Conflict:
                pass
        return won

    with ThreadPoolExecutor(threads) as pool:
        winners = [version for won in pool.map(race, range(threads)) for version in won]

    assert sorted(winners) == list(range(versions))
    assert ledger.verify().records == versions


def test_of_many_processes_exactly_one_wins_each_version(children, ledger_url):
    """Six processes decide on the same version, ten times; each version has one winner."""
    for version in range(10):
        for number, child in enumerate(children):
            child.tell("append", stream="s", expected=version, key=f"{number}/{version}")
        answers = sorted(child.answer() for child in children)

        assert answers == ["conflict"] * 5 + ["won"]

    audit = SqlLedger.open(ledger_url).verify()
    assert (audit.sound, audit.records) == (True, 10)


def test_processes_without_expectations_all_append(children, ledger_url):
    """Nobody loses a record when nobody expects a version: writers queue, the chain is one."""
    for number, child in enumerate(children):
        for turn in range(10):
            child.tell("append", stream="s", expected=None, key=f"{number}/{turn}")

    answers = [[child.answer() for _ in range(10)] for child in children]

    assert answers == [["won"] * 10] * 6
    audit = SqlLedger.open(ledger_url).verify()
    assert (audit.sound, audit.records) == (True, 60)


def test_a_killed_writer_loses_and_doubles_nothing(ledger_url):
    """SIGKILL mid-append, thrice: what was acknowledged is there once, and the chain goes on."""
    acknowledged = []
    for name, patience in (("first", 1), ("second", 7), ("third", 20)):
        with crew(1) as (child,):
            child.tell("append_for_ever", url=ledger_url, name=name)
            acknowledged += [child.answer() for _ in range(patience)] + child.kill()

    ledger = SqlLedger.open(ledger_url)
    keys = [record.key for record in ledger.read()]
    assert ledger.verify().sound
    assert len(keys) == len(set(keys))
    assert set(acknowledged) <= set(keys)
    assert len(keys) <= len(acknowledged) + 3  # a commit whose acknowledgement died with it
    assert append(ledger, "s", "afterwards").seq == len(keys) + 1


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


def test_a_database_that_does_not_answer_is_unavailable(unreachable_url):
    """What, why and what next, in our words; a password in the URL is never shown."""
    with pytest.raises(Unavailable) as caught:
        SqlLedger.open(unreachable_url)

    assert "did not answer" in caught.value.what
    assert caught.value.why
    assert caught.value.next_step
    assert "hunter2" not in str(caught.value)


def test_a_writer_waits_no_longer_than_its_patience(ledger, ledger_url):
    """While another transaction holds the end of the chain, appending ends as Unavailable."""
    hasty = SqlLedger.open(ledger_url, clock=CLOCK, patience=0.05)

    with ledger._writer.begin(), pytest.raises(Unavailable):
        append(hasty, "a", "one")

    assert append(hasty, "a", "one").seq == 1
    hasty.close()


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "mysql://h/d"],
)
def test_urls_that_cannot_hold_a_ledger_are_bad_input(url):
    """A ledger needs a file or a PostgreSQL database, and the error spells both."""
    with pytest.raises(BadInput, match="sqlite:////absolute"):
        SqlLedger.open(url)
