"""Events that take bytes away: a person is erased, or data was kept as long as it may be."""

from datetime import datetime

from caf_platform.ledger.event import Event
from caf_platform.ledger.values import Replaced


class SubjectErased(Event):
    """A person's rows are gone from every object of the lake; nothing here names the person.

    `subject` and `rows` are keyed digests of the person and their rows, `key_id` names the key.
    `models` learnt from those rows, whatever play they are of. The objects that held them are
    removed after this is on record, and everything that reads is led to those in their place.
    """

    TYPE = "subject_erased"
    subject: str
    rows: tuple[str, ...]
    key_id: str
    replaced: tuple[Replaced, ...]
    models: tuple[str, ...]
    reason: str


class BatchesPurged(Event):
    """Batches have been kept as long as they may be: their rows are gone from every object."""

    TYPE = "batches_purged"
    batches: tuple[str, ...]
    until: datetime
    keep_days: int
    replaced: tuple[Replaced, ...]
    models: tuple[str, ...]
