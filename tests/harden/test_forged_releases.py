"""Releases that were forged, downgraded or tampered with: refused before anything is built.

Calls of skops' readers are counted by Python's own profiler: a refusal is one only if there was
none. What was loaded before answers on. The short form runs with all tests.
"""

import random
from pathlib import Path

import pytest
import skops.io
from attacks import sizes
from calls_seen import calls_of
from forged_releases import FORGERIES, forge, moments
from micro.data import truth
from micro_play import World, after
from mutated_artifacts import FOUND_BY_DIGEST, REFUSED_ALWAYS
from tally import Size, Tally

from caf_platform.errors import Tampered
from caf_platform.ledger.state import read_state

EVER, SHORT, FULL = 2, 4, 60
READERS = (skops.io.loads, skops.io.get_untrusted_types)


def believed(world: World) -> str:
    """What a fresh process made of a forged record; empty when it refused it, unopened."""
    with calls_of(*READERS) as calls:
        try:
            world.opened().run()
        except Tampered as error:
            told = "" if "not to be believed" in str(error) else f"refused as {error}"
            return f"{calls.count} calls of a reader" if calls.count else told
        except Exception as error:  # noqa: BLE001 - anything else is what is looked for
            return f"not refused but {error!r}"
    return "it was believed"


@pytest.mark.parametrize("how", FORGERIES)
@pytest.mark.parametrize("trials", sizes(EVER, FULL))
def test_forged_and_downgraded_versions(
    how: str, trials: int, tmp_path: Path, tally: Tally, size: Size
) -> None:
    """A record that would let another model serve: not believed, and no reader is called.

    It is written at any moment while the second model serves. That one, loaded before, answers
    on, and a fresh process does not come as far as a model.
    """
    count, when, tally.of = size(trials, min(trials, SHORT)), moments(), "forgeries"
    for seed in range(count):
        draw = random.Random(seed)  # noqa: S311 - no secrets
        moment = when[seed % len(when)] if count > len(when) else draw.choice(when)
        world = after(moment)
        former = world.opened().models.scorer("v2")
        expected = former.score(truth(20))
        forge(world, how, draw, tmp_path)
        why = believed(world)
        if not (former.score(truth(20)) == expected).all():
            why += " and the former model answers otherwise"
        tally.trial(f"{how} at {moment} {seed}: {why}", good=not why)
    tally.say(f"{len(when)} moments at which it may be written")
    tally.held(count)


def test_a_ledger_that_nobody_forged_is_believed() -> None:
    """The same processes go on, and open the model: what is refused elsewhere is the forgery."""
    for moment in (moments()[0], moments()[-1]):
        world = after(moment)

        assert believed(world) == "it was believed"
        assert len(world.ledger.rows) > len(after(moment).ledger.rows)


@pytest.mark.parametrize("name", ["harmful type", "truncate", "swap", "zip bomb", "extra member"])
def test_an_incident_tells_of_a_refused_file(name: str) -> None:
    """A fresh process that finds another file in the champion's place opens one, and stops."""
    world = after("promote/v2")
    manifest = world.opened().models.state("v2").manifest
    key, older = manifest.keys["artifact"], world.opened().models.state("v1").manifest
    other = world.lake.objects[older.keys["artifact"]]
    mutation = (FOUND_BY_DIGEST | REFUSED_ALWAYS)[name]
    draw = random.Random(1)  # noqa: S311 - no secrets
    world.lake.objects[key] = mutation(draw, world.lake.objects[key], other)

    with calls_of(*READERS) as calls, pytest.raises(Tampered):
        world.opened().run()

    state = read_state(world.ledger, "micro")
    assert "model-refused-v2" in state.incidents
    assert state.champion == "v2"
    assert calls.count == 0
