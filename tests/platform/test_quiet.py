"""Quiet by default: variables that switch off telemetry and spinning threads, in every process."""

import json
import os
import subprocess
import sys

import pytest

from caf_platform.quiet import QUIET

TELL = "import json, os; print(json.dumps(dict(os.environ)))"
PARENT = f"import caf_platform, subprocess, sys; subprocess.run([sys.executable, '-c', {TELL!r}])"


def environment_of_a_child(**chosen: str) -> dict[str, str]:
    """What a child sees of a process that has imported the platform and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name not in QUIET}
    done = subprocess.run(
        [sys.executable, "-c", PARENT], env=kept | chosen, capture_output=True, check=True
    )
    return dict(json.loads(done.stdout))


def test_importing_the_platform_makes_a_process_and_its_children_quiet() -> None:
    """Every variable of the list, set by nobody before."""
    found = environment_of_a_child()

    assert {name: found.get(name) for name in QUIET} == QUIET


@pytest.mark.parametrize("name", QUIET)
def test_what_a_person_has_chosen_is_left_alone(name: str) -> None:
    """Whoever wants it otherwise says so; the rest stays quiet."""
    found = environment_of_a_child(**{name: "chosen"})

    assert {name: found[name] for name in QUIET} == {**QUIET, name: "chosen"}


def test_a_variable_that_is_set_to_nothing_is_no_choice() -> None:
    """`DO_NOT_TRACK=` is what scripts leave behind."""
    found = environment_of_a_child(DO_NOT_TRACK="")

    assert found["DO_NOT_TRACK"] == QUIET["DO_NOT_TRACK"]
