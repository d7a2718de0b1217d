"""A project whose files may be spoilt."""

import shutil
from pathlib import Path

import pytest
from micro_play import SUPPORT


@pytest.fixture
def folder(tmp_path):
    """A copy of the micro project, to be spoilt."""
    return Path(shutil.copytree(SUPPORT / "micro", tmp_path / "micro"))
