"""Stages promote and rollback: the door's own words, nothing added."""

import pytest
from micro_play import after

from caf_pipelines.stage import Retry, declaration
from caf_pipelines.stages.move import promote, roll_back
from caf_platform.errors import Refused


def test_promote_asks_the_door():
    """Its record comes back."""
    play = after("approval/v2").opened()

    record = promote(play.models.door(), play.session.state, "v2", reason="better")

    assert (record.type, record.payload["version"]) == ("promoted", "v2")


def test_roll_back_asks_the_door():
    """Its record comes back."""
    play = after("promote/v2").opened()

    record = roll_back(play.models.door(), play.session.state, "v1", reason="harm")

    assert (record.type, record.payload["replaces"]) == ("rolled_back", "v2")


@pytest.mark.parametrize("move", [promote, roll_back])
def test_a_refusal_comes_through(move):
    """Whoever calls has to deal with it."""
    play = after("approval/v2").opened()

    with pytest.raises(Refused):
        move(play.models.door(), play.session.state, "v9", reason="-")


@pytest.mark.parametrize("name", ["promote", "rollback", "approve"])
def test_no_orchestrator_repeats_a_move(name):
    """A second try is a second decision."""
    assert declaration(name).details["retry"] is Retry.NEVER
