"""While the witness is silent nothing is promoted, all else goes on, and one alert says so."""

import pytest
from lawful_events import approved, judged, promoted, rolled_back
from witnessed_world import World

from caf_platform.errors import Refused


def test_while_it_is_silent_nothing_is_promoted(world: World) -> None:
    """Refused before anything is recorded, with what to do; once it answers, it is done."""
    world.append(judged("v1"))
    world.witness.silent = True

    with pytest.raises(Refused, match=r"Nothing is promoted.*Wake it"):
        world.append(promoted("v1", None))
    recorded = len(world.inner.rows)
    world.witness.silent = False
    world.append(promoted("v1", None))

    assert recorded == 1
    assert len(world.inner.rows) == 2


def test_one_hiccup_is_no_silence(world: World) -> None:
    """A witness that answers when it is asked again stops no promotion, and alerts nobody.

    A refusal would need a person, long after the disk is well.
    """
    world.fill(3)
    world.witness.hiccups = 1

    world.append(promoted("v1", None))

    assert world.noted() == [3, 4]
    assert world.alerts.sent == []
    world.witness.hiccups = 1
    world.append(promoted("v2", "v1"))
    assert world.noted() == [3, 4, 4, 5]


def test_while_it_is_silent_all_else_goes_on(world: World) -> None:
    """Scoring, gates, and the way back: recorded, told of by one alert, and attested later."""
    world.witness.silent = True
    world.fill(15)
    world.append(judged("v1"))
    world.append(rolled_back("v1", "v2"))
    world.fill(15)
    alerts = [one.key for one in world.alerts.sent]

    world.witness.silent = False
    world.append(judged("v2"))

    assert len(world.inner.rows) == 33
    assert alerts == ["witness"]
    assert world.noted() == [33]


def test_each_silence_is_told_of_once(world: World) -> None:
    """It answered in between, so the second silence is news."""
    for silent in (True, False, True):
        world.witness.silent = silent
        world.append(judged("v1"))
        world.append(judged("v2"))

    assert len(world.alerts.sent) == 2


def test_a_silent_witness_keeps_nobody_from_approving(world: World) -> None:
    """It is told of by one alert."""
    world.fill(10)
    world.witness.silent = True

    world.append(approved("v1"))

    assert len(world.inner.rows) == 11
    assert [alert.text.split(".")[0] for alert in world.alerts.sent] == ["The witness is silent"]


def test_a_silent_witness_leaves_the_chain_to_prove(world: World) -> None:
    """It is told of, and what can be proved is."""
    world.fill(10)
    world.witness.silent = True

    assert world.ledger.verify().sound
    assert len(world.alerts.sent) == 1


def test_a_refused_promotion_says_what_the_witness_said(world: World) -> None:
    """What is wrong, why, and both steps: wake it, and promote again."""
    world.witness.silent = True

    with pytest.raises(Refused) as refused:
        world.append(promoted("v1", None))

    assert refused.value.what.startswith("Nothing is promoted while")
    assert "The witness is silent." in refused.value.why
    assert refused.value.next_step == (
        "Wake it. Then promote again; the present champion serves on."
    )


def test_an_alert_says_what_goes_on_and_what_does_not(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """High, for the platform and not for one project; and each silent moment is in the log."""
    world.witness.silent = True

    with caplog.at_level("INFO"), pytest.raises(Refused):
        world.append(promoted("v1", None))

    (alert,) = world.alerts.sent
    assert (alert.key, alert.severity, alert.project) == ("witness", "high", "platform")
    assert alert.title == "the ledger's witness does not answer"
    assert "The witness is silent." in alert.text
    assert alert.text.endswith("Until it answers, nothing is promoted; scoring goes on.")
    assert [one.getMessage().split(": ")[0] for one in caplog.records] == [
        "The ledger's witness is asked once more",
        "The ledger's witness does not answer",
    ]
    assert all("The witness is silent." in one.getMessage() for one in caplog.records)
