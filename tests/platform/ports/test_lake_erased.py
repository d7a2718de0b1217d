"""A lake out of which rows were erased, and the fold that says what stands for what."""

import pytest
from door_world import DoorWorld
from lawful_events import received
from lawful_removals import purged
from memory_lake import MemoryLake

from caf_platform.adapters.lake_erased import ErasedLake
from caf_platform.digest import digest
from caf_platform.errors import BadInput, Tampered, Unavailable
from caf_platform.ledger.erasures import Erasures, read_erasures
from caf_platform.ledger.events import SubjectErased
from caf_platform.ledger.state import read_state
from caf_platform.ledger.streams import DATA, ERASURES
from caf_platform.ledger.values import Replaced

OLD, NEW, NEWEST = b"a,b,c", b"a,b", b"a"
KEYS = {data: f"raw/p/day/{at}.csv" for at, data in enumerate((OLD, NEW, NEWEST))}


def replaced(old: bytes, new: bytes | None) -> Replaced:
    """One object in another's place, or nothing."""
    by = (KEYS[new], digest(new)) if new is not None else (None, None)
    return Replaced(key=KEYS[old], digest=digest(old), by_key=by[0], by_digest=by[1], rows=1)


def act(*found: Replaced, subject: str = "s") -> SubjectErased:
    """One erasure."""
    return SubjectErased(
        subject=subject, rows=("r",), key_id="k", replaced=found, models=(), reason="asked"
    )


def lake_after(*acts: SubjectErased, holding: tuple[bytes, ...]) -> ErasedLake:
    """A lake that holds some objects, and of which that is said."""
    behind, said = MemoryLake(), Erasures()
    for data in holding:
        behind.write(KEYS[data], data)
    for one in acts:
        said.add(one)
    return ErasedLake(behind, lambda _project: said)


def test_who_asks_for_an_object_as_it_was_gets_it_as_it_is_now() -> None:
    """By the key and the digest that are on record, through one erasure after another."""
    acts = (act(replaced(OLD, NEW)), act(replaced(NEW, NEWEST), subject="t"))
    lake = lake_after(*acts, holding=(NEWEST,))

    assert lake.read(KEYS[OLD], expected=digest(OLD)) == NEWEST
    assert lake.read(KEYS[NEW], expected=digest(NEW)) == NEWEST
    assert lake.read(KEYS[OLD]) == NEWEST
    assert lake.exists(KEYS[OLD])


def test_an_old_object_that_is_still_there_is_not_read() -> None:
    """Killed between saying and removing, the rows are gone for every reader all the same."""
    lake = lake_after(act(replaced(OLD, NEW)), holding=(OLD, NEW))

    assert lake.read(KEYS[OLD], expected=digest(OLD)) == NEW


def test_changed_bytes_in_its_place_are_found() -> None:
    """The signed event names the new digest; a digest that was never the object's is wrong too."""
    lake = lake_after(act(replaced(OLD, NEW)), holding=(NEW,))
    lake.delete(KEYS[NEW])
    lake.write(KEYS[NEW], NEWEST)

    with pytest.raises(Tampered):
        lake.read(KEYS[OLD], expected=digest(OLD))
    with pytest.raises(Tampered):
        lake_after(act(replaced(OLD, NEW)), holding=(OLD, NEW)).read(
            KEYS[OLD], expected=digest(NEWEST)
        )


def test_what_is_gone_as_a_whole_says_so() -> None:
    """Not that it is missing: nobody needs to look for it."""
    lake = lake_after(act(replaced(OLD, None)), holding=())

    assert not lake.exists(KEYS[OLD])
    with pytest.raises(Unavailable, match="is gone"):
        lake.read(KEYS[OLD], expected=digest(OLD))


def test_erased_bytes_do_not_come_back_under_their_name() -> None:
    """Whoever writes them once more is told their digest, and nothing is stored."""
    lake = lake_after(act(replaced(OLD, NEW)), holding=(NEW,))

    assert lake.write(KEYS[OLD], OLD) == digest(OLD)
    assert list(lake.keys("")) == [KEYS[NEW]]


def test_what_another_process_erased_meanwhile_is_found() -> None:
    """A lake that looked before is told of it when an object is missing."""
    behind, told = MemoryLake(), [Erasures(), Erasures()]
    behind.write(KEYS[NEW], NEW)
    told[1].add(act(replaced(OLD, NEW)))
    answers = iter(told)
    lake = ErasedLake(behind, lambda _project: next(answers))
    assert not lake.exists(KEYS[OLD])

    assert lake.read(KEYS[OLD], expected=digest(OLD)) == NEW


def test_a_ring_of_replacements_ends() -> None:
    """No true act makes one; it costs nobody the process."""
    said = Erasures()
    said.add(act(replaced(OLD, NEW), replaced(NEW, OLD)))

    assert said.stands(KEYS[OLD], None)[0] in KEYS.values()
    assert said.content(digest(OLD)) in {digest(OLD), digest(NEW)}


def test_a_key_that_is_none_is_refused_before_anything_is_asked() -> None:
    """Nobody's ledger is read for it."""
    lake = ErasedLake(MemoryLake(), pytest.fail)

    with pytest.raises(BadInput):
        lake.read("../x")


def test_nobody_but_an_operator_leads_readers_elsewhere() -> None:
    """An erasure that an author signed, or nobody, is not believed."""
    world = DoorWorld.manual().begin()
    world.append(ERASURES, act(replaced(OLD, NEW)), "erase", "s", 0, by="mia")
    assert read_erasures(world.ledger, "micro", world.actor("ops").signer).acts == 1

    world.append(ERASURES, act(replaced(NEW, OLD), subject="t"), "erase", "t", 1, by="ada")
    with pytest.raises(Tampered, match="subject_erased"):
        read_erasures(world.ledger, "micro", world.actor("ops").signer)


@pytest.mark.parametrize(
    ("key", "by"),
    [
        ("models/p/v1/a.skops", "models/p/v1/b.skops"),
        ("evidence/p/v1/evaluation/a.json", "evidence/p/v1/evaluation/b.json"),
        ("evidence/p/v1/policy/a.json", None),
        ("raw/p/day/a.csv", "raw/q/day/a.csv"),
        ("evidence/p/v1/rows/a.parquet", "models/p/v1/a.skops"),
    ],
)
def test_an_erasure_puts_nothing_in_the_place_of_a_model_or_of_evidence(
    key: str, by: str | None
) -> None:
    """Not even an operator's: rows leave files of rows, and what is left lies beside them."""
    found = Replaced(key=key, digest="d", by_key=by, by_digest=by and "x", rows=1)

    with pytest.raises(Tampered, match="stands for"):
        Erasures().add(act(found))


def test_a_purged_batch_is_judged_and_gives_no_rows() -> None:
    """It is not taken in again, and the next play's fold begins without it but knows of it."""
    world = DoorWorld.manual().begin()
    world.append(DATA, received("a"), "ingest", "a")
    world.append(ERASURES, purged("a"), "purge", "a", 0, by="ops")
    state = read_state(world.ledger, "micro", world.actor("ops").signer)

    assert state.batches["a"].judged
    assert state.batches["a"].validated_keys == ()
    assert state.erasures.acts == 1
