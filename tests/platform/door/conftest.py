"""The one door before its second move, and after it."""

import pytest
from door_scene import Scene
from door_world import DoorWorld


@pytest.fixture
def scene():
    """v1 serves, v2 may be promoted."""
    return Scene("approval/v2")


@pytest.fixture
def promoted():
    """v2 serves, v1 may be put back."""
    return Scene("promote/v2")


@pytest.fixture
def world():
    """v1 has passed its gate; one person must approve."""
    found = DoorWorld.manual().begin()
    found.version("v1")
    return found
