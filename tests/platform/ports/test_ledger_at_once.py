"""Many threads and processes append to one ledger, or die on it: one chain, one winner."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ledger_crew import crew
from ledger_samples import CLOCK, append

from caf_platform.adapters.ledger import SqlLedger
from caf_platform.errors import Conflict, Unavailable


@pytest.fixture(scope="module")
def six_processes():
    """Started once, for starting costs more than all that they do."""
    with crew(6) as children:
        yield children


@pytest.fixture
def children(six_processes, ledger_url):
    """Six processes that have opened the same ledger."""
    for child in six_processes:
        child.tell("open", url=ledger_url)
    assert [child.answer() for child in six_processes] == ["opened"] * 6
    return six_processes


def test_of_many_threads_exactly_one_wins_each_version(ledger):
    """Twelve threads share one ledger and all decide on the same version, ten times."""
    threads, versions = 12, 10
    barrier = threading.Barrier(threads)

    def race(name):
        won = []
        for version in range(versions):
            barrier.wait()
            try:
                append(ledger, "champion", f"{name}/{version}", expected=version)
                won.append(version)
            except Conflict:
                pass
        return won

    with ThreadPoolExecutor(threads) as pool:
        winners = [version for won in pool.map(race, range(threads)) for version in won]

    assert sorted(winners) == list(range(versions))
    assert ledger.verify().records == versions


def test_of_many_processes_exactly_one_wins_each_version(children, ledger_url):
    """Six processes decide on the same version, ten times; each version has one winner."""
    for version in range(10):
        for number, child in enumerate(children):
            child.tell("append", stream="s", expected=version, key=f"{number}/{version}")
        answers = sorted(child.answer() for child in children)

        assert answers == ["conflict"] * 5 + ["won"]

    audit = SqlLedger.open(ledger_url).verify()
    assert (audit.sound, audit.records) == (True, 10)


def test_processes_without_expectations_all_append(children, ledger_url):
    """Nobody loses a record when nobody expects a version: writers queue, the chain is one."""
    for number, child in enumerate(children):
        for turn in range(10):
            child.tell("append", stream="s", expected=None, key=f"{number}/{turn}")

    answers = [[child.answer() for _ in range(10)] for child in children]

    assert answers == [["won"] * 10] * 6
    audit = SqlLedger.open(ledger_url).verify()
    assert (audit.sound, audit.records) == (True, 60)


def test_a_killed_writer_loses_and_doubles_nothing(ledger_url):
    """SIGKILL mid-append, thrice: what was acknowledged is there once, and the chain goes on."""
    acknowledged = []
    for name, patience in (("first", 1), ("second", 7), ("third", 20)):
        with crew(1) as (child,):
            child.tell("append_for_ever", url=ledger_url, name=name)
            acknowledged += [child.answer() for _ in range(patience)] + child.kill()

    ledger = SqlLedger.open(ledger_url)
    keys = [record.key for record in ledger.read()]
    assert ledger.verify().sound
    assert len(keys) == len(set(keys))
    assert set(acknowledged) <= set(keys)
    assert len(keys) <= len(acknowledged) + 3  # a commit whose acknowledgement died with it
    assert append(ledger, "s", "afterwards").seq == len(keys) + 1


def test_a_writer_waits_no_longer_than_its_patience(ledger, ledger_url):
    """While another transaction holds the end of the chain, appending ends as Unavailable."""
    hasty = SqlLedger.open(ledger_url, clock=CLOCK, patience=0.05)

    with ledger._writer.begin(), pytest.raises(Unavailable):
        append(hasty, "a", "one")

    assert append(hasty, "a", "one").seq == 1
    hasty.close()
