"""How the command starts and ends: its exit codes, pipes and terminals."""

import json
import os
import pty
import subprocess
import sys

import pytest
from played import Played, environment

from caf_pipelines.cli.app import app, run


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """`caf --version` says which release it is."""
    code = run(["--version"])

    assert code == 0
    assert capsys.readouterr().out.startswith("caf 0.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "No such command"),
        (["champion", "--bogus"], "No such option"),
        (["approve"], "Missing argument"),
        ([], "Usage"),
    ],
)
def test_wrong_usage_is_told_and_no_traceback(
    words: list[str], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 with what is wrong."""
    code = run(words)

    out, err = capfd.readouterr()
    assert code == 2
    assert told in out + err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("words", "told", "see"),
    [
        (["champion", "--bogus"], "No such option: --bogus", "caf champion --help"),
        (["approve"], "Missing argument", "caf approve --help"),
        (["identity", "create", "ada", "--role", "king"], "'king' is not", "caf identity create"),
    ],
)
def test_wrong_usage_is_told_machines_as_json(
    words: list[str], told: str, see: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """One object on stdout, as for any other error."""
    code = run([*words, "--json"])

    found = json.loads(capfd.readouterr().out)
    assert code == 2
    assert found["error"] == "BadInput"
    assert told in found["what"]
    assert see in found["next_step"]


def test_settings_that_cannot_be_read_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and the variable's name."""
    monkeypatch.setenv("CAF_SAMPLE", "much")

    code = run(["champion"])

    assert code == 2
    assert "CAF_SAMPLE" in capsys.readouterr().err


def test_ctrl_c_is_told_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """Stopped by a person: exit code 130, and that the same command continues."""

    @app.command("stopped-in-a-test", hidden=True)
    def _stopped() -> None:
        raise KeyboardInterrupt

    code = run(["stopped-in-a-test"])

    app.registered_commands.pop()
    assert code == 130
    assert "the same command continues" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["history"], ["history", "--json"], ["lineage", "v1"]])
def test_a_reader_that_goes_away_ends_it_quietly(whole_life: Played, words: list[str]) -> None:
    """`caf history | head -1`: no traceback, no message."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from caf_pipelines.cli import main; main()", *words],
            env=environment(whole_life),
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)

    assert done.returncode == 141
    assert done.stderr == ""


def on_a_terminal(played: Played, *words: str) -> str:
    """What a command prints on a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from caf_pipelines.cli import main; main()", *words],
        env=environment(played, TERM="xterm", COLUMNS="80"),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
    )
    os.close(theirs)
    told = b""
    try:
        while part := os.read(ours, 65536):
            told += part
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(60) == 0
    return told.decode()


def test_colour_only_on_terminals(whole_life: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """The same table is coloured for a person, and plain in a pipe."""
    coloured = on_a_terminal(whole_life, "history")
    whole_life.caf("history")

    plain = capsys.readouterr().out
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert "quarantined" in coloured


def test_no_color_is_respected(whole_life: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR (no-color.org) takes the colours away on terminals too."""
    monkeypatch.setenv("NO_COLOR", "1")

    told = on_a_terminal(whole_life, "history")

    assert "\x1b[33m" not in told
    assert "quarantined" in told
