"""Finds and reads the price file: one that was named, or the one in the package."""

from importlib.resources import files
from pathlib import Path

from caf_governance.cost.prices import Prices
from caf_platform.errors import Mistakes
from caf_platform.project.load import read_part
from caf_platform.settings import Settings


def price_file(settings: Settings, named: str = "") -> Path:
    """Where the prices stand: the named file, else that of the settings, else the package's."""
    own = Path(str(files("caf_governance.cost"))) / "prices.yaml"
    return Path(named or settings.prices or own)


def read_prices(settings: Settings, named: str = "") -> Prices:
    """The prices in force; `Mistakes` with all that is wrong in their file."""
    path = price_file(settings, named)
    prices, mistakes = read_part(Prices, path, path.name, "a price file")
    if prices is None:
        raise Mistakes(f"The price file '{path}'", mistakes)
    return prices
