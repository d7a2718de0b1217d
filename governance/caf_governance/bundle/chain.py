"""Whether a bundle's records are those of one promotion, whole, linked and signed. Pure.

Three proofs that nothing was left out: from the training to the promotion every record of the whole
ledger is there and names the one before it; the champion's stream is there from the play's start
on, position by position; and so is the validation of each batch that was learnt from.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

from caf_governance.bundle.basis import Basis, basis_of
from caf_governance.bundle.index import Index
from caf_platform.ledger.events import PlayStarted
from caf_platform.ledger.privileged import fault, happens_once
from caf_platform.ledger.record import Record
from caf_platform.ledger.stored import Stored
from caf_platform.ports.signer import Signer


def wrong_records(data: bytes, signer: Signer, index: Index) -> Iterator[str]:
    """What is wrong with the records of a bundle; those are read no further that are no records."""
    rows = [Stored(**json.loads(line)) for line in data.splitlines()]
    for row in rows:
        if why := row.fault() or row.unreadable():
            yield f"record {row.seq}: {why}"
            return
    records = [row.record() for row in rows]
    yield from _links(records)
    seen: set[str] = set()
    for record in records:
        if why := fault(signer, record):
            yield f"record {record.seq}: {why}"
        happens_once(record, seen)
    found = basis_of(records)
    yield from _whole(records, found)
    yield from _named(found, index)


def _links(records: Sequence[Record]) -> Iterator[str]:
    for former, record in pairwise(records):
        if record.seq <= former.seq:
            yield f"record {record.seq} stands after record {former.seq}"
        elif record.seq == former.seq + 1 and record.previous != former.hash:
            yield f"record {record.seq} does not follow record {former.seq}"


def _whole(records: Sequence[Record], found: Basis) -> Iterator[str]:
    since = [one for one in records if one.seq >= found.training.seq]
    for former, record in pairwise(since):
        if record.seq > former.seq + 1:
            yield f"between training and promotion record {former.seq + 1} is missing"
    for former, record in pairwise(found.champion_stream):
        if record.position != former.position + 1:
            yield (
                f"between records {former.seq} and {record.seq} one is missing that may have "
                "changed who serves or by which rules"
            )
    lost = sorted(set(found.trained.batches) - set(found.batches))
    yield from (f"the validation of batch {name} is missing" for name in lost)
    if any(one.type == PlayStarted.TYPE for one in found.own[1:]):
        yield "another play begins before the promotion"


def _named(found: Basis, index: Index) -> Iterator[str]:
    """Whether it is the promotion of which the index speaks."""
    if found.promotion.hash != index.promoted:
        yield "the last record is not the promotion that the index names"
    said = (index.project, index.play, index.version)
    if (found.project, found.start.play, found.promoted.version) != said:
        yield "the index is of another project, play or version than the promotion"
