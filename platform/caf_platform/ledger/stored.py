"""A record as the database holds it: plain columns, with its two JSON parts as canonical text.

The text is stored exactly as it was hashed, so that verifying neither parses nor reformats
what it verifies, and an edit that *means* the same is still an edit.
"""

import json
import math
from datetime import datetime
from typing import Any, Final, NamedTuple, Self

from pydantic import ValidationError

from caf_platform.digest import canonical, digest
from caf_platform.errors import BadInput, Tampered
from caf_platform.ledger.record import Entry, Record

LONGEST: Final = 32
"""Characters of a number; canonical JSON needs 25 at most."""


class Stored(NamedTuple):
    """One row of the table `events`; the field order is the column order.

    `real_time` is RFC 3339 text. Rows that an attacker wrote may hold other types than these.
    """

    seq: int
    stream: str
    position: int
    key: str
    type: str
    schema_version: int
    payload: str
    envelope: str
    real_time: str
    previous: str
    hash: str

    def computed_hash(self) -> str:
        """The hash that `Record.computed_hash` gives, computed over the stored text itself.

        The names stand in RFC 8785's order, and the two JSON texts are already canonical.
        """
        text = (
            f'{{"envelope":{self.envelope},"key":{_quoted(self.key)},"payload":{self.payload},'
            f'"position":{self.position},"previous":{_quoted(self.previous)},'
            f'"real_time":{_quoted(self.real_time)},"schema_version":{self.schema_version},'
            f'"seq":{self.seq},"stream":{_quoted(self.stream)},"type":{_quoted(self.type)}}}'
        )
        return digest(text.encode("utf-8", "surrogateescape"))

    def fault(self) -> str:
        """What is wrong with this row, taken alone; empty when it is what was hashed.

        Both texts must be whole JSON objects: otherwise bytes could move from one column to
        the next and leave the hashed text as it was.
        """
        for name, value, kind in zip(self._fields, self, _KINDS, strict=True):
            if type(value) is not kind:
                return f"column '{name}' holds {type(value).__name__}, not {kind.__name__}"
        if self.computed_hash() != self.hash:
            return "its content is not what was hashed"
        if not (_is_object(self.payload) and _is_object(self.envelope)):
            return "its payload or envelope is not a JSON object"
        return ""

    def unreadable(self) -> str:
        """Why a row that is what was hashed is no record all the same; empty when it is one."""
        found = self._read()
        return found if isinstance(found, str) else ""

    def checked(self) -> Self:
        """This row, if it is what was hashed; otherwise Tampered."""
        why = self.fault()
        if why:
            raise self._tampered(why)
        return self

    def record(self) -> Record:
        """The typed record; a row that is not what was hashed raises Tampered."""
        self.checked()
        found = self._read()
        if isinstance(found, str):
            raise self._tampered(found)
        return found

    def _read(self) -> Record | str:
        """The typed record, or why it is none."""
        columns = self._asdict()
        columns |= {name: _parsed(columns[name]) for name in ("payload", "envelope")}
        try:
            return Record.model_validate(columns)
        except ValidationError as error:
            return f"its envelope or time cannot be read: {error.errors()[0]['msg']}"

    def _tampered(self, why: str) -> Tampered:
        return Tampered(
            f"Record {self.seq} of the ledger is not what was recorded:",
            why=f"{why}.",
            next_step="Verify the ledger, keep the file as evidence, and restore a backup.",
        )


_KINDS = (int, str, int, str, str, int, str, str, str, str, str)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _parsed(text: str) -> Any:
    return json.loads(text, parse_int=_whole, parse_float=_number, parse_constant=_no_number)


def _whole(digits: str) -> int | float:
    """Canonical JSON has no integer beyond 2**53: such digits were a float, and are one again."""
    found = _number(digits)
    return int(digits) if abs(found) < 2**53 else found


def _number(digits: str) -> float:
    """Canonical JSON writes no number so long, and none that is infinite."""
    found = float(digits) if len(digits) <= LONGEST else math.inf
    return found if math.isfinite(found) else _no_number(digits)


def _no_number(text: str) -> float:
    raise ValueError(f"{text[:LONGEST]} is no number of canonical JSON")


def _is_object(text: str) -> bool:
    try:
        return isinstance(_parsed(text), dict)
    except (ValueError, RecursionError):
        return False


def stored(entry: Entry, *, seq: int, position: int, previous: str, real_time: datetime) -> Stored:
    """The row for one event, hashed. What canonical JSON cannot hold raises BadInput."""
    event = entry.event
    try:
        payload = canonical(event.model_dump(mode="json"))
        envelope = canonical(entry.envelope.model_dump(mode="json"))
    except ValueError as error:  # NaN, integers beyond 2**53, objects that are no JSON
        raise BadInput(f"Event '{event.TYPE}' cannot be recorded.", why=f"{error}.") from error
    row = Stored(
        seq=seq,
        stream=entry.stream,
        position=position,
        key=entry.key,
        type=event.TYPE,
        schema_version=event.VERSION,
        payload=payload.decode(),
        envelope=envelope.decode(),
        real_time=real_time.isoformat().replace("+00:00", "Z"),
        previous=previous,
        hash="",
    )
    return row._replace(hash=row.computed_hash())


def named(what: str, text: str) -> str:
    """A stream or key that every engine can hold: printable and not empty, otherwise BadInput.

    A NUL is stored by one engine and refused by the other, a lone surrogate by neither.
    """
    if not text or not text.isprintable():
        raise BadInput(
            f"The {what} {text!r} cannot be in a ledger.", why="It is empty or not printable."
        )
    return text
