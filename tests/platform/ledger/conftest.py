"""A witnessed ledger with nothing in it."""

import pytest
from witnessed_world import World


@pytest.fixture
def world() -> World:
    """An empty one."""
    return World()
