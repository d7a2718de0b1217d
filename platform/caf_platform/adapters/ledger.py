"""The ledger in SQL: SQLite in WAL mode by default, PostgreSQL by URL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, inspect, select

from caf_platform.adapters.ledger_engine import (
    BEGIN,
    WRITE,
    answered,
    damage,
    engine_for,
    sqlite_file,
)
from caf_platform.adapters.ledger_table import CHUNK, EVENTS, known, newest, versions
from caf_platform.errors import Tampered
from caf_platform.ledger import chain, migrations
from caf_platform.ledger.events import Event
from caf_platform.ledger.record import GENESIS, Entry, Envelope, Record
from caf_platform.ledger.stored import Stored, named
from caf_platform.ledger.tail import Tail
from caf_platform.ports.clock import Clock, SystemClock
from caf_platform.ports.ledger import Audit, Ledger

PATIENCE: Final = 30.0
"""Seconds that a writer waits for another one, hundreds of times what a commit takes."""


class SqlLedger(Ledger):
    """The port on SQLAlchemy Core. Threads may share one; a forked process opens its own.

    Commits are durable as far as the engine's disk is (`synchronous=FULL`; on PostgreSQL the
    server's `synchronous_commit`). Reading holds no connection between chunks, so that a
    reader may append, or stop half-way.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._writer = engine.execution_options(**{BEGIN: WRITE})

    @classmethod
    def open(cls, url: str, *, clock: Clock | None = None, patience: float = PATIENCE) -> Self:
        """Open a ledger and bring its tables up to date; folder and file are made if need be.

        `clock` gives the records' real time. BadInput for a URL that cannot hold a ledger.
        """
        engine = engine_for(url, patience)
        with answered(engine):
            if not _up_to_date(engine):
                # Alembic costs half a second, which an existing ledger need not pay.
                from caf_platform.adapters.ledger_migration import upgrade

                upgrade(engine, patience)
        return cls(engine, clock or SystemClock())

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def append(
        self, stream: str, expected: int | None, event: Event, *, key: str, envelope: Envelope
    ) -> Record:
        """Append one event; see the port."""
        return self.append_all([Entry(stream, expected, event, key, envelope)])[0]

    def append_all(self, entries: Sequence[Entry]) -> list[Record]:
        """Append all or none, in one transaction; see the port."""
        if not entries:
            return []
        for entry in entries:
            named("stream", entry.stream)
            named("key", entry.key)
        with answered(self._engine), self._writer.begin() as connection:
            tail = self._tail(connection, entries)
            rows = [tail.append(entry) for entry in entries]
            if tail.fresh:
                connection.execute(insert(EVENTS), [row._asdict() for row in tail.fresh])
                _stands(connection, tail.fresh)
            return [row.record() for row in rows]

    def read(
        self, *, stream: str | None = None, prefix: str | None = None, after: int = 0
    ) -> Iterator[Record]:
        """Records that were there when reading began; an edited one raises Tampered."""
        where = []
        if stream is not None:
            where.append(EVENTS.c.stream == named("stream", stream))
        if prefix:  # LIKE would ignore case in SQLite
            named("prefix", prefix)
            where.append(func.substr(EVENTS.c.stream, 1, len(prefix)) == prefix)
        return (row.record() for row in self._rows(where, after))

    def find(self, key: str) -> Record | None:
        """The record with this idempotency key; an edited one raises Tampered."""
        with answered(self._engine), self._engine.connect() as connection:
            former = known(connection, [named("key", key)]).get(key)
        return former.record() if former else None

    def head(self) -> Record | None:
        """The newest record: note its `seq` and `hash` elsewhere to prove later that it stood."""
        with answered(self._engine), self._engine.connect() as connection:
            row = newest(connection)
        return row.record() if row else None

    def version(self, stream: str) -> int:
        """How many records a stream has; 0 when it does not exist."""
        with answered(self._engine), self._engine.connect() as connection:
            return versions(connection, {named("stream", stream)})[stream]

    def stored(self) -> Iterator[Stored]:
        """Every row of the table by `seq`, whatever it holds."""
        return self._rows([], None)

    def verify(self, attested: Mapping[int, str] | None = None) -> Audit:
        """Recompute the whole chain over what the table holds, including what is no record.

        A damaged SQLite file may hide records: it is reported right after the last good one.
        """
        audit = chain.verify(self.stored(), attested)
        with answered(self._engine):
            hidden = damage(self._engine) if audit.sound else ""
        if not hidden:
            return audit
        return replace(audit, broken_at=audit.records + 1, why=f"the file is damaged: {hidden}")

    def _rows(self, where: Iterable[ColumnElement[bool]], after: int | None) -> Iterator[Stored]:
        """Rows by `seq` in chunks, up to the end as it was at the start; None: from the first."""
        query = select(EVENTS).where(*where).order_by(EVENTS.c.seq).limit(CHUNK)
        with answered(self._engine), self._engine.connect() as connection:
            end = connection.execute(select(func.max(EVENTS.c.seq))).scalar()
        chunk: Sequence[Any] = range(CHUNK)
        while end is not None and len(chunk) == CHUNK:
            bounded = query.where(EVENTS.c.seq <= end)
            if after is not None:
                bounded = bounded.where(EVENTS.c.seq > after)
            with answered(self._engine), self._engine.connect() as connection:
                chunk = connection.execute(bounded).all()
            yield from (Stored(*row) for row in chunk)
            after = chunk[-1].seq if chunk else after

    def _tail(self, connection: Connection, entries: Sequence[Entry]) -> Tail:
        end = newest(connection)
        return Tail(
            real_time=self._clock.now(),
            seq=end.seq if end else 0,
            head=end.hash if end else GENESIS,
            versions=versions(connection, {entry.stream for entry in entries}),
            known=known(connection, [entry.key for entry in entries]),
        )


def _stands(connection: Connection, rows: Sequence[Stored]) -> None:
    """`Tampered` unless the table holds these rows now: a trigger may swallow or change one.

    Asked before the commit, so that nothing is acknowledged that is not there.
    """
    query = select(EVENTS).where(EVENTS.c.seq >= rows[0].seq).order_by(EVENTS.c.seq)
    if [Stored(*row) for row in connection.execute(query)] != list(rows):
        raise Tampered(
            "The ledger did not keep what was appended.",
            why="Its database holds other rows than those that were written: look for triggers.",
            next_step="Keep the file as evidence, and restore a backup of the ledger.",
        )


def _up_to_date(engine: Engine) -> bool:
    """Whether tables and journal mode are as migrations leave them; asks in plain SQL."""
    file = sqlite_file(engine)
    if file is not None and not file.exists():
        return False
    with engine.connect() as connection:
        if not inspect(connection).has_table(migrations.VERSION_TABLE):
            return False
        query = f"SELECT version_num FROM {migrations.VERSION_TABLE}"  # nosec B608 # noqa: S608 - a constant
        current = connection.exec_driver_sql(query).scalar() == migrations.HEAD
        if file is None:
            return current
        return current and connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
