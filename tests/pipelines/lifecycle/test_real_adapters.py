"""The whole story once more with nothing faked: SQLite, a folder, MLflow, GX and Evidently."""

import pytest
from micro_play import SUPPORT, micro, whole_story

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Silent
from caf_platform.ledger.state import read_state
from caf_platform.settings import Settings
from caf_platform.wiring import Platform

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """An installation of its own after a whole play."""
    home = tmp_path_factory.mktemp("real")
    platform = Platform(Settings(home=home, projects=SUPPORT))
    Play.open(platform, micro(), Silent()).run()
    return platform


def test_the_adapters_tell_the_same_story_as_the_fakes(platform):
    """Moves, actions, rows and incidents: what the fast tests rest on."""
    real, fake = (read_state(ledger, "micro") for ledger in (platform.ledger, whole_story()))

    assert [(m.verb, m.version) for m in real.moves] == [(m.verb, m.version) for m in fake.moves]
    assert [(a.window, a.action, a.cause) for _, a in real.actions] == [
        (a.window, a.action, a.cause) for _, a in fake.actions
    ]
    assert real.incidents.keys() == fake.incidents.keys()
    for name, batch in fake.batches.items():
        for part in ("validated", "refused"):
            expected, found = getattr(batch, part), getattr(real.batches[name], part)
            assert (found is None) == (expected is None)
        if batch.validated:
            assert real.batches[name].validated.reasons == batch.validated.reasons
            assert real.batches[name].validated.accepted == batch.validated.accepted


def test_a_second_process_finds_nothing_to_do(platform):
    """New connections, the same files: not one record more, and the chain is sound."""
    before = platform.ledger.verify()
    again = Platform(platform.settings)

    Play.open(again, micro(), Silent()).run()

    assert again.ledger.verify() == before
    assert before.sound


def test_the_alias_shows_the_champion(platform):
    """MLflow mirrors the ledger: v1 is back."""
    version = platform.tracking.alias("micro", "champion")
    trained = read_state(platform.ledger, "micro").models["v1"].trained

    assert version == trained.measured["tracked_version"]
