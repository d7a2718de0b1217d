"""The page's chapter of costs: money, and retraining beside what it was worth."""

from drawn_page import html_of, lived_play, records_of
from html_page import HtmlPage

from caf_pipelines.report.bills import the_bills


def test_the_page_tells_money_and_worth(page: HtmlPage) -> None:
    """Three cuts of one total, and each version once."""
    play = lived_play()

    money, worth = the_bills(play, records_of(play))

    assert [one.caption for one in money.tables] == [
        "Cost by stage", "Cost by version", "Cost by capability",
    ]  # fmt: skip
    totals = {one.rows[-1][-1].text for one in money.tables}
    assert len(totals) == 1
    assert [row[0].text for row in worth.tables[0].rows] == list(play.session.state.models)
    assert "cannot be told" in worth.says
    for block in (money, worth):
        assert block.title in page.text


def test_a_price_file_that_cannot_be_read_costs_the_money_only(tmp_path) -> None:
    """The rest of the page is as it was."""
    play = lived_play()
    settings = play.session.platform.settings
    play.session.platform.settings = settings.model_copy(update={"prices": str(tmp_path / "no")})

    said = html_of(play)

    assert "The prices cannot be read." in said
    assert "Retraining and what it was worth" in said
