"""Attacks on the whole demo, too long for every change: `make harden`. Each ends with its numbers.

A trial that fails is counted and does not end the attack; what is reported is failures in trials
and the bound below which the true rate lies with 95 % confidence. What an attack in full size came
to is kept in `build/harden`, from where `docs/write_pages.py` takes it.
"""

from collections.abc import Generator, Iterator

import pytest
from attacks import name_of
from reliability import keep
from tally import Size, Tally

LINES = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long and on what; `make harden` hands these on."""
    group = parser.getgroup("harden")
    group.addoption("--kills", type=int, default=10, help="SIGKILLs of the demo")
    group.addoption("--sample", type=float, default=1.0, help="share of the flights")
    group.addoption("--short", action="store_true", help="small sizes: minutes, not hours")
    group.addoption("--seed", type=int, default=0, help="of the random moments; 0: a new one")


def pytest_configure(config: pytest.Config) -> None:
    """Make room for what the attacks report."""
    config.stash[LINES] = []


@pytest.fixture(scope="session")
def size(pytestconfig: pytest.Config) -> Size:
    """`size(1_000, 50)` is 1,000, and 50 under `--short`."""
    chosen = pytestconfig.getoption("--short", default=False)  # absent in runs of all tests
    return lambda full, short: short if chosen else full


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Counts the trials of one attack."""
    lines = request.config.stash[LINES]
    counted, begun = Tally(name_of(request.node.name), lines), len(lines)
    yield counted
    if counted.trials:
        counted.say(counted.verdict())
    full = request.node.get_closest_marker("harden") is not None
    if full and counted.trials and not request.config.getoption("--short", default=False):
        keep(counted, lines[begun:], request.function.__doc__ or "")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """An attack that tried nothing does not pass, and one that stopped is kept as one."""
    counted = pyfuncitem.funcargs.get("tally")
    try:
        done = yield
        if counted is not None:
            counted.demand(1)
    except pytest.skip.Exception:
        raise
    except BaseException as error:
        if counted is not None:
            counted.stopped = (str(error).strip() or repr(error)).splitlines()[0][:300]
        raise
    return done


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Every attack's report, whether it held or not."""
    if config.stash[LINES]:
        terminalreporter.section("attacks")
    for line in config.stash[LINES]:
        terminalreporter.write_line(line)
