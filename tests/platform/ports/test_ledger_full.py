"""The database's own writes fail: no file may grow beyond a limit, and SQLite meets it."""

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from ledger_samples import CLOCK, append

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.errors import Unavailable

LIMITS = tuple(range(100_000, 220_000, 8_192 + 512))
"""Bytes: between two pages each time, so that another call meets it."""
MOST = 200


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """What a quota does: a write beyond it fails with EFBIG, or is cut short there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def appended(ledger: SqlLedger) -> list[str]:
    """Append until the database cannot; what was acknowledged."""
    done: list[str] = []
    with suppress(Unavailable):
        for number in range(MOST):
            append(ledger, "s", f"w{number:03d}-{'x' * 900}")
            done.append(f"w{number:03d}")
    assert len(done) < MOST
    return done


@pytest.mark.parametrize("limit", LIMITS)
def test_a_database_that_cannot_grow_keeps_what_it_acknowledged(limit: int, tmp_path: Path) -> None:
    """`Unavailable`, nothing acknowledged is lost, and with room again it goes on where it was."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    with closing(SqlLedger.open(url, clock=CLOCK)) as ledger, no_file_beyond(limit):
        done = appended(ledger)

    with closing(SqlLedger.open(url, clock=CLOCK)) as ledger:
        kept = [record.key[:4] for record in ledger.read(stream="s")]
        assert kept[: len(done)] == done
        assert len(kept) <= len(done) + 1  # the last may stand and not have been told
        append(ledger, "s", f"w{len(done):03d}-{'x' * 900}")
        assert ledger.verify().sound
        assert ledger.verify().records == len(done) + 1


def test_the_limits_are_met_at_different_records(tmp_path: Path) -> None:
    """None of them is met by the first record already, or by none."""
    met = set()
    for limit in LIMITS:
        url = f"sqlite:///{tmp_path}/{limit}.db"
        with closing(SqlLedger.open(url, clock=CLOCK)) as ledger, no_file_beyond(limit):
            met.add(len(appended(ledger)))

    assert len(met) > 4
    assert 0 < min(met) < max(met) < MOST
