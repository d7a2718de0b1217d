"""`caf ui` before any server is started: what it refuses, and that it leaves nothing behind."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from played import Played

from caf_pipelines.cli.serving import watch
from caf_pipelines.servers.process import started
from caf_platform.errors import Unavailable


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def test_without_a_play_there_is_nothing_to_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, what to do, and no home is made by looking."""
    empty = Played.begun(tmp_path)

    code = empty.caf("ui")

    told = capsys.readouterr().err
    assert code == 2
    assert "Nothing has happened yet" in told
    assert "make demo" in told
    assert not empty.home.exists()


def test_an_unknown_project_is_named(lived: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """With the one that was meant."""
    code = lived.caf("ui", "--project", "mikro")

    assert code == 2
    assert "mikro" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--mlflow-port", "--prefect-port", "--report-port"])
def test_a_named_port_in_use_is_refused(
    lived: Played, option: str, taken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 with the port, why, and what to do; each time anew, for nothing was started."""
    codes = {lived.caf("ui", option, taken) for _ in range(2)}

    told = capsys.readouterr().err
    assert codes == {2}
    assert f"cannot have port {taken}" in told
    assert "Address already in use" in told
    assert option in told


def test_a_home_that_is_served_is_not_removed(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its servers would go on with files that nobody sees; once they have ended it may go."""
    with FileLock(lived.home / "ui.lock"):
        code = lived.caf("reset", "--yes")
        kept = (lived.home / "ledger.db").exists()
    told = capsys.readouterr().err
    later = lived.caf("reset", "--yes")

    assert (code, later) == (2, 0)
    assert kept
    assert "caf ui serves it" in told


def test_a_server_that_ends_by_itself_ends_it_all(tmp_path: Path) -> None:
    """Nobody looks at two of three for long; which one, and where its last words are."""
    ending = started(
        "MLflow",
        ("no_such_module",),
        url="http://127.0.0.1:9",
        health="/",
        log=tmp_path / "log",
        environment={},
        instead="",
        starting=FileLock(tmp_path / "lock"),
    )

    with ending as server, pytest.raises(Unavailable) as error:
        watch([server])

    assert "MLflow's server has ended by itself" in error.value.what
    assert str(tmp_path / "log") in error.value.why


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_what_is_no_port_is_wrong_usage(lived: Played, port: str) -> None:
    """Exit code 2 before anything is looked at."""
    assert lived.caf("ui", "--mlflow-port", port) == 2


def test_signals_are_as_before_once_it_has_ended(lived: Played, taken: str) -> None:
    """A program that calls the verb keeps its own Ctrl-C."""
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    lived.caf("ui", "--mlflow-port", taken)

    after = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert after == before
