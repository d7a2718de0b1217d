"""State files cut at every byte of their last record, and with every bit of it flipped, one by one.

Each is noticed, or does no harm, and what was recorded before it stands. The ledger's own file, bit
by bit, is the matter of `tests/platform/ledger/test_tampering.py`. A part runs with all tests.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest
from attacks import sizes
from crash_stages import Trials
from ledger_samples import ENVELOPE
from tally import Size, Tally
from three_deliveries import ThreeDeliveries

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.adapters.ledger import SqlLedger
from caf_platform.digest import digest
from caf_platform.errors import CafError
from caf_platform.ledger.events import PlayFinished

EVER, SHORT, FULL = 2, 15, 1_000
UNDAMAGED = "undamaged"
KEPT, LOST = "the last record was kept", "it was not there"
QUICK_EVER, QUICK_SHORT, QUICK_FULL = 30, 200, 20_000
"""Where a trial takes a millisecond and not a hundred."""

FILES = (
    "witness/checkpoints.jsonl",
    "witness/*.private.pem",
    "witness/*.public.pem",
    "witness/*.principal.json",
    "keys/*.private.pem",
    "keys/*.public.pem",
    "keys/*.principal.json",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> ThreeDeliveries:
    """A home at the end of its play."""
    world = ThreeDeliveries.begun(tmp_path_factory.mktemp("whole") / "world")
    world.deliver_all()
    assert world.seen("run", "--project", "micro")[0] == 0
    return world


def damaged(data: bytes, count: int, *, start: int = 0) -> Iterator[tuple[str, bytes]]:
    """The same bytes, cut or with one bit flipped somewhere after `start`: so many of these."""
    cuts = [("cut", at, 0) for at in range(start, len(data))]
    flips = [("flip", at, bit) for at in range(start, len(data)) for bit in range(8)]
    draw = random.Random(4)  # noqa: S311 - no secrets
    some = draw.sample(cuts, min(len(cuts), count // 2))
    for how, at, bit in some + draw.sample(flips, min(len(flips), count - len(some))):
        changed = bytearray(data[:at] if how == "cut" else data)
        if how == "flip":
            changed[at] ^= 1 << bit
        yield f"{how} at {at}.{bit}", bytes(changed)


def harm(world: ThreeDeliveries, expected: str) -> tuple[str, str]:
    """Whether the damage was `noticed` or `harmless`, and what is wrong with that."""
    told = [world.seen("audit", "verify"), world.seen("run", "--project", "micro")]
    for code, out, err in told:
        if code not in (0, 1, 2) or "Traceback" in out + err:
            return "", f"code {code}: {err[-500:]}"
    wrong = "" if world.state_hash() == expected else "another state hash"
    return ("noticed" if any(code for code, _, _ in told) else "harmless"), wrong


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("count", sizes(EVER, FULL))
def test_damaged_state_files(
    whole: ThreeDeliveries, name: str, tmp_path: Path, tally: Tally, size: Size, count: int
) -> None:
    """A typed error of one of two commands, or nothing has changed; the ledger stands."""
    (place,) = whole.home.glob(name)
    data, expected, trials = place.read_bytes(), whole.state_hash(), Trials(tmp_path)
    start = data[:-1].rfind(b"\n") + 1 if name.endswith("jsonl") else 0
    tally.of = "damages"
    for what, changed in damaged(data, size(count, min(count, SHORT)), start=start):
        world = trials.copy_of(whole)
        (world.home / place.relative_to(whole.home)).write_bytes(changed)
        found, wrong = harm(world, expected)
        tally.trial(f"{what}: {wrong}", good=not wrong, ended=found)
        trials.over(world, [wrong] if wrong else [])
    tally.held(min(size(count, min(count, SHORT)), 9 * (len(data) - start)))


@pytest.mark.parametrize("count", sizes(QUICK_EVER, QUICK_FULL))
def test_a_damaged_write_ahead_log(
    whole: ThreeDeliveries, tmp_path: Path, tally: Tally, size: Size, count: int
) -> None:
    """The last record is there or not; all before it are, in a sound chain.

    It is the only one in that log, whose checksums cover all of it: undamaged, it is there.
    """
    url = f"sqlite:///{whole.copy(tmp_path / 'world').home / 'ledger.db'}"
    with closing(SqlLedger.open(url)) as ledger:
        before = [row.hash for row in ledger.stored()]
        ledger.append("s", None, PlayFinished(play=9), key="last", envelope=ENVELOPE)
        last = [row.hash for row in ledger.stored()][-1]
        for name in ("ledger.db", "ledger.db-wal"):
            shutil.copy(tmp_path / "world/home" / name, tmp_path / name)
    log = (tmp_path / "ledger.db-wal").read_bytes()
    asked, tally.of = size(count, min(count, QUICK_SHORT)), "damages"
    for what, changed in chain([(UNDAMAGED, log)], damaged(log, asked)):
        home = tmp_path / "trial"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        shutil.copy(tmp_path / "ledger.db", home)
        (home / "ledger.db-wal").write_bytes(changed)
        with closing(SqlLedger.open(f"sqlite:///{home / 'ledger.db'}")) as ledger:
            found, sound = [row.hash for row in ledger.stored()], ledger.verify().sound
        ended = KEPT if found == [*before, last] else LOST
        good = sound and found in (before, [*before, last])
        if what == UNDAMAGED:
            assert (good, ended) == (True, KEPT)
        else:
            tally.trial(what, good=good, ended=ended)
    tally.say(f"a write-ahead log of {len(log):,} bytes")
    tally.held(asked, LOST)


@pytest.mark.parametrize("count", sizes(QUICK_EVER, QUICK_FULL))
def test_damaged_lake_objects(
    whole: ThreeDeliveries, tmp_path: Path, tally: Tally, size: Size, count: int
) -> None:
    """None is ever read as what was recorded."""
    lake = LocalLake(whole.copy(tmp_path / "world").home / "lake")
    keys = list(lake.keys(""))
    each, tally.of = size(count, min(count, QUICK_SHORT)) // len(keys), "damages"
    for key in keys:
        data, file = lake.read(key), tmp_path / "world/home/lake" / key
        expected = digest(data)
        file.chmod(0o644)
        for what, changed in damaged(data, max(2, each)):
            file.write_bytes(changed)
            try:
                lake.read(key, expected=expected)
                noticed = False
            except CafError:
                noticed = True
            tally.trial(f"{key} {what}", good=noticed)
        file.write_bytes(data)
    tally.say(f"{len(keys)} objects of the lake")
    tally.held(len(keys))


def test_what_does_harm_is_found_out(whole: ThreeDeliveries, tmp_path: Path) -> None:
    """A home with another ledger in it is not one that stands."""
    world = whole.copy(tmp_path / "world")
    with closing(SqlLedger.open(f"sqlite:///{world.home / 'ledger.db'}")) as ledger:
        event = PlayFinished(play=9)
        ledger.append("micro/decisions", None, event, key="micro/play-1/x", envelope=ENVELOPE)

    assert harm(world, whole.state_hash())[1] == "another state hash"
