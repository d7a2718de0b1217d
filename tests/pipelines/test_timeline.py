"""What a person sees: one line per thing, with its capability; plain text off a terminal."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

import caf_pipelines.lifecycle.play  # noqa: F401 - registers the stages
from caf_pipelines.timeline import ConsoleTimeline, Line, Silent, capability_of
from caf_platform.errors import BadInput

WHEN = datetime(2020, 1, 14, tzinfo=UTC)


def line(**changes):
    """Somebody was promoted."""
    values = {
        "when": WHEN,
        "subject": "v1",
        "stage": "promote",
        "verdict": "promoted",
        "text": "v1 is the champion now",
    }
    return Line(**(values | changes))


def shown(*lines, terminal=False, width=60):
    """What a console of that width shows."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=width)
    timeline = ConsoleTimeline(console)
    for one in lines:
        timeline.progress("working")
        timeline.tell(one)
    timeline.close()
    return out.getvalue()


def test_a_line_off_a_terminal_is_plain_text():
    """One line, however long; nothing to erase, no colour."""
    text = shown(line(text="because " * 30))

    assert text.count("\n") == 1
    assert "\x1b" not in text
    assert "working" not in text
    assert text.startswith("2020-01-14 v1 ")
    assert text.rstrip().endswith("· Continuous Integration and Continuous Delivery")


def test_a_line_on_a_terminal_is_coloured():
    """And the spinner is gone in the end."""
    text = shown(line(), terminal=True, width=140)

    assert "\x1b[" in text
    assert "champion now" in text


def test_a_long_sentence_continues_below_itself_on_a_terminal():
    """The columns before it stay clear, and a narrow terminal goes without the capability."""
    narrow = shown(line(text="because " * 30), terminal=True, width=90)

    rows = [row for row in narrow.splitlines() if "because" in row]
    assert len(rows) > 1
    assert all(row.startswith(" " * 45) for row in rows[1:])
    assert "Integration" not in narrow


@pytest.mark.parametrize("text", ["[red]not markup[/]", "[/]", "50 % [of all]", "\\[x]"])
def test_no_text_is_taken_for_markup(text):
    """Texts come from data and from people."""
    assert text in shown(line(text=text), width=200)
    assert text in shown(line(subject=text), width=200)


def test_an_unknown_verdict_is_shown_all_the_same():
    """A stranger's monitor may have its own."""
    assert "peculiar" in shown(line(verdict="peculiar"))


def test_an_unknown_stage_is_a_mistake_of_the_program():
    """Every line says which capability it belongs to."""
    with pytest.raises(BadInput):
        shown(line(stage="dance"))
    assert capability_of("score") == "Modern Application Development"


def test_silence():
    """For machines and tests."""
    silent = Silent()

    assert silent.tell(line()) is None
    assert silent.progress("working") is None
