"""The table `events` and the questions that a writer asks it before it appends."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from caf_platform.ledger.stored import Stored

CHUNK: Final = 500
"""Rows held in memory while reading; also the most keys that one query asks for."""

EVENTS: Final = Table(
    "events",
    MetaData(),
    # SQLite's rowid alias must be spelled INTEGER.
    Column(
        "seq", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    ),
    Column("stream", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("real_time", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("key", name="events_key"),
    UniqueConstraint("stream", "position", name="events_stream_position"),
)


def newest(connection: Connection, stream: str | None = None) -> Stored | None:
    """The last row of a stream, or of the whole chain; an edited one raises Tampered."""
    query = select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(1)
    if stream is not None:
        by_position = EVENTS.c.position.desc()
        query = select(EVENTS).where(EVENTS.c.stream == stream).order_by(by_position).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Stored(*row).checked()


def versions(connection: Connection, streams: Iterable[str]) -> dict[str, int]:
    """The version of each of these streams; 0 for one that does not exist."""
    ends = {stream: newest(connection, stream) for stream in streams}
    return {stream: row.position if row else 0 for stream, row in ends.items()}


def known(connection: Connection, keys: Sequence[str]) -> dict[str, Stored]:
    """The rows that have one of these keys, by key."""
    found: dict[str, Stored] = {}
    for start in range(0, len(keys), CHUNK):
        query = select(EVENTS).where(EVENTS.c.key.in_(keys[start : start + CHUNK]))
        found |= {row.key: Stored(*row) for row in connection.execute(query)}
    return found
