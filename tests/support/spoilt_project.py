"""A project's files with texts replaced, and the mistakes that are found in them."""

import pytest

import caf_platform.model.families  # noqa: F401 - registers the families
from caf_platform.errors import Mistakes
from caf_platform.project.load import load_project


def spoil(file, *changes):
    """Replace texts in a file; each must be there."""
    text = file.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def mistakes(folder):
    """(file, key) of each mistake, and the whole text."""
    with pytest.raises(Mistakes) as told:
        load_project(folder.parent, "micro")
    return [(mistake.file, mistake.key) for mistake in told.value.mistakes], str(told.value)
