"""How a command ends when something goes wrong that nobody foresaw: told, and never a traceback."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from played import Played, environment

from caf_pipelines.cli.app import app, run

RUNS = "from caf_pipelines.cli import main; main()"


@pytest.fixture
def failing() -> Iterator[list[Exception]]:
    """A verb that raises what the test puts there."""
    raised: list[Exception] = []

    @app.command("failing-in-a-test", hidden=True)
    def _failing() -> None:
        raise raised[0]

    yield raised
    app.registered_commands.pop()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that commands of this process find."""
    monkeypatch.setenv("CAF_HOME", str(tmp_path))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is printed of the error: what, why, what next."""
    _, err = capsys.readouterr()
    assert "Traceback" not in err
    return [line.strip() for line in err.splitlines()]


def test_a_fault_of_ours_says_so_and_keeps_its_traceback(
    failing: list[Exception], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 70; whoever mends it finds the traceback in the home, without what it quotes."""
    failing.append(KeyError("heat"))

    code = run(["failing-in-a-test"])

    what, why, following = told(capsys)
    (kept,) = (home / "faults").iterdir()
    assert code == 70
    assert what == "Fault: This is a fault of the platform, not yours: KeyError: [masked]"
    assert str(kept) in why
    assert "run the same command again" in following
    assert "Traceback" in kept.read_text("utf-8")
    assert "KeyError: [masked]" in kept.read_text("utf-8")


def test_without_a_home_the_traceback_is_printed(
    failing: list[Exception],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """There is nowhere else to keep it."""
    monkeypatch.setenv("CAF_HOME", str(tmp_path / "none"))
    failing.append(KeyError("heat"))

    code = run(["failing-in-a-test"])

    _, err = capsys.readouterr()
    assert code == 70
    assert err.startswith("Traceback")
    assert "stands in the lines above" in err


@pytest.mark.parametrize(
    ("error", "what", "why"),
    [
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a.csv"),
            "Unavailable: 'a.csv' cannot be used.",
            "No space left on device.",
        ),
        (
            OSError("timed out"),
            "Unavailable: A file or a connection cannot be used.",
            "timed out.",
        ),
        (
            ModuleNotFoundError("No module named 'skops'", name="skops.io"),
            "Unavailable: The package 'skops.io' is not installed.",
            "The environment is older than the platform, or was made without it.",
        ),
        (
            MemoryError(),
            "Unavailable: There is no memory left.",
            "The machine, or the limit of this process, has no more to give.",
        ),
    ],
    ids=["disk", "connection", "package", "memory"],
)
def test_what_the_machine_does_is_no_fault(
    error: Exception,
    what: str,
    why: str,
    failing: list[Exception],
    home: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, and what to do next."""
    failing.append(error)

    code = run(["failing-in-a-test"])

    found = told(capsys)
    assert code == 2
    assert found[:2] == [what, why]
    assert found[2]
    assert not (home / "faults").exists()


def test_a_module_of_ours_that_is_missing_is_a_fault(
    failing: list[Exception], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No set-up would bring it."""
    failing.append(ModuleNotFoundError("No module", name="caf_platform.nowhere"))

    assert run(["failing-in-a-test"]) == 70


def command(played: Played, *words: str, **more: str) -> subprocess.Popen[bytes]:
    """A command in a process of its own, whose output is read or not."""
    return subprocess.Popen(
        [sys.executable, "-c", RUNS, *words],
        env=environment(played, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_terminal_that_knows_only_ascii_sees_the_rest_escaped(whole_life: Played) -> None:
    """No command dies of a dash."""
    with command(whole_life, "history", PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (0, b"")
    assert out.isascii()


@pytest.mark.parametrize("words", [("champion",), ("champion", "--json"), ("history", "--json")])
def test_an_error_is_told_where_output_has_no_way_out(
    whole_life: Played, words: tuple[str, ...]
) -> None:
    """With `--json` too: what cannot go to the full disk goes to standard error."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", RUNS, *words],
            env=environment(whole_life),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )

    assert done.returncode == 2
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("words", ["champion", "champion --json", "champion --project nobody"])
def test_a_stream_that_was_closed_before_takes_everything(whole_life: Played, words: str) -> None:
    """`caf champion >&-` is not a fault of anybody's."""
    code = 2 if "nobody" in words else 0
    closed = ["sh", "-c", f'exec "$0" -c "$1" {words} >&- 2>&-', sys.executable, RUNS]

    done = subprocess.run(closed, env=environment(whole_life), check=False, timeout=60)

    assert done.returncode == code
    assert not (whole_life.home / "faults").exists()
