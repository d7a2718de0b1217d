"""The same model is the same file, whoever writes it, when, and in which process."""

import io
import json
import os
import subprocess
import sys
from zipfile import ZipFile

import pytest
from checkout import ROOT
from hostile_files import unpacked
from model_samples import SERVED, fitted

from caf_platform.digest import digest
from caf_platform.model import artifact
from caf_platform.model.reproducible import SCHEMA, reproducible
from caf_platform.project.model import Task

PRINTED = """
from model_samples import SERVED, fitted
from caf_platform.digest import digest
from caf_platform.model.artifact import dump
print([digest(dump(fitted(family, task))) for family, task in SERVED])
"""


@pytest.mark.parametrize(("family", "task"), SERVED)
def test_a_model_and_its_copy_are_one_file(family: str, task: Task) -> None:
    """Written, opened and written again: the same bytes, though all objects are others."""
    once = artifact.dump(fitted(family, task))

    again = artifact.dump(artifact.load(once, expected_digest=digest(once), family=family))

    assert again == once


def test_another_process_writes_the_same_files() -> None:
    """Fitted and written elsewhere, with another seed of Python's own hashes.

    In the same environment: which kernels a machine lets its libraries use changes last digits.
    """
    done = subprocess.run(
        [sys.executable, "-c", PRINTED],
        env=os.environ | {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    here = [digest(artifact.dump(fitted(family, task))) for family, task in SERVED]

    assert done.stdout.strip() == str(here)


def test_another_model_is_another_file() -> None:
    """What was learnt is in it."""
    assert artifact.dump(fitted("logistic")) != artifact.dump(fitted("logistic", seed=2))


def test_the_one_form_is_its_own() -> None:
    """Brought to that form twice, nothing changes."""
    once = artifact.dump(fitted("logistic"))

    assert reproducible(once) == once


def test_members_have_no_time_and_no_address() -> None:
    """The earliest time that a ZIP can hold, and names that count up from one."""
    with ZipFile(io.BytesIO(artifact.dump(fitted("gradient_boosting")))) as archive:
        listed = archive.infolist()

    arrays = [member.filename for member in listed if member.filename != SCHEMA]
    assert arrays == [f"{number}.npy" for number in range(1, len(listed))]
    assert {member.date_time for member in listed} == {(1980, 1, 1, 0, 0, 0)}


def test_what_was_one_object_stays_one() -> None:
    """Arrays that two nodes share are stored once; equal texts count as two."""
    schema = json.loads(unpacked(artifact.dump(fitted("gradient_boosting")))[SCHEMA])
    waiting, seen = [schema], {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
            if value.get("__loader__") == "NdArrayNode" and "file" in value:
                assert seen.setdefault(value["__id__"], value["file"]) == value["file"]
        elif isinstance(value, list):
            waiting.extend(value)

    assert len(set(seen.values())) == len(seen)
