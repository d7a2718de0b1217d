"""What several modules about frames start from."""

import pytest
from filled_shelf import Shelf


@pytest.fixture
def shelf():
    """Nothing on it yet."""
    return Shelf()
