"""Every mistake in a project's two files is told at once: where, what was found, what expected."""

import re
from pathlib import Path

import pytest
from spoilt_project import mistakes, spoil

from caf_platform.errors import Mistakes
from caf_platform.project.load import load_project


def test_every_mistake_of_both_files_is_told_at_once(folder):
    """File, key, what was found, what was expected."""
    spoil(
        folder / "project.py",
        ('title="Machine failures"', "title=7"),
        ("every=6", 'every="6"'),
        ('meaning="1: it failed within the day",', ""),
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
