"""The flagship's source, built once for all its tests."""

from typing import Any

import pytest

from examples import example_module


@pytest.fixture(scope="session")
def flights_cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The folder in which the built table is remembered."""
    return tmp_path_factory.mktemp("flights")


@pytest.fixture(scope="session")
def flights_source(flights_cache: Any) -> Any:
    """The real data, with its table built and stored."""
    source = example_module("flight_delays", "data").NycFlights(flights_cache)
    source.deliveries(None)
    return source
