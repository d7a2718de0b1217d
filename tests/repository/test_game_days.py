"""The page of game days says what they declare; `make scenarios` proves what they declare."""

from game_days import PAGE, page, told

from caf_pipelines.scenarios.scenario import Scenario, Told, expect


def test_the_page_is_what_the_game_days_declare() -> None:
    """Whoever changes a story or an expectation writes the page anew: docs/write_pages.py."""
    assert PAGE.read_text("utf-8") == page(told())


def test_a_row_says_who_objects_with_what_and_how_it_ends() -> None:
    """Those who object as well follow below, each with the reason why."""
    expected = expect("skew", "skew_breached", also={"label file": "rows are gone"}, champion="v1")
    scenario = Scenario("2024-01-01", "2024-02-01", lambda _: None, expected)

    text = page([Told("micro", "unit-change", "Kilometres", "A story.", "A lesson.", scenario)])

    assert "| `unit-change` | `micro` | Kilometres | `skew` | `skew_breached` | as without" in text
    assert "; v1 serves |" in text
    assert "- the label file: rows are gone" in text
    assert "**What to learn.** A lesson." in text
