"""A project is read from its folder, and every mistake in its files is told at once."""

import re
import shutil
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from micro_play import SUPPORT

import caf_platform.model.families  # noqa: F401 - registers the families
from caf_platform.errors import BadInput, Mistakes
from caf_platform.project.load import load_project, projects_in
from caf_platform.project.model import OutcomeValue


@pytest.fixture
def folder(tmp_path):
    """A copy of the micro project, to be spoilt."""
    return Path(shutil.copytree(SUPPORT / "micro", tmp_path / "micro"))


def spoil(file, *changes):
    """Replace texts in a file; each must be there."""
    text = file.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def mistakes(folder):
    """(file, key) of each mistake, and the whole text."""
    with pytest.raises(Mistakes) as told:
        load_project(folder.parent, "micro")
    return [(mistake.file, mistake.key) for mistake in told.value.mistakes], str(told.value)


def test_a_project_is_loaded(folder):
    """With its policy and where it was read; its siblings can be imported."""
    project = load_project(folder.parent, "micro")

    assert (project.name, project.folder) == ("micro", str(folder))
    assert project.policy.training.window_days.value == 8
    assert project.declaration.source(folder).deliveries(None)[0].name == "day-01"


def test_a_project_is_read_afresh(folder):
    """What was changed since the last time counts, also in a sibling."""
    load_project(folder.parent, "micro").declaration.source(folder)
    spoil(folder / "project.py", ("Machine failures", "Broken machines"))
    spoil(folder / "data.py", ('"day-', '"d-'))

    again = load_project(folder.parent, "micro")

    assert again.declaration.title == "Broken machines"
    assert again.declaration.source(folder).deliveries(None)[0].name.startswith("d-")


def test_folders_of_one_name_stay_apart(folder, tmp_path):
    """What a project imports late comes from its own folder, whatever was loaded since."""
    ours = load_project(folder.parent, "micro")
    other = tmp_path / "elsewhere" / "micro"
    shutil.copytree(folder, other)
    (other / "data.py").unlink()
    load_project(other.parent, "micro")

    assert ours.declaration.source(folder).deliveries(None)


def test_projects_are_folders_with_a_declaration(folder):
    """Anything else is passed over."""
    (folder.parent / "notes").mkdir()
    (folder.parent / "readme.md").write_text("-")

    assert projects_in(folder.parent) == ["micro"]
    assert projects_in(folder.parent / "nowhere") == []


def test_an_unknown_project_is_answered_with_the_nearest(folder):
    """And with all there are."""
    with pytest.raises(BadInput, match="Did you mean 'micro'") as refused:
        load_project(folder.parent, "mikro")

    assert refused.value.next_step == "Known: micro."


def test_no_project_at_all(tmp_path):
    """Says where use cases are looked for, instead of naming nothing."""
    with pytest.raises(BadInput, match="Run this in the root of the clone"):
        load_project(tmp_path, "micro")


def test_every_mistake_of_both_files_is_told_at_once(folder):
    """File, key, what was found, what was expected."""
    spoil(
        folder / "project.py",
        ('title="Machine failures"', "title=7"),
        ("every=6", 'every="6"'),
        ('meaning="1: it failed within the day", ', ""),
    )
    spoil(
        folder / "policy.yaml",
        ("window_days:", "window_dais:"),
        ("level: {value: 0.8", 'level: {value: "0.8"'),
    )

    found, text = mistakes(folder)

    assert found == [
        ("micro/project.py", "title"),
        ("micro/project.py", "target.meaning"),
        ("micro/project.py", "clock.every"),
        ("micro/policy.yaml", "training.window_days"),
        ("micro/policy.yaml", "training.window_dais"),
        ("micro/policy.yaml", "release.interval_level.value"),
    ]
    assert "has 6 mistakes" in text
    assert "title: found 7, expected a valid string" in text
    assert "target.meaning: found nothing" in text
    assert "training.window_days: found nothing, expected a value" in text


