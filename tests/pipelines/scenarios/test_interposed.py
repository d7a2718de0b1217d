"""Ports that stand in the place of others: one that acts at a moment, one that is down."""

import pytest
from ledger_samples import ENVELOPE
from memory_ledger import MemoryLedger

from caf_pipelines.scenarios.interposed import Interposed
from caf_platform.errors import Unavailable
from caf_platform.ledger.events import PlayFinished, WindowClosed


def append(ledger: Interposed, *windows: str) -> None:
    """Close some windows, after a record of another kind."""
    ledger.append("p/decisions", None, PlayFinished(play=1), key="p/over", envelope=ENVELOPE)
    for name in windows:
        event = WindowClosed(window=name)
        ledger.append("p/decisions", None, event, key=f"p/{name}", envelope=ENVELOPE)


@pytest.mark.parametrize(("after", "seen"), [(False, 1), (True, 2)])
def test_something_happens_once_around_the_first_record_of_a_kind(after: bool, seen: int) -> None:
    """Just before it is written, or just after; other kinds and later ones are left alone."""
    true = MemoryLedger()
    moments: list[int] = []

    def note() -> None:
        moments.append(len(true.rows))

    append(Interposed(true, WindowClosed.TYPE, note, after), "w1", "w2")

    assert moments == [seen]
    assert len(true.rows) == 3


def test_what_raises_before_a_record_leaves_none() -> None:
    """The store did not answer, so nothing is there; the next try is let through."""
    true = MemoryLedger()

    def unreachable() -> None:
        raise Unavailable("The ledger does not answer.")

    ledger = Interposed(true, PlayFinished.TYPE, unreachable)
    with pytest.raises(Unavailable):
        append(ledger)

    append(ledger, "w1")

    assert [row.type for row in true.rows] == [PlayFinished.TYPE, WindowClosed.TYPE]


def test_all_else_is_what_the_true_ledger_does() -> None:
    """It reads, finds, counts and proves as before."""
    ledger = Interposed(MemoryLedger(), "nothing", lambda: None)
    append(ledger, "w1")

    assert [record.key for record in ledger.read()] == ["p/over", "p/w1"]
    assert ledger.find("p/w1").payload["window"] == "w1"
    assert ledger.version("p/decisions") == 2
    assert ledger.verify().sound
