"""Two processes that play one ledger at once do what one would have done.

Two machines have no file lock in common: what keeps them from harm is the ledger alone, which
records each step's key once and each move of the champion against the version that was read.
"""

from collections import Counter

import pytest
from interleaved import ContestedLedger, Turns
from micro_play import World, whole_story

from caf_platform.ledger.fingerprint import fingerprint


def together(seed, players):
    """A ledger that some machines have played at once, and what they raised.

    They share ledger, lake and keys; each has a tracking store of its own.
    """
    turns = Turns(seed)
    worlds = [World(ledger=ContestedLedger(turns)) for _ in range(players)]
    for world in worlds:
        world.ledger, world.lake = worlds[0].ledger, worlds[0].lake
    raised = turns.run([lambda world=world: world.played() for world in worlds])
    return worlds[0].ledger, raised


@pytest.mark.parametrize(("seed", "players"), [(2, 2), (14, 4)])
def test_machines_that_play_at_once_end_as_one_alone(seed, players):
    """The same state hash, no key twice, a sound chain, and nobody fails."""
    ledger, raised = together(seed, players)

    alone = fingerprint("micro", whole_story().read())
    found = fingerprint("micro", ledger.read())
    assert raised == []
    assert ledger.verify().sound
    assert max(Counter(row.key for row in ledger.rows).values()) == 1
    assert found.covers == alone.covers
    assert found.digest == alone.digest
