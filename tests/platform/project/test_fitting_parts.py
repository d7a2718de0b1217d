"""Parts of a project that are well-formed each, and do not fit together."""

import re
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoilt_project import mistakes, spoil

from caf_platform.project.model import OutcomeValue

CROSS_CHECKS = [
    ('name="micro"', 'name="macro"', "name", "the folder's name 'micro'"),
    (
        'numeric=("heat", "noise"), categorical=("site",)',
        "numeric=(), categorical=()",
        "features",
        "at least one column",
    ),
    (
        '(Candidate(family="logistic", parameters={}),)',
        "()",
        "candidates",
        "at least one candidate",
    ),
    (
        'event_time="at", decide=Period.BATCHES',
        "event_time=None, decide=Period.WEEK",
        "clock.event_time",
        "or decide by batches",
    ),
    (
        'event_time="at"',
        'event_time="heat"',
        "clock.event_time",
        "a timestamp, not a number column",
    ),
    (
        'event_time="at"',
        'event_time="att"',
        "clock.event_time",
        "a column of the contract. Did you mean 'at'?",
    ),
    ("every=6", "every=0", "clock.every", "one batch or more"),
    ("every=6", 'every=6, timezone="Mars/Olympus"', "clock.timezone", "a time zone"),
    ("every=6", 'every=6, timezone="../etc"', "clock.timezone", "a time zone"),
    ('classes=("0", "1")', 'classes=("0", "1", "2")', "target.classes", "two classes"),
    ('classes=("0", "1")', 'classes=("1", "1")', "target.classes", "each class once"),
    ('classes=("0", "1")', "classes=()", "target.classes", "classes for a classification"),
    ("task=Task.BINARY", "task=Task.REGRESSION", "target.classes", "none for a regression"),
    ("task=Task.BINARY", "task=Task.REGRESSION", "value", "ErrorValue for a regression task"),
    ("task=Task.BINARY", "task=Task.REGRESSION", "baseline.family", "serves a regression task"),
    ("task=Task.BINARY", "task=Task.MULTICLASS", "value", "HitValue for a multiclass task"),
    ('name="fails"', 'name="heat"', "target.name", "it would leak"),
    ('cluster="day"', 'cluster="days"', "cluster", "Did you mean 'day'?"),
    ('segments=("site",)', 'segments=("city",)', "segments", "a column of the contract."),
    ('numeric=("heat", "noise")', 'numeric=("heat", "heat")', "features", "each column once"),
    (
        'numeric=("heat", "noise")',
        'numeric=("heat", "row")',
        "features.numeric",
        "a number, not a text column",
    ),
    (
        'categorical=("site",)',
        'categorical=("at",)',
        "features.categorical",
        "a category, not a timestamp column",
    ),
    (
        'family="logistic", parameters={}),)',
        'family="logistik", parameters={}),)',
        "candidates.0.family",
        "Did you mean 'logistic'?",
    ),
    (
        'family="logistic", parameters={}),)',
        'family="logistic", parameters={"c": 1}),)',
        "candidates.0.parameters",
        "a parameter of logistic: C,",
    ),
    (
        'features=("noise", "site")',
        'features=("noise", "row")',
        "baseline.features",
        "a feature of the project.",
    ),
    ('key="row"', 'key="rows"', "contract.key", "the name of a column"),
    ("maximum=10.0", "maximum=-20.0", "contract.columns.heat.minimum", "at most the maximum"),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), CROSS_CHECKS)
def test_parts_that_do_not_fit_together(folder, old, new, key, words):
    """Each part is well-formed on its own."""
    spoil(folder / "project.py", (old, new))

    found, text = mistakes(folder)

    assert ("micro/project.py", key) in found
    assert words in text


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (
            "    sensor: {",
            "    radar: {value: 1.0, because: nothing comes from there}\n    sensor: {",
            "validation.max_feed_age_hours",
        ),
        (
            "\n    sensor: {value: 12.0, because: the sensor's last word is four hours old}",
            " {}",
            "validation.max_feed_age_hours",
        ),
        (
            "training:\n",
            "  feeds_of_any_age: {sensor: it has a limit as well as this}\ntraining:\n",
            "validation.max_feed_age_hours",
        ),
        (
            "min_training_days: {value: 8",
            "min_training_days: {value: 9",
            "training.min_training_days",
        ),
        ("breached_windows: {value: 1", "breached_windows: {value: 2", "governor.breached_windows"),
    ],
)
def test_limits_that_no_life_of_this_project_could_meet(folder, old, new, key):
    """A feed that nothing comes from would always be stale; a first model would never be due."""
    spoil(folder / "policy.yaml", (old, new))

    assert mistakes(folder)[0] == [("micro/policy.yaml", key)]


@pytest.mark.parametrize(
    "value",
    [
        "true_positive=0.0, false_positive=0.0, false_negative=0.0, true_negative=0.0",
        "true_positive=-1.0, false_positive=0.0, false_negative=-1.0, true_negative=0.0",
        "true_positive=-5.0, false_positive=-1.0, false_negative=-3.0, true_negative=0.0",
        "true_positive=1.0, false_positive=1.0, false_negative=3.0, true_negative=0.0",
        "true_positive=-1.0, false_positive=1.0, false_negative=-3.0, true_negative=0.0",
        "true_positive=float('nan'), false_positive=-1.0, false_negative=-3.0, true_negative=0.0",
    ],
    ids=["nothing", "no effect", "acting harms", "costs as gains", "false alarms pay", "no number"],
)
def test_a_value_table_for_which_no_probability_makes_acting_right(folder, value):
    """Its threshold would divide by zero or mean nothing."""
    file = folder / "project.py"
    file.write_text(re.sub(r"true_positive=[^)]*", f"{value}\n    ", file.read_text()))

    assert mistakes(folder)[0] == [("micro/project.py", "value")]


amounts = st.floats(-1e6, 1e6)


@given(amounts, amounts, amounts, amounts)
def test_every_table_worth_acting_on_has_a_threshold(hit, alarm, miss, rest):
    """A probability; never a division by zero."""
    value = OutcomeValue(
        unit="EUR", true_positive=hit, false_positive=alarm, false_negative=miss, true_negative=rest
    )

    if value.worth_acting:
        assert 0 <= value.threshold <= 1


def test_the_threshold_weighs_a_false_alarm_against_a_miss():
    """A false alarm costs 60, acting in time saves 120: from one in three on it pays."""
    value = OutcomeValue(
        unit="EUR",
        true_positive=-120.0,
        false_positive=-60.0,
        false_negative=-240.0,
        true_negative=0.0,
    )

    assert value.threshold == pytest.approx(1 / 3)


def test_time_zones_are_known_on_this_machine():
    """Otherwise every project with one would be refused."""
    assert "America/New_York" in zoneinfo.available_timezones()
