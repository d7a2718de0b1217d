"""What a command took is measured: its children, its memory, and when something was seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from resources import cpu_seconds, on_a_terminal, resident

BURN = "import time\nwhile time.process_time() < {}: pass\n"
HOLD = "held = bytearray(b'x') * 200_000_000\n"
PARENT = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {!r}], check=True)\n"


def run(program: str, **awaited: str):
    """A Python program on a terminal, measured."""
    command = [sys.executable, "-c", program]
    return on_a_terminal(
        command, environment={"PATH": os.defpath}, folder=Path.cwd(), awaited=awaited
    )


def test_the_cpu_of_children_is_counted_and_told_apart():
    """A parent that does nothing while its child works for half a second."""
    used = run(PARENT.format(BURN.format(0.5)))

    assert used.cpu >= 0.5
    assert used.own_cpu < 0.4
    assert used.seconds >= 0.5


def test_the_memory_of_children_is_counted_and_told_apart():
    """A child that holds 200 MB long enough to be looked at."""
    used = run(PARENT.format(HOLD + BURN.format(0.8)))

    assert used.peak > 200_000_000 > used.own_peak > 0


def test_a_process_is_its_own_first_descendant():
    """And one that is not there holds nothing."""
    assert resident(os.getpid())[os.getpid()] > 1_000_000
    assert resident(2**30) == {}


def test_what_is_awaited_is_seen_through_colours_and_replaced_lines():
    """In the order in which it was written; what never comes has no time."""
    shown = "print('begun'); print('\\r\\x1b[2K\\x1b[2m2013-01-01\\x1b[0m batch', flush=True)"

    used = run(f"{shown}\n{BURN.format(0.3)}print('end')", first="^2013", last="^end", never="^x")

    assert used.seen["first"] < used.seen["last"] <= used.seconds
    assert "never" not in used.seen
    assert "2013-01-01 batch" in used.told


def test_the_program_has_a_terminal_and_its_exit_code_is_kept():
    """As a person runs it."""
    used = run("import sys; print(sys.stdout.isatty()); sys.exit(3)")

    assert used.told.split() == ["True"]
    assert used.code == 3


def test_short_commands_are_measured_or_fail():
    """A command that fails has no cost worth telling."""
    quick = [sys.executable, "-c", BURN.format(0.2)]

    assert cpu_seconds(quick, environment={}, folder=Path.cwd()) >= 0.2
    with pytest.raises(subprocess.CalledProcessError):
        cpu_seconds([sys.executable, "-c", "1/0"], environment={}, folder=Path.cwd())
