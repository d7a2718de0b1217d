"""Two to sixteen people at one door at once, again and again, on a real SQLite ledger."""

from pathlib import Path

import pytest
from door_racing import Track
from tally import Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]

ROUNDS = 1_000


def test_promoters_at_once(tmp_path: Path, tally: Tally) -> None:
    """Mixed with rollbacks and the kill switch: each round has one winner, and only conflicts."""
    track = Track.on(tmp_path)
    for seed in range(ROUNDS):
        wrong = track.race(seed)
        tally.trial(wrong, good=not wrong)
    sound = track.ledgers[0].verify()
    track.close()

    tally.say(f"{ROUNDS} rounds on one ledger of {sound.records:,} records, sound: {sound.sound}")
    for wrong in tally.failed[:5]:
        tally.say(wrong)
    assert sound.sound
    assert tally.failed == []
