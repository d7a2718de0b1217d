"""The contract of the port `Witness`: what it was shown stands, in order, and is its own word."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ledger_samples import CLOCK, MOMENT

from caf_platform.adapters.witness import FILE, LocalWitness
from caf_platform.errors import Tampered, Unavailable
from caf_platform.ledger.record import GENESIS

HASHES = [f"{number:064x}" for number in range(1, 31)]


@pytest.fixture
def witness(tmp_path: Path) -> LocalWitness:
    """A new witness whose clock stands still."""
    return LocalWitness(tmp_path / "witness", clock=CLOCK)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where it writes."""
    return tmp_path / "witness" / FILE


def shown(witness: LocalWitness, *ends: int) -> None:
    """Show it a ledger that has come so far, again and again."""
    for start, end in zip((0, *ends), ends, strict=False):
        witness.attest(end, HASHES[end - 1], HASHES[start:end])


def test_before_the_first_checkpoint_there_is_none(witness: LocalWitness, file: Path) -> None:
    """Asking makes neither a file nor a key."""
    assert witness.last() is None
    assert list(witness.checkpoints()) == []
    assert not file.parent.exists()


def test_checkpoints_stand_in_order_and_are_chained(witness: LocalWitness) -> None:
    """What was shown, when, and each line's digest in the next; another process reads the same."""
    shown(witness, 2, 3, 7)

    found = list(witness.checkpoints())
    assert [(one.records, one.head) for one in found] == [
        (2, HASHES[1]),
        (3, HASHES[2]),
        (7, HASHES[6]),
    ]
    assert found[2].hashes == tuple(HASHES[3:7])
    assert {one.time for one in found} == {MOMENT}
    assert found[0].previous == GENESIS
    assert len({one.previous for one in found}) == 3
    assert witness.last() == found[-1]


def test_nothing_new_is_a_checkpoint_too(witness: LocalWitness) -> None:
    """The same head again, without hashes: it shows that the witness answers."""
    shown(witness, 2)
    witness.attest(2, HASHES[1])

    last = witness.last()

    assert last is not None
    assert (last.records, last.head, last.hashes) == (2, HASHES[1], ())


def test_it_judges_nothing(witness: LocalWitness) -> None:
    """A ledger that went back, or split, is noted as it was shown: both statements stand."""
    shown(witness, 7)
    witness.attest(3, HASHES[20], [HASHES[20]])

    assert [one.records for one in witness.checkpoints()] == [7, 3]


def test_many_may_show_at_once(tmp_path: Path) -> None:
    """Eight writers through witnesses of their own: each line stands, and the chain holds."""
    ready = threading.Barrier(8)

    def show(number: int) -> None:
        ready.wait()
        own = LocalWitness(tmp_path / "witness")
        for _ in range(5):
            own.attest(number + 1, HASHES[number], [HASHES[number]])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(show, range(8)))

    found = list(LocalWitness(tmp_path / "witness").checkpoints())
    assert sorted(one.records for one in found) == sorted(list(range(1, 9)) * 5)


def test_a_torn_line_is_passed_over_and_cut_off(witness: LocalWitness, file: Path) -> None:
    """A writer was killed in the middle of a line, which nobody had been told of."""
    shown(witness, 2)
    whole = file.read_bytes()
    for torn in (b"{", whole[:-1], whole[: len(whole) // 2]):
        file.write_bytes(whole + torn)

        assert [one.records for one in witness.checkpoints()] == [2]
        assert witness.last() is not None

    shown(witness, 4)
    assert [one.records for one in witness.checkpoints()] == [2, 4]


def test_a_long_line_is_found_whole(witness: LocalWitness) -> None:
    """A checkpoint of thousands of hashes is longer than what is read at a time."""
    many = [f"{number:064x}" for number in range(3000)]
    witness.attest(3000, many[-1], many)
    shown_last = witness.last()
    witness.attest(3001, HASHES[0], HASHES[:1])

    assert shown_last is not None
    assert shown_last.hashes == tuple(many)
    assert [one.records for one in witness.checkpoints()] == [3000, 3001]


EDITS = {
    "a number": lambda line: line.replace(b'"records":3', b'"records":4'),
    "a hash": lambda line: line.replace(HASHES[2].encode(), HASHES[3].encode()),
    "a time": lambda line: line.replace(b"2013", b"2014"),
    "the signature": lambda line: line.replace(b'"value":"', b'"value":"0')[:-4] + b'"}}\n',
    "no signature": lambda line: (
        json.dumps({**json.loads(line), "signature": None}).encode() + b"\n"
    ),
    "no JSON": lambda _: b"nothing\n",
    "hashes that do not end in the head": lambda line: line.replace(
        b'"hashes":[', b'"hashes":["0",'
    ).replace(f'"{HASHES[2]}"],'.encode(), f'"{HASHES[2]}","1"],'.encode()),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("place", ["in the middle", "last"])
def test_an_edited_line_is_not_its_word(
    witness: LocalWitness, file: Path, edit: str, place: str
) -> None:
    """Wherever it stands, whoever reads all of it is told; the last line also by itself."""
    shown(witness, 2, 3, *([7] if place == "in the middle" else []))
    lines = file.read_bytes().splitlines(True)
    lines[1] = EDITS[edit](lines[1])
    file.write_bytes(b"".join(lines))

    with pytest.raises(Tampered, match="not what it wrote"):
        list(witness.checkpoints())
    if place == "last":
        with pytest.raises(Tampered, match="not what it wrote"):
            witness.last()


@pytest.mark.parametrize("gone", [0, 1])
def test_a_removed_line_shows(witness: LocalWitness, file: Path, gone: int) -> None:
    """The one after it does not follow from the one before it."""
    shown(witness, 2, 3, 7)
    lines = file.read_bytes().splitlines(True)
    del lines[gone]
    file.write_bytes(b"".join(lines))

    with pytest.raises(Tampered, match="does not follow"):
        list(witness.checkpoints())


def test_another_witness_cannot_speak_for_it(witness: LocalWitness, file: Path) -> None:
    """A line signed by a key that does not lie in its folder is nobody's."""
    shown(witness, 2)
    other = LocalWitness(file.parent.parent / "other", clock=CLOCK)
    shown(other, 2)
    file.write_bytes((file.parent.parent / "other" / FILE).read_bytes())

    with pytest.raises(Tampered, match="no signature of this witness"):
        witness.last()


@pytest.mark.parametrize("wrong", ["below a file", "a folder as its file", "may not be written"])
def test_a_place_that_cannot_be_used_is_unavailable(tmp_path: Path, wrong: str) -> None:
    """One typed error that says what to do."""
    place = tmp_path / "witness"
    if wrong == "below a file":
        place.write_text("no folder")
    elif wrong == "a folder as its file":
        (place / FILE).mkdir(parents=True)
    else:
        place = Path("/proc/witness")

    with pytest.raises(Unavailable, match="folder"):
        LocalWitness(place).attest(1, HASHES[0], HASHES[:1])


def test_a_file_that_cannot_be_read_is_unavailable(witness: LocalWitness, file: Path) -> None:
    """Not the same as a witness that was shown nothing."""
    file.mkdir(parents=True)

    for ask in (witness.last, lambda: list(witness.checkpoints())):
        with pytest.raises(Unavailable, match="CAF_WITNESS"):
            ask()
