"""A play in a few numbers, counted from its state."""

import json

from lawful_events import (
    decided,
    incident,
    judged,
    mended,
    monitored,
    promoted,
    received,
    record,
    refused,
    rolled_back,
    started,
    trained,
    validated,
)
from memory_ledger import MemoryLedger

from caf_pipelines.summary import summarise
from caf_platform.decision import Action, Decision, Verdict
from caf_platform.ledger.events import Suppressed
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import CHAMPION, DATA, DECISIONS, INCIDENTS, MODELS

BREACH = Decision(by="data_drift", verdict=Verdict.BREACH)
HELD = Suppressed(action=Action.RETRAIN, cause="skill", reason="cooldown")
WATCHED = Suppressed(action=Action.WATCH, cause="drift", reason="already")


def summary(*moves):
    """The summary of a play with these moves."""
    ledger = MemoryLedger()
    for move in ((DECISIONS, started(1)), *moves):
        record(ledger, move)
    return summarise(read_state(ledger, "micro"))


def counted(found, what):
    """A line of the table."""
    return next((count, which) for line, count, which in found.rows() if line == what)


def test_a_play_that_has_not_begun():
    """Nothing anywhere, and nothing breaks."""
    found = summarise(ProjectState("micro"))

    assert (found.champion, found.batches, found.incidents_open) == (None, 0, 0)
    assert counted(found, "champion now") == ("none", "")
    assert json.dumps(found.as_dict())


def test_batches_and_rows():
    """Refused batches count as batches; quarantined rows do not count as accepted."""
    found = summary(
        (DATA, received("a")),
        (DATA, validated("a")),
        (DATA, received("b")),
        (DATA, refused("b")),
    )

    assert (found.batches, found.rows_accepted, found.rows_quarantined) == (2, 2, 1)
    assert found.batches_refused == 1
    assert counted(found, "rows accepted") == ("2", "in 2 batches")


def test_models_and_moves():
    """Who was retrained (the first was not), refused, promoted, put back, and how fast."""
    no = Decision(by="release", verdict=Verdict.REFUSE)
    found = summary(
        (MODELS, trained("v1")),
        *((MODELS, trained(v).model_copy(update={"cause": "skill"})) for v in ("v2", "v3")),
        *((MODELS, judged(v)) for v in ("v1", "v2")),
        (MODELS, judged("v3").model_copy(update={"decision": no})),
        (CHAMPION, promoted("v1", None)),
        (CHAMPION, promoted("v2", "v1")),
        (CHAMPION, rolled_back("v1", "v2")),
    )

    assert found.retrainings == ("v2", "v3")
    assert found.challengers_refused == ("v3",)
    assert (found.promotions, found.rollbacks) == (("v1", "v2"), ("v2 to v1",))
    assert counted(found, "rollbacks") == ("1", "v2 to v1, restored in 2.00 s")
    assert found.champion == "v1"


def test_windows():
    """Drift that was seen, windows left alone although a model served, actions held back."""
    drifted = monitored("0002", "v1").model_copy(update={"readings": {"data_drift": BREACH}})
    watched = decided("0002", "v1").model_copy(
        update={"action": Action.WATCH, "suppressed": (HELD, WATCHED)}
    )
    found = summary(
        (DECISIONS, monitored("0001", None)),
        (DECISIONS, decided("0001", None)),
        (DECISIONS, drifted),
        (DECISIONS, watched),
    )

    assert found.drift_breaches == ("0002",)
    assert found.windows_left_alone == ("0002",)
    assert found.suppressed == ("retrain for skill in 0002",)


def test_open_incidents():
    """Those that nobody has closed."""
    found = summary(
        (INCIDENTS, incident("a")), (INCIDENTS, incident("b")), (INCIDENTS, mended("a"))
    )

    assert found.incidents_open == 1
