"""A ledger of a first play with some moves, and the state that they fold to."""

from lawful_events import approved, judged, record, started, trained
from memory_ledger import MemoryLedger

from caf_platform.ledger.state import read_state
from caf_platform.ledger.streams import DECISIONS, MODELS


def told(*moves):
    """A ledger with these moves of a first play, an hour apart."""
    ledger = MemoryLedger()
    for hours, move in enumerate([(DECISIONS, started(1)), *moves]):
        record(ledger, move, hours=hours)
    return ledger


def after(*moves):
    """The state that they fold to."""
    return read_state(told(*moves), "micro")


TWO_MODELS = (
    *((MODELS, event) for v in ("v1", "v2") for event in (trained(v), judged(v), approved(v))),
)
