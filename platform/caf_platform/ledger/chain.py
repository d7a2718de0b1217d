"""Proving the chain: pure verification of rows as the database holds them.

Each record's hash covers the hash before it (a hash chain after Haber and Stornetta, *How to
Time-Stamp a Digital Document*, 1991), so that no record can be edited, inserted, removed or
moved without every later hash changing. What a chain alone cannot show is that its end was cut
off, or that everything from some record on was made anew: for that, it is compared with hashes
that a witness noted elsewhere.
"""

from collections.abc import Iterable, Mapping

from caf_platform.capabilities import Capability
from caf_platform.ledger.record import GENESIS
from caf_platform.ledger.stored import Stored
from caf_platform.plugins import Kind, register
from caf_platform.ports.ledger import Audit


@register(
    Kind.CONTROL, "hash chain", Capability.SECURITY_ASSURANCE, Capability.INFRASTRUCTURE_PROTECTION
)
def verify(rows: Iterable[Stored], attested: Mapping[int, str] | None = None) -> Audit:
    """Recompute the chain over rows in order of `seq`, up to the first wrong one.

    `attested` are hashes by `seq` as a witness noted them; what it saw must be there, and be that.
    `records` and `head` of the outcome count and end at the last good record. Never raises
    for what a row holds. Memory grows with the number of streams, not of records.
    """
    records, head, seen = 0, GENESIS, attested or {}
    versions: dict[str, int] = {}
    for row in rows:
        expected = records + 1
        if row.seq != expected:
            return _out_of_sequence(row.seq, records, head)
        why = (
            row.fault()
            or row.unreadable()
            or _misplaced(row, head, versions.get(row.stream, 0) + 1)
        )
        if not why and seen.get(expected, row.hash) != row.hash:
            why = "it is not the record that the witness was shown"
        if why:
            return Audit(records, head, broken_at=expected, why=f"record {expected}: {why}")
        records, head = expected, row.hash
        versions[row.stream] = row.position
    if (noted := max(seen, default=0)) > records:
        why = f"record {records + 1} is missing; the witness was shown {noted} records"
        return Audit(records, head, broken_at=records + 1, why=why)
    return Audit(records, head)


def _out_of_sequence(found: object, records: int, head: str) -> Audit:
    expected = records + 1
    if isinstance(found, int) and found < expected:
        return Audit(records, head, broken_at=found, why=f"record {found} is one too many")
    why = f"record {expected} is missing; the next one is {found}"
    return Audit(records, head, broken_at=expected, why=why)


def _misplaced(row: Stored, head: str, position: int) -> str:
    if row.previous != head:
        return "it does not follow from the record before it; one of the two was replaced"
    if row.position != position:
        return f"it has position {row.position} in stream '{row.stream}', expected {position}"
    return ""
