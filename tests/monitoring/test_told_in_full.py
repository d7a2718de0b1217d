"""What readings, the governor and triage put on record: every name, number, limit and text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from window_readings import BREACH, CANNOT, decide, reading
from window_samples import policy, window

from caf_monitoring.budget import Retraining
from caf_monitoring.governor import History, Request, govern
from caf_monitoring.measure import coverage, feed_ages, held_values, skew, stuck_columns
from caf_monitoring.monitors import look
from caf_monitoring.monitors.reading import NOT_ASKED, NOT_YET
from caf_platform.capabilities import Capability
from caf_platform.decision import Action, Decision
from caf_platform.plugins import Kind, Plugin, Plugins

NOW = datetime(2013, 10, 1, tzinfo=UTC)


def read(name: str, **changes: Any) -> Decision:
    """One monitor's reading of the healthy window with some numbers changed."""
    return look(window(**changes), policy())[name]


def told(found: Decision) -> list[tuple[str, object, object]]:
    """Each reason with what was found, and its limit."""
    return [(reason.code, reason.found, reason.limit) for reason in found.reasons]


def test_the_governor_tells_all_that_it_counted() -> None:
    """Under its own name; a running retraining is told as one of at most one."""
    running = Retraining(
        when=NOW - timedelta(days=30), cause="skill", window="w", cost_units=2.0, finished=False
    )
    asked = Request(cause="skill", window="x", cost_units=1.0, new_labelled_rows=500)

    history = History(retrainings=(running,), breached=(True, True))
    found = govern(asked, history, policy().governor, NOW)

    assert found.by == "governor"
    assert told(found) == [("queue_of_one", 1, 1)]
    assert found.numbers == {
        "recent_retrainings": 1,
        "recent_cost_units": 2.0,
        "cost_units": 1.0,
        "new_labelled_rows": 500,
        "breached_windows": 2,
    }


def test_drift_tells_its_counts_and_the_columns_that_moved_most() -> None:
    """By score, and by name where scores are the same."""
    found = read("data_drift", drift={"b": 0.3, "a": 0.3, "c": 0.9, "d": None})

    assert {name: found.numbers[name] for name in ("drifted", "columns", "unmeasured", "rows")} == {
        "drifted": 3,
        "columns": 4,
        "unmeasured": 1,
        "rows": 1000,
    }
    assert [name for name in found.numbers if name.startswith("psi.")] == [
        "psi.c",
        "psi.a",
        "psi.b",
    ]
    assert found.summary.endswith("; most moved: c 0.90, a 0.30, b 0.30")


def test_drift_of_columns_none_of_which_was_measured_names_none() -> None:
    """Nothing follows the sentence but that they were not measured."""
    found = read("data_drift", drift={"a": None, "b": None})

    assert "most moved" not in found.summary
    assert "from 50%;" in found.summary


@pytest.mark.parametrize("rows", [99, 100])
def test_drift_of_just_enough_rows_is_judged(rows: int) -> None:
    """One less is told with both numbers."""
    found = read("prediction_drift", served_rows=rows)

    assert (found.verdict is CANNOT) == (rows < 100)
    if rows < 100:
        assert told(found) == [("too_few_rows", 99, 100)]
        assert found.numbers == {"rows": 99}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"labelled_rows": 99}, ("too_few_labels", 99, 100)),
        ({"label_coverage": 0.4}, ("low_label_coverage", 0.4, 0.5)),
        ({"label_coverage": None}, ("not_measured", None, None)),
    ],
)
def test_too_few_labels_are_told_with_both_numbers(
    changes: dict[str, Any], reason: tuple[str, object, object]
) -> None:
    """And how many there are, of how many rows, whichever of the two it was."""
    found = read("calibration", **changes)

    assert told(found)[0] == reason
    assert found.numbers == {
        "labelled_rows": changes.get("labelled_rows", 900),
        "label_coverage": changes.get("label_coverage", 0.9),
    }
    if reason[0] == "not_measured":
        assert found.reasons[0].text == "the share of rows with labels was not measured"


def test_skew_names_its_columns_the_worst_first() -> None:
    """By rows, and by name where they are the same."""
    found = read("skew", skewed_rows=3, skewed_columns={"b": 2, "a": 2, "c": 3})

    assert "(rows by column: c 3, a 2, b 2)" in found.summary
    assert "rows by column" not in read("skew").summary


def test_triage_tells_how_many_batches_and_incidents_there_are() -> None:
    """None are allowed."""
    found = decide({"refused_batches": ("a", "b"), "open_data_incidents": ("i",)})

    assert found.decision.by == "triage"
    assert told(found.decision) == [("contract_violation", 2, 0)]


def test_a_healthy_window_and_new_labels_are_told_by_name() -> None:
    """For machines, with the number of rows."""
    healthy, fresh = decide(), decide({"new_labelled_rows": 5000})

    assert told(healthy.decision) == [("healthy", None, None)]
    assert told(fresh.decision)[0][1:] == (5000, 5000)


def test_a_former_champion_is_no_way_back_without_a_champion() -> None:
    """There is nobody to take out of service."""
    found = decide({"has_champion": False}, former_champion=BREACH)

    assert found.action is not Action.ROLL_BACK