@pytest.mark.parametrize(
    ("file", "key", "text", "words"),
    [
        ("project.py", "line 2", "x = 1\nx = = 2\n", "SyntaxError"),
        ("project.py", "line 3", "x = 1\n\nx / 0\n", "ZeroDivisionError"),
        ("project.py", "line 1", "import no_such_module\n", "No module named 'no_such_module'"),
        ("project.py", "line 1", "raise SystemExit(3)\n", "SystemExit"),
        ("project.py", "project", "x = 1\n", "found None"),
        ("project.py", "project", "project = 'micro'\n", "found 'micro'"),
        ("project.py", "(whole file)", "x = '\0'\n", "null bytes"),
        ("policy.yaml", "line 2", "training: [1, 2\n", "readable YAML"),
        ("policy.yaml", "line 2", "training: {a: 1}\ntraining: {b: 2}\n", "written twice"),
        ("policy.yaml", "line 1", "!!python/object:os.system {}\n", "readable YAML"),
        ("policy.yaml", "line 1", "? [a]\n: b\n", "a key is a list"),
        ("policy.yaml", "line 1", "? {a: b}\n: b\n", "a key is a list or a mapping"),
        ("policy.yaml", "(whole file)", "x: !!int abc\n", "readable YAML"),
        ("policy.yaml", "(whole file)", "x: !!timestamp 2013-13-45\n", "readable YAML"),
        ("policy.yaml", "(whole file)", "x: !!timestamp soon\n", "readable YAML"),
        ("policy.yaml", "(whole file)", "x: !!bool perhaps\n", "readable YAML"),
        ("policy.yaml", "(whole file)", f"a: {'[' * 3000}{']' * 3000}\n", "readable YAML"),
        ("policy.yaml", "(whole file)", "2013-13-45", "found '2013-13-45'"),
        ("policy.yaml", "line 1", "&a [*a]", "an alias (*name) stands here"),
        ("policy.yaml", "line 1", "a: {<<: {b: 1}, b: 2}", "would bring keys that do not stand"),
        ("policy.yaml", "(whole file)", "", "found None"),
        ("policy.yaml", "(whole file)", "just words", "found 'just words'"),
    ],
)
def test_a_broken_file(folder, file, key, text, words):
    """No traceback: where it is, what was found, what was expected."""
    (folder / file).write_text(text)

    found, told = mistakes(folder)

    assert (f"micro/{file}", key) in found
    assert words in told


@pytest.mark.parametrize("written", ["010", "0b11", "0x1F", "1:30", "1_0", "0o10", "2013-01-01"])
def test_a_number_that_could_be_read_as_another_is_a_mistake(folder, written):
    """YAML 1.1 would take 010 for eight and 1:30 for ninety, in silence."""
    spoil(folder / "policy.yaml", ("window_days: {value: 8", f"window_days: {{value: {written}"))

    found, text = mistakes(folder)

    assert found == [("micro/policy.yaml", "training.window_days.value")]
    assert f"found '{written}'" in text


@pytest.mark.parametrize(
    ("written", "number"), [("0", 0.0), ("1", 1.0), ("0.25", 0.25), (".5", 0.5), ("1e-1", 0.1)]
)
def test_a_plain_number_is_read(folder, written, number):
    """Whole, with a point, or with an exponent."""
    spoil(
        folder / "policy.yaml",
        ("min_label_coverage: {value: 0.6", f"min_label_coverage: {{value: {written}"),
    )

    assert load_project(folder.parent, "micro").policy.monitoring.min_label_coverage.value == number


@pytest.mark.parametrize(
    ("key", "part"),
    [("window_days", "training"), ("gate_days", "training"), ("min_training_days", "training"),
     ("approval_valid_days", "release"), ("cooldown_days", "governor"), ("per_days", "governor")],
)  # fmt: skip
def test_days_are_at_most_ten_years(folder, key, part):
    """More of them overflow the calendar."""
    file = folder / "policy.yaml"
    text = file.read_text()
    file.write_text(re.sub(rf"( {key}: {{value: )[0-9]+", r"\g<1>3651", text))

    found, words = mistakes(folder)

    assert ("micro/policy.yaml", f"{part}.{key}.value") in found
    assert "less than or equal to 3650" in words


def test_a_sibling_that_fails_is_named(folder):
    """The mistake is in a file that `project.py` imports."""
    spoil(
        folder / "project.py",
        ("from pathlib import Path", "from pathlib import Path\nfrom . import data"),
    )
    (folder / "data.py").write_text("x = 1\n\nx.nonsense\n")

    found, _ = mistakes(folder)

    assert found == [("micro/project.py", "data.py, line 3")]


def test_a_line_is_found_below_a_relative_folder(folder, monkeypatch):
    """`examples` is relative by default."""
    (folder / "project.py").write_text("\n1 / 0\n")
    monkeypatch.chdir(folder.parent)

    with pytest.raises(Mistakes, match="line 2"):
        load_project(Path(), "micro")


def test_bytes_that_are_no_text(folder):
    """A policy in another encoding."""
    (folder / "policy.yaml").write_bytes(b"training: \xff\xfe")

    assert mistakes(folder)[0] == [("micro/policy.yaml", "(whole file)")]


def test_missing_and_unreadable_policies(folder):
    """A project without limits is none; nor is one whose policy is a folder."""
    (folder / "policy.yaml").unlink()
    missing = mistakes(folder)
    (folder / "policy.yaml").mkdir()
    unreadable = mistakes(folder)

    assert missing[0] == unreadable[0] == [("micro/policy.yaml", "(whole file)")]
    assert "found nothing, expected a policy file" in missing[1]
    assert "expected a file that can be read" in unreadable[1]


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
