"""Several people at one door at the same moment: one gets in, the others are told so.

`make harden` runs a thousand rounds, of up to sixteen people each.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from door_racing import Track


@pytest.fixture
def track(tmp_path: Path) -> Iterator[Track]:
    """A new SQLite ledger with sixteen connections."""
    found = Track.on(tmp_path)
    yield found
    found.close()


def test_of_many_at_once_one_gets_in(track: Track) -> None:
    """Promotions mixed with rollbacks and the kill switch: one record, and only conflicts."""
    wrong = [track.race(seed, most=16 if seed == 0 else 5) for seed in range(30)]

    assert [one for one in wrong if one] == []
    assert track.ledgers[0].verify().sound
