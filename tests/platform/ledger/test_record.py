"""A record gives its event, or says why this platform cannot read it."""

import pytest
from lawful_events import received, record
from memory_ledger import MemoryLedger

from caf_platform.errors import Unavailable
from caf_platform.ledger.streams import DATA


def recorded():
    """One record as it stands in a ledger."""
    ledger = MemoryLedger()
    record(ledger, (DATA, received("a")), hours=0)
    return next(iter(ledger.read()))


def test_a_record_gives_its_event():
    """The same that was appended."""
    assert recorded().event == received("a")


def test_a_newer_version_of_an_event_is_not_guessed():
    """A newer platform wrote it: its fields may mean something else."""
    newer = recorded().model_copy(update={"schema_version": 2})

    with pytest.raises(Unavailable, match=r"version 2.*reads up to version 1") as told:
        _ = newer.event

    assert told.value.next_step == "Use the platform that wrote it, or a newer one."
