"""What the page says in words agrees with its numbers, in grammar too."""

from dataclasses import replace

import pytest
from memory_lake import MemoryLake
from micro_play import whole_story

from caf_governance.capability_map.claims import Claim, Status
from caf_governance.capability_map.judging import Row
from caf_pipelines.proving.gathering import capability_map
from caf_pipelines.report.capability_map import Mapped, missing, views
from caf_pipelines.report.derived import Derived
from caf_pipelines.report.evidence import read_evidence
from caf_pipelines.report.headline import sentences, tiles
from caf_pipelines.report.parts import Cell, counted, shown, tone
from caf_pipelines.summary import summarise
from caf_platform.capabilities import Capability, Perspective
from caf_platform.ledger.state import ProjectState


@pytest.fixture
def summary():
    """A play's summary in which nothing has happened."""
    return summarise(ProjectState("micro", play=1))


def test_one_and_many_are_told_apart(summary):
    """One promotion was rolled back; two were."""
    one = replace(summary, retrainings=("v1",), rollbacks=("v2 to v1",), incidents_open=1)
    two = replace(one, rollbacks=("v2 to v1", "v4 to v3"), incidents_open=2)

    assert "1 model was trained" in " ".join(sentences(one, 1))
    assert "1 promotion was rolled back" in " ".join(sentences(one, 1))
    assert "1 incident waits" in " ".join(sentences(one, 1))
    assert "2 promotions were rolled back" in " ".join(sentences(two, 2))
    assert "2 incidents wait " in " ".join(sentences(two, 2))


def test_a_play_without_models_says_only_what_is_so(summary):
    """No promotion is counted where nothing was trained."""
    said = " ".join(sentences(summary, 0))

    assert "No model has been trained yet" in said
    assert "promotions" not in said
    assert [tile.value for tile in tiles(summary)] == ["none", "0", "0", "0", "0", "0", "0"]


@pytest.mark.parametrize(
    ("number", "text"), [(0, "no batches"), (1, "1 batch"), (1200, "1,200 batches")]
)
def test_things_are_counted_in_words(number, text):
    """None, one, many."""
    assert counted(number, "batch", "batches") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "not measured"), (0.123456, "0.1235"), (-2.5, "\u22122.5"), (12345, "12,345"),
     (45678.9, "45,679")],
)  # fmt: skip
def test_numbers_are_shown_with_what_counts(value, text):
    """Four digits; what does not exist was not measured."""
    assert shown(value) == text


@pytest.mark.parametrize(
    ("word", "meant"),
    [("pass", "good"), ("refuse", "bad"), ("cannot_judge", "unknown"), ("suppressed", "held"),
     ("retrain", "move"), ("nothing", "calm"), ("<b>", "calm")],
)  # fmt: skip
def test_verdicts_have_a_sign_besides_their_colour(word, meant):
    """No two meanings share a sign."""
    cell = Cell(word, "verdict")

    assert cell.tone == tone(word) == meant
    assert len({Cell(w).sign for w in ("pass", "refuse", "cannot_judge", "nothing")}) == 4


def test_evidence_that_is_not_what_it_was_counts_for_nothing():
    """A missing, changed or unreadable object is empty; the page goes on."""
    lake = whole_story().world.copy().lake
    key = next(key for key in lake.objects if "/windows/" in key)

    whole = read_evidence(lake, key)
    lake.objects[key] = lake.objects[key].replace(b"0", b"1")

    assert whole["evidence"]["window"]
    assert read_evidence(lake, key) == {}
    assert read_evidence(lake, "evidence/micro/nothing/here.json") == {}
    assert read_evidence(lake, None) == {}


def test_derived_evidence_is_computed_once_for_the_same_inputs():
    """Other inputs are another question; a lake that takes nothing is no obstacle."""
    lake, asked = whole_story().world.copy().lake, []
    derived = Derived(lake, "micro")

    def compute() -> dict[str, int]:
        asked.append(1)
        return {"answer": len(asked)}

    first = derived.get("question", {"of": 1}, compute)
    again = derived.get("question", {"of": 1}, compute)
    other = derived.get("question", {"of": 2}, compute)

    assert (first, again, other) == ({"answer": 1}, {"answer": 1}, {"answer": 2})


def test_the_map_has_every_capability_and_shows_empty_ones_empty():
    """49 in six views; what nothing shows is empty, and says what it will be shown by."""
    found = views(capability_map([], MemoryLake()))

    rows = {one.row.capability: one for view in found for one in view.rows}
    assert [view.perspective for view in found] == list(Perspective)
    assert list(rows) == list(Capability)
    assert rows[Capability.GENERATIVE_AI].says == "empty"
    assert rows[Capability.CULTURE_EVOLUTION].says == "documented"
    assert rows[Capability.CLOUD_FLUENCY].css == "out-of-scope"


def test_the_map_counts_the_events_of_the_play():
    """Beside the status stands how many events carried the capability."""
    world = whole_story().world.copy()
    records = list(world.ledger.read())

    shown = views(capability_map(records, world.lake), records)

    found = {one.row.capability: one for view in shown for one in view.rows}
    counted_by_hand = sum(Capability.RISK_MANAGEMENT in r.envelope.capabilities for r in records)
    assert found[Capability.RISK_MANAGEMENT].events == counted_by_hand == 2


def test_a_status_says_when_it_is_part_of_what_is_meant():
    """And an overclaim stands before any status."""
    claim = Claim(reach=Status.DOCUMENTED, pages=("A.md",), missing=("the rest",))
    row = Row(Capability.OBSERVABILITY, claim, Status.DOCUMENTED, (), {}, {})

    assert Mapped(row).says == "documented, in part"
    assert Mapped(replace(row, overclaims=("there is no A.md",))).says == "overclaimed"
    assert missing(replace(row, overclaims=("gone",))) == "gone; the rest"
