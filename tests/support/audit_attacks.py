"""Eleven ways to falsify a ledger, by somebody who owns its store and all signing keys.

Each takes the true rows and the number of the last attested one, and gives the false rows with the
number of the first that is wrong. Half of the time the chain is made anew from there on.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from audit_world import OPERATOR, PLATFORM, AuditWorld

from caf_platform.adapters.signer import LocalSigner
from caf_platform.digest import canonical
from caf_platform.ledger.events import EVENT_TYPES
from caf_platform.ledger.privileged import MAY_SIGN
from caf_platform.ledger.record import GENESIS
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.stored import Stored
from caf_platform.ports.signer import Role

Rows = list[Stored]


class Attacker:
    """Owns the store and the keys; `attested` is how far the witness was shown the ledger."""

    def __init__(self, world: AuditWorld, rows: Sequence[Stored], seed: int) -> None:
        self.world, self.rows = world, list(rows)
        self.draw = random.Random(seed)  # noqa: S311 - no secrets
        self.thorough = self.draw.random() < 0.5
        self.last = world.ledger()._witness.last()
        self.attested = self.last.records if self.last else 0

    def place(self, least: int = 1) -> int:
        """The number of a record that the witness was shown."""
        return self.draw.randint(least, self.attested)

    def chained(self, rows: Rows, start: int) -> Rows:
        """Numbers, positions, links and hashes made anew from record `start` on."""
        found, ends = rows[: start - 1], {}
        for row in found:
            ends[row.stream] = row.position
        for number, row in enumerate(rows[start - 1 :], start):
            position = ends.get(row.stream, 0) + 1
            previous = found[-1].hash if found else GENESIS
            moved = row._replace(seq=number, position=position, previous=previous)
            found.append(moved._replace(hash=moved.computed_hash()))
            ends[row.stream] = position
        return found

    def numbered(self, rows: Rows, start: int) -> Rows:
        """Thorough: chained anew; otherwise only the numbers fit."""
        if self.thorough:
            return self.chained(rows, start)
        return [row._replace(seq=number) for number, row in enumerate(rows, 1)]

    def signed(self, row: Stored, payload: dict[str, object]) -> Stored:
        """The same record with another content, signed anew with a stolen key."""
        may = MAY_SIGN[row.type]
        who = PLATFORM if Role.PLATFORM in may else OPERATOR
        event = EVENT_TYPES[row.type].model_validate(payload)
        signer = LocalSigner.open(self.world.home / "keys", who)
        envelope = json.loads(row.envelope)
        signature = sign_event(signer, row.stream, row.key, event)
        envelope["signature"] = signature.model_dump(mode="json")
        text = canonical(event.model_dump(mode="json")).decode()
        return row._replace(payload=text, envelope=canonical(envelope).decode())


def _edited(row: Stored) -> Stored:
    payload = json.loads(row.payload)
    payload["measured"] = {"edited": 1}
    return row._replace(payload=canonical(payload).decode())


def edit(by: Attacker) -> tuple[Rows, int]:
    """What one record says is changed."""
    at, rows = by.place(), list(by.rows)
    rows[at - 1] = _edited(rows[at - 1])
    return (by.chained(rows, at) if by.thorough else rows), at


def delete(by: Attacker) -> tuple[Rows, int]:
    """One record is taken out; the gap is closed, or not."""
    at = by.place()
    left = [row for row in by.rows if row.seq != at]
    return (by.chained(left, at) if by.thorough else left), at


def insert(by: Attacker) -> tuple[Rows, int]:
    """A record that never was is put between two."""
    at, model = by.place(), by.draw.choice(by.rows)
    forged = _edited(model._replace(key=f"forged-{by.draw.random()}"))
    return by.numbered([*by.rows[: at - 1], forged, *by.rows[at - 1 :]], at), at


def swap(by: Attacker) -> tuple[Rows, int]:
    """Two records change places."""
    at = by.place()
    other = by.draw.choice([n for n in range(1, by.attested + 1) if n != at])
    rows = list(by.rows)
    rows[at - 1], rows[other - 1] = rows[other - 1], rows[at - 1]
    return by.numbered(rows, min(at, other)), min(at, other)


def reorder(by: Attacker) -> tuple[Rows, int]:
    """A stretch of records is told in another order."""
    start = by.draw.randint(1, by.attested - 3)
    end = by.draw.randint(start + 2, by.attested)
    part = by.rows[start - 1 : end]
    turn = by.draw.randint(1, len(part) - 1)
    rows = [*by.rows[: start - 1], *part[turn:], *part[:turn], *by.rows[end:]]
    return by.numbered(rows, start), start


def truncate(by: Attacker) -> tuple[Rows, int]:
    """The end is cut off."""
    at = by.place()
    return by.rows[: at - 1], at


def roll_back_the_store(by: Attacker) -> tuple[Rows, int]:
    """An older copy is put in place, and life goes on from there."""
    at = by.place(2)
    later = by.draw.sample(by.rows[at:], k=min(len(by.rows) - at, by.draw.randint(0, 5)))
    fresh = [_edited(row._replace(key=f"later-{row.key}")) for row in later]
    return by.chained([*by.rows[: at - 1], *fresh], at), at


def re_sign_with_a_stolen_key(by: Attacker) -> tuple[Rows, int]:
    """A privileged record says something else, signed and chained as it should be."""
    known = [row.seq for row in by.rows if row.type in MAY_SIGN and row.seq <= by.attested]
    at, rows = by.draw.choice(known), list(by.rows)
    payload = json.loads(rows[at - 1].payload)
    field = next(name for name, value in payload.items() if isinstance(value, str))
    rows[at - 1] = by.signed(rows[at - 1], {**payload, field: "as the thief wishes"})
    return by.chained(rows, at), at


def fork(by: Attacker) -> tuple[Rows, int]:
    """From some record on another story, longer than the true one, and all of it signed."""
    at = by.place()
    story = [*by.rows[at - 1 :], *by.draw.sample(by.rows, k=5)]
    other = []
    for number, row in enumerate(story):
        renamed = row._replace(key=f"other-{number}-{row.key}")
        payload = json.loads(row.payload)
        payload["measured"] = {"other": number}
        if row.type in MAY_SIGN:
            other.append(by.signed(renamed, payload))
        else:
            other.append(renamed._replace(payload=canonical(payload).decode()))
    return by.chained([*by.rows[: at - 1], *other], at), at


def back_date(by: Attacker) -> tuple[Rows, int]:
    """A record claims an earlier time, for machine and calendar."""
    at, rows = by.place(), list(by.rows)
    envelope = json.loads(rows[at - 1].envelope) | {"virtual_time": "2019-01-01T00:00:00Z"}
    earlier = rows[at - 1]._replace(
        real_time=f"2019{rows[at - 1].real_time[4:]}", envelope=canonical(envelope).decode()
    )
    rows[at - 1] = earlier
    return (by.chained(rows, at) if by.thorough else rows), at


def replay(by: Attacker) -> tuple[Rows, int]:
    """A signed record is put in a second time, key and all."""
    known = [row for row in by.rows if row.type in MAY_SIGN and row.seq < by.attested]
    copied = by.draw.choice(known)
    at = by.draw.randint(copied.seq + 1, by.attested)
    return by.numbered([*by.rows[: at - 1], copied, *by.rows[at - 1 :]], at), at


ATTACKS: dict[str, Callable[[Attacker], tuple[Rows, int]]] = {
    one.__name__.replace("_", " "): one
    for one in (
        edit, delete, insert, swap, reorder, truncate, roll_back_the_store,
        re_sign_with_a_stolen_key, fork, back_date, replay,
    )
}  # fmt: skip


def written(rows: Rows, file: Path) -> Path:
    """A ledger's file that holds these rows; whoever owns the store drops its constraints too."""
    columns = ", ".join(Stored._fields)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE events")
        kinds = ", ".join(
            f"{name} {'INTEGER' if name in ('seq', 'position', 'schema_version') else 'TEXT'}"
            for name in Stored._fields
        )
        database.execute(f"CREATE TABLE events ({kinds})")
        marks = ", ".join("?" * len(Stored._fields))
        database.executemany(f"INSERT INTO events ({columns}) VALUES ({marks})", rows)  # noqa: S608
    return file
