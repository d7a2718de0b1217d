"""Two to sixteen people at one door at once, again and again, on a real SQLite ledger."""

from pathlib import Path

import pytest
from door_racing import Track
from tally import Size, Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]

ROUNDS, SHORT = 1_000, 50


def test_promoters_at_once(tmp_path: Path, tally: Tally, size: Size) -> None:
    """Mixed with rollbacks and the kill switch: each round has one winner, and only conflicts."""
    track, rounds = Track.on(tmp_path), size(ROUNDS, SHORT)
    for seed in range(rounds):
        wrong = track.race(seed)
        tally.trial(wrong, good=not wrong)
    sound = track.ledgers[0].verify()
    track.close()

    tally.say(f"{rounds} rounds on one ledger of {sound.records:,} records, sound: {sound.sound}")
    assert sound.sound
    tally.held(rounds)
