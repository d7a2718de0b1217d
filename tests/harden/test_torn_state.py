"""State files cut at every byte of their last record, and with every bit of it flipped, one by one.

Each is noticed, or does no harm, and what was recorded before it stands. The ledger's own file, bit
by bit, is the matter of `tests/platform/ledger/test_tampering.py`. A part runs with all tests.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crash_stages import Trials
from ledger_samples import ENVELOPE
from tally import Size, Tally
from three_deliveries import ThreeDeliveries

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.adapters.ledger import SqlLedger
from caf_platform.digest import digest
from caf_platform.errors import CafError
from caf_platform.ledger.events import PlayFinished

HARDEN = [pytest.mark.harden, pytest.mark.timeout(3600)]
EVER, SHORT, FULL = 2, 15, 1_000
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
@pytest.mark.parametrize("count", [EVER, pytest.param(FULL, marks=HARDEN)])
def test_damaged_state_files(
    whole: ThreeDeliveries, name: str, tmp_path: Path, tally: Tally, size: Size, count: int
) -> None:
    """A typed error of one of two commands, or nothing has changed; the ledger stands."""
    (place,) = whole.home.glob(name)
    data, expected, trials = place.read_bytes(), whole.state_hash(), Trials(tmp_path)
    start = data[:-1].rfind(b"\n") + 1 if name.endswith("jsonl") else 0
    counted = {"noticed": 0, "harmless": 0, "": 0}
    for what, changed in damaged(data, size(count, min(count, SHORT)), start=start):
        world = trials.copy_of(whole)
        (world.home / place.relative_to(whole.home)).write_bytes(changed)
        found, wrong = harm(world, expected)
        counted[found] += 1
        tally.trial(f"{what}: {wrong}", good=not wrong)
        trials.over(world, [wrong] if wrong else [])
    tally.say(f"{name}: {counted['noticed']} noticed, {counted['harmless']} harmless")
    for line in tally.failed[:5]:
        tally.say(line)
    assert tally.failed == []


@pytest.mark.parametrize("count", [QUICK_EVER, pytest.param(QUICK_FULL, marks=HARDEN)])
def test_a_damaged_write_ahead_log(
    whole: ThreeDeliveries, tmp_path: Path, tally: Tally, size: Size, count: int
) -> None:
    """The last record is there or not; all before it are, in a sound chain."""
    url = f"sqlite:///{whole.copy(tmp_path / 'world').home / 'ledger.db'}"
    with closing(SqlLedger.open(url)) as ledger:
        before = [row.hash for row in ledger.stored()]
        ledger.append("s", None, PlayFinished(play=9), key="last", envelope=ENVELOPE)
        last = [row.hash for row in ledger.stored()][-1]
        for name in ("ledger.db", "ledger.db-wal"):
            shutil.copy(tmp_path / "world/home" / name, tmp_path / name)
    log = (tmp_path / "ledger.db-wal").read_bytes()
    kept = 0
    for what, changed in damaged(log, size(count, min(count, QUICK_SHORT))):
        home = tmp_path / "trial"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        shutil.copy(tmp_path / "ledger.db", home)
        (home / "ledger.db-wal").write_bytes(changed)
        with closing(SqlLedger.open(f"sqlite:///{home / 'ledger.db'}")) as ledger:
            found, sound = [row.hash for row in ledger.stored()], ledger.verify().sound
        kept += found == [*before, last]
        tally.trial(what, good=sound and found in (before, [*before, last]))
    tally.say(f"write-ahead log of {len(log)} bytes: the last record was kept {kept} times")
    assert tally.failed == []
    assert kept < tally.trials


@pytest.mark.parametrize("count", [QUICK_EVER, pytest.param(QUICK_FULL, marks=HARDEN)])
def test_damaged_lake_objects(
    whole: ThreeDeliveries, tmp_path: Path, tally: Tally, size: Size, count: int
) -> None:
    """None is ever read as what was recorded."""
    lake = LocalLake(whole.copy(tmp_path / "world").home / "lake")
    keys = list(lake.keys(""))
    each = size(count, min(count, QUICK_SHORT)) // len(keys)
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
    assert tally.failed == []


def test_what_does_harm_is_found_out(whole: ThreeDeliveries, tmp_path: Path) -> None:
    """A home with another ledger in it is not one that stands."""
    world = whole.copy(tmp_path / "world")
    with closing(SqlLedger.open(f"sqlite:///{world.home / 'ledger.db'}")) as ledger:
        event = PlayFinished(play=9)
        ledger.append("micro/decisions", None, event, key="micro/play-1/x", envelope=ENVELOPE)

    assert harm(world, whole.state_hash())[1] == "another state hash"
