"""Groups of people on the page: how far they lie apart, of whom, and what it costs."""

from drawn_page import page_of
from micro_play import World
from protected_sites import protecting

from caf_pipelines.report.groups import group_tables, the_trade_off
from caf_platform.ledger.events import GateDecided


def test_each_judged_version_stands_with_its_verdict_numbers_and_worth() -> None:
    """One row for each, in their order; as the ledger has them."""
    play = World().played(protecting(0.0))
    state = play.session.state

    shown = the_trade_off(state, play.session.platform.lake)

    assert shown is not None
    assert [row[0].text for row in shown.rows] == list(state.models)
    for row in shown.rows:
        gate: GateDecided = state.models[row[0].text].gate
        assert row[1].text == gate.parts["fair"].verdict.value
        assert f"{gate.parts['fair'].numbers['site.tpr_difference']:.3f}" in row[2].text
        assert row[4].text.endswith(" EUR")


def test_the_page_has_a_chapter_about_groups_where_some_are_protected() -> None:
    """And every group of each look and gate in a table; nothing of it elsewhere."""
    protected, other = World(), World()
    page = page_of(protected.played(protecting(1.0)))
    without = page_of(other.played())

    assert "Groups of people" in page.text
    assert "site=a" in page.text
    assert "Groups of people" not in without.text


def test_nothing_measured_is_no_table() -> None:
    """Evidence of a project that protects nobody, or that is gone."""
    assert list(group_tables({})) == []
    assert list(group_tables({"groups": []})) == []
