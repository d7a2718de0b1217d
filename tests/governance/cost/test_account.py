"""Costs are added up from records, and every view of them has the same total."""

import pytest
from cost_records import (
    closed,
    judged,
    monitored,
    received,
    recorded,
    scored,
    took,
    trained,
)
from hypothesis import given
from hypothesis import strategies as st

from caf_governance.cost.account import (
    NO_CAPABILITY,
    NO_MODEL,
    OPEN,
    Spent,
    View,
    by,
    charges,
    total,
)
from caf_platform.capabilities import Capability

ADDED = tuple(name for name in Spent.model_fields if name != "peak_bytes")


def test_a_stage_is_the_sum_of_its_steps() -> None:
    """Seconds, processor time of process and worker, bytes and rows."""
    records = recorded(
        received(**took("ingest", 1.0, 0.5, written_bytes=100, writes=1)),
        received(**took("ingest", 2.0, 0.25, worker_cpu_seconds=4.0, written_bytes=50)),
        scored("v1", rows=7, **took("score", 8.0)),
    )

    found = by(View.STAGE, charges("micro", records))

    assert list(found) == ["ingest", "score"]
    assert found["ingest"].seconds == 3.0
    assert found["ingest"].cpu_seconds == 4.75
    assert found["ingest"].written_bytes == 150
    assert found["ingest"].rows is None
    assert found["score"].rows == 7


def test_memory_is_the_highest_mark_and_what_raised_it() -> None:
    """Marks never fall, so they are not added; what a stage raised them by is."""
    records = recorded(
        received(**took("ingest", peak_bytes=500, grown_bytes=100)),
        received(**took("ingest", peak_bytes=700, grown_bytes=200, worker_peak_bytes=900)),
    )

    found = by(View.STAGE, charges("micro", records))["ingest"]

    assert found.peak_bytes == 900
    assert found.grown_bytes == 300


def test_a_step_belongs_to_the_window_that_was_closed_next() -> None:
    """And afterwards to the one that is being looked at, or to none."""
    records = recorded(
        received(**took("ingest", 1.0)),
        monitored("w1", "v1", **took("monitor", 2.0)),
        closed("w1"),
        received(**took("ingest", 4.0)),
    )
    looked_at = recorded(received(**took("ingest", 4.0)), monitored("w2", None, **took("monitor")))

    found = by(View.RUN, charges("micro", records))
    begun = by(View.RUN, charges("micro", looked_at))

    assert {name: one.seconds for name, one in found.items()} == {"w1": 3.0, OPEN: 4.0}
    assert {name: one.seconds for name, one in begun.items()} == {"w2": 5.0}


def test_a_version_is_charged_with_what_it_was_worked_on() -> None:
    """Training and gate are its own; a batch that two scored is half of each."""
    records = recorded(
        received(**took("ingest", 3.0)),
        trained("v1", 0.5, **took("train", 10.0)),
        judged("v1", 0.1, 1.0, **took("evaluate", 2.0)),
        scored("v1", "v2", **took("score", 4.0)),
        monitored("w", "v2", **took("monitor", 1.0)),
    )

    found = by(View.MODEL, charges("micro", records))

    seconds = {name: one.seconds for name, one in found.items()}
    assert seconds == {NO_MODEL: 3.0, "v1": 14.0, "v2": 3.0}
    assert found["v1"].cost_units == 0.5
    assert found["v1"].rows == 1000 + 200 + 10


def test_a_fallback_s_answers_are_charged_to_the_version_it_stood_in_for() -> None:
    """`v1/dummy` is part of what v1 costs."""
    records = recorded(scored("v1/dummy", **took("score", 4.0)))

    assert list(by(View.MODEL, charges("micro", records))) == ["v1"]


def test_capabilities_share_a_stage_evenly() -> None:
    """Two of them are charged with half each; a step without any is told apart."""
    both = (Capability.DATA_ENGINEERING, Capability.DATA_SCIENCE)
    shared = charges("micro", recorded(received(**took("ingest", 3.0)), capabilities=both))
    alone = charges("micro", recorded(received(**took("ingest", 3.0))))

    assert {one.seconds for one in by(View.CAPABILITY, shared).values()} == {1.5}
    assert list(by(View.CAPABILITY, alone)) == [NO_CAPABILITY]


def test_what_was_not_measured_is_not_nothing() -> None:
    """Older records have no bytes, and a step without a stage is no step of a stage."""
    found = charges("micro", recorded(received(**took("ingest")), closed("w"), trained("v1")))

    assert len(found) == 1
    assert found[0].spent.written_bytes is None
    assert total([]).seconds is None


AMOUNTS = st.floats(0, 1e6)
STEPS = st.one_of(
    st.builds(lambda s, b: received(**took("ingest", s, b, reads=2)), AMOUNTS, AMOUNTS),
    st.builds(lambda s: received(stage="ingest", seconds=s), AMOUNTS),
    st.builds(
        lambda s, who: scored(*who, **took("score", s, written_bytes=5)),
        AMOUNTS,
        st.lists(st.sampled_from(["v1", "v2", "v3/dummy"]), max_size=3),
    ),
    st.builds(lambda s, u: trained("v2", u, **took("train", s)), AMOUNTS, AMOUNTS),
    st.builds(lambda s: monitored("w", "v1", **took("monitor", s)), AMOUNTS),
    st.builds(closed, st.sampled_from(["w", "w2"])),
)


@given(
    st.lists(STEPS, max_size=20),
    st.lists(st.sampled_from(list(Capability)), max_size=4, unique=True),
    st.sampled_from(list(View)),
)
def test_every_view_adds_up_to_the_same_total(steps, capabilities, view) -> None:
    """Stages, runs, versions and capabilities are four ways to cut the same sum."""
    every = charges("micro", recorded(*steps, capabilities=tuple(capabilities)))

    whole = total(one.spent for one in every)
    cut = total(by(view, every).values())

    assert cut.peak_bytes == whole.peak_bytes
    for name in ADDED:
        expected = getattr(whole, name)
        found = getattr(cut, name)
        assert found is None if expected is None else found == pytest.approx(expected)
