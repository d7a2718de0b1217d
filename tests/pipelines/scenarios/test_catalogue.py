"""The flagship's game days: each has a story, a lesson, and somebody who must object."""

from pathlib import Path

import pytest

from caf_monitoring.monitors import calls_for
from caf_pipelines.scenarios.catalogue import find, names
from caf_pipelines.scenarios.finding import GOVERNOR, LABELS, QUARANTINE, TRIAGE
from caf_pipelines.scenarios.scenario import NOBODY
from caf_platform.errors import BadInput
from caf_platform.plugins import PLUGINS, Kind

EXAMPLES = Path(__file__).parents[3] / "examples"
FLAGSHIP = "flight_delays"
OUTSIDE = {"tracking", "ledger", "lake"}
"""Who speaks up when something breaks that is no part of a decision."""


@pytest.mark.parametrize("name", names(EXAMPLES, FLAGSHIP))
def test_a_game_day_tells_what_happens_and_what_to_learn(name: str) -> None:
    """A folder with a story, its lesson, and an expectation of a part that exists."""
    told = find(EXAMPLES, FLAGSHIP, name)

    assert told.title
    assert len(told.story.split()) > 20
    assert len(told.lesson.split()) > 10
    assert told.scenario.begins < told.scenario.ends
    assert bool(told.scenario.expected.codes) is (told.scenario.expected.by != NOBODY)
    speaking = {told.scenario.expected.by, *told.scenario.expected.also}
    gates = {plugin.name for plugin in PLUGINS.of(Kind.GATE)}
    rules = {"contract", QUARANTINE, LABELS, GOVERNOR, TRIAGE, "approval", "door"}
    assert speaking <= gates | set(calls_for()) | rules | OUTSIDE | {NOBODY}


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """And with the command that lists them."""
    with pytest.raises(BadInput, match="bad-batch") as raised:
        find(EXAMPLES, FLAGSHIP, "bad-bath")

    assert raised.value.next_step == "Run: caf scenario list"


def test_a_project_without_game_days_has_none(tmp_path: Path) -> None:
    """No folder, no names."""
    assert names(tmp_path, "nobody") == []
