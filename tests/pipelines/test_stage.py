"""A stage is declared once; whoever orchestrates reads the declaration."""

import inspect

import pytest

import caf_pipelines.lifecycle.play  # noqa: F401 - registers the stages
from caf_pipelines.orchestration import Direct, capability_tags, retryable
from caf_pipelines.stage import Retry, declaration, stage, tags
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput
from caf_platform.plugins import PLUGINS, Kind

STAGES = ["ingest", "validate", "train", "evaluate", "approve", "promote", "score", "labels",
          "monitor", "decide", "rollback"]  # fmt: skip


def sweep(floor):
    """Sweeps a floor."""
    return f"clean {floor}"


@pytest.fixture(autouse=True, scope="module")
def swept():
    """`sweep` is a stage while these tests run, and no longer: others look at all stages."""
    declared = stage("test-sweep", Capability.DATA_CURATION, retry=Retry.NEVER)(sweep)
    yield declared
    del PLUGINS._found[Kind.STAGE, "test-sweep"]


def test_a_stage_stays_a_plain_function(swept):
    """Declaring wraps nothing."""
    assert swept is sweep
    assert declaration("test-sweep").target is sweep


def test_a_declaration_says_what_everybody_needs():
    """Name, sentence, capabilities, and whether it may be repeated."""
    found = declaration("test-sweep")

    assert (found.summary, found.capabilities) == ("Sweeps a floor.", (Capability.DATA_CURATION,))
    assert found.details == {"retry": Retry.NEVER}


def test_tags_for_a_tracker():
    """Text, as trackers want it."""
    assert tags("test-sweep") == {
        "caf.stage": "test-sweep",
        "caf.capabilities": "governance.data-curation",
    }


def test_an_unknown_stage_is_answered_with_the_nearest():
    """A typing error in a step."""
    with pytest.raises(BadInput, match="Did you mean 'validate'"):
        declaration("valdate")


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_of_the_lifecycle_is_declared(name):
    """With a sentence, and at least one capability."""
    found = declaration(name)

    assert found.summary.endswith((".", "…"))
    assert found.capabilities


def test_stages_know_no_store_and_no_clock():
    """What a stage reads is its parameters: no port that keeps anything is among them."""
    keepers = {"Lake", "Ledger", "Tracking", "Clock", "Platform", "Session"}
    for plugin in PLUGINS.of(Kind.STAGE):
        named = {str(p.annotation) for p in inspect.signature(plugin.target).parameters.values()}
        assert not {k for k in keepers for name in named if f".{k}'" in name}, plugin.name


def test_the_program_itself_calls_a_step_at_once():
    """Its result comes back, and what it raises comes through."""

    def fail():
        raise BadInput("no")

    assert Direct().step("hall", ("test-sweep",), lambda: sweep("hall")) == "clean hall"
    with pytest.raises(BadInput):
        Direct().step("hall", ("test-sweep",), fail)


def test_a_step_may_be_repeated_if_all_its_stages_may():
    """One that may not is enough."""
    assert retryable(("ingest", "validate", "score"))
    assert not retryable(("ingest", "promote"))


def test_every_stage_has_its_capabilities_among_the_tags():
    """Each once, in order."""
    found = capability_tags()

    assert found == sorted(set(found))
    assert {"platform.data-engineering", "governance.data-curation"} <= set(found)