def test_what_was_not_judged_is_told_with_its_own_reasons() -> None:
    """Those of each monitor that was silent, in place of a general one."""
    silent = reading("calibration", CANNOT, code="why_calibration")
    other = reading("freshness", CANNOT, code="why_freshness")

    both = decide({}, calibration=silent, freshness=other)
    alone = decide({}, freshness=other)

    assert told(both.decision) == [("why_calibration", None, None)]
    assert told(alone.decision) == [("why_freshness", None, None)]


def test_silence_lasts_only_where_both_windows_had_no_good_reason() -> None:
    """Neither now nor before may it be a matter of time, or of nobody asked."""
    silent = reading("freshness", CANNOT)
    found = {
        code: decide(
            {"previous": {"freshness": reading("freshness", CANNOT, code=code)}}, freshness=silent
        ).action
        for code in (NOT_YET, NOT_ASKED, "why")
    }
    waiting = decide(
        {"previous": {"freshness": silent}}, freshness=reading("freshness", CANNOT, code=NOT_YET)
    )

    assert found == {
        NOT_YET: Action.WATCH,
        NOT_ASKED: Action.WATCH,
        "why": Action.DATA_INCIDENT,
    }
    assert waiting.action is Action.WATCH


def test_no_columns_to_compare_are_no_skew() -> None:
    """Rows were looked at, and in nothing did they differ."""
    rows = pd.DataFrame({"a": [1.0, 2.0]})

    assert (skew(rows, rows, ()).checked, skew(rows, rows, ()).skewed) == (2, 0)


@pytest.mark.parametrize(
    ("then", "now", "skewed"),
    [
        (1e12, 1e12 + 100, 0),
        (1e-12, 2e-12, 0),
        (0.0, 5e-9, 1),
        (1.0, 1.0 + 1e-6, 1),
        (1e-3, 1e-3 + 1e-7, 1),
    ],
)
def test_numbers_agree_within_the_tolerance_either_way(
    then: float, now: float, skewed: int
) -> None:
    """Relative for large ones, absolute for small ones."""
    found = skew(pd.DataFrame({"a": [then]}), pd.DataFrame({"a": [now]}), ["a"])

    assert found.skewed == skewed


def test_a_null_of_any_kind_is_the_same_null() -> None:
    """Pandas' own and numpy's; a null and a number are not the same."""
    then = pd.DataFrame({"a": pd.array([1, None, None], dtype="Int64")})
    now = pd.DataFrame({"a": [1.0, float("nan"), 3.0]})

    assert skew(then, now, ["a"]).skewed == 1


def test_a_monitor_that_fails_or_answers_something_else_is_told_by_name() -> None:
    """With the error, or with what it answered."""
    plugins = Plugins()
    for name, answer in (("odd", "fine"), ("bad", ValueError("no"))):
        plugins.add(Plugin(Kind.MONITOR, name, (Capability.OBSERVABILITY,), _answering(answer), ""))

    found = look(window(), policy(), plugins)

    assert {name: told(one)[0][0] for name, one in found.items()} == {
        "odd": "monitor_failed",
        "bad": "monitor_failed",
    }
    assert "it answered 'fine'" in found["odd"].summary
    assert "ValueError('no')" in found["bad"].summary


def _answering(answer: object) -> Any:
    def monitor(_evidence: object, _policy: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return monitor


def test_a_monitor_without_a_reading_is_named() -> None:
    """Performance that nobody read is told as that monitor's."""
    found = decide({}, calibration=Decision(by="calibration", verdict=CANNOT))

    other = decide({}, freshness=Decision(by="freshness", verdict=CANNOT))

    assert "'calibration' gave no reading" in found.decision.summary
    assert "'freshness' gave no reading" in other.decision.summary


def test_a_first_model_that_has_just_enough_of_one_thing_is_told_what_it_lacks() -> None:
    """First what is wanting, then what suffices, to the row."""
    found = decide({"has_champion": False, "trainable_rows": 1000, "trainable_days": 1})

    assert [reason.limit for reason in found.decision.reasons] == [60, 1000]


def test_no_skewed_column_adds_no_word() -> None:
    """The sentence goes on where it stood."""
    assert "differ when computed afresh, a share" in read("skew").summary


def test_one_served_row_with_its_label_is_covered() -> None:
    """All of it."""
    assert coverage(1, 1) == 1.0


def test_each_feed_has_its_own_worst_age() -> None:
    """The oldest of all batches, also where another feed is older."""
    ages = feed_ages(
        [
            (NOW, {"a": NOW - timedelta(hours=3), "b": NOW - timedelta(hours=9)}),
            (NOW, {"a": NOW - timedelta(hours=1)}),
        ]
    )

    assert ages == {"a": 3.0, "b": 9.0}


def test_a_column_is_held_at_its_value() -> None:
    """Of two rows on; the value is told as text."""
    batch = pd.DataFrame({"a": [7, 7], "b": [1, 2], "c": [None, None]})

    assert held_values(batch, ["a", "b"]) == {"a": "7"}
    assert held_values(batch.head(1), ["a", "b"]) == {}


def test_each_stuck_column_has_its_own_longest_streak() -> None:
    """Four batches and three; a streak that was broken counts as long as it was."""
    batches = [{"a": "1", "b": "x"}] * 3 + [{"a": "1", "b": "y"}, {"b": "y"}]

    assert stuck_columns(batches, []) == {"a": 4, "b": 3}
    assert stuck_columns(batches, [], repeats=1) == {"a": 4, "b": 3}
    assert stuck_columns([{"a": "1"}], [], repeats=1) == {"a": 1}
