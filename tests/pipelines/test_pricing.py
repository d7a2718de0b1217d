"""The price file is found and read strictly, with all mistakes at once."""

import pytest

from caf_pipelines.pricing import price_file, read_prices
from caf_platform.errors import Mistakes
from caf_platform.settings import Settings


def test_the_price_file_of_the_package_can_be_read() -> None:
    """It lies beside the code, as part of the package, and every price gives its source."""
    settings = Settings()

    prices = read_prices(settings)

    assert price_file(settings).parent.name == "cost"
    for one in (prices.local, prices.aws):
        assert all("example" in p.because or "nothing" in p.because for _, p in one)


def test_the_named_file_goes_before_the_setting_s(tmp_path) -> None:
    """`--prices` before `CAF_PRICES` before the package's."""
    settings = Settings(prices=str(tmp_path / "b.yaml"))

    assert price_file(settings, "a.yaml").name == "a.yaml"
    assert price_file(settings).name == "b.yaml"


def test_all_mistakes_of_a_price_file_are_told_at_once(tmp_path) -> None:
    """A missing reason, a negative price, a wrong currency and an unknown key in one go."""
    text = price_file(Settings()).read_text("utf-8")
    text = text.replace("currency: USD", "currency: dollars\nrebate: 5")
    text = text.replace("value: 0.048", "value: -1").replace("value: 12", 'value: "a year"')
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(Mistakes) as caught:
        read_prices(Settings(), str(path))

    keys = {mistake.key for mistake in caught.value.mistakes}
    assert keys == {"currency", "rebate", "aws.cpu_hour.value", "months_kept.value"}


@pytest.mark.parametrize("text", ["", "[1]", "a: b: c", "currency: &a USD\nlocal: *a", "\x00"])
def test_what_is_no_price_file_is_a_mistake_and_no_fault(tmp_path, text) -> None:
    """An empty file, a list, what is no YAML, an alias, a control character."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(Mistakes):
        read_prices(Settings(), str(path))


def test_a_price_file_that_is_not_there_is_named(tmp_path) -> None:
    """The path is in the message."""
    with pytest.raises(Mistakes, match=r"nowhere\.yaml"):
        read_prices(Settings(), str(tmp_path / "nowhere.yaml"))
