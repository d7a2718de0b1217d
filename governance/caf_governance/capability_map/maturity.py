"""How mature each capability is in one installation: levels from evidence, no questionnaire. Pure.

Each level asks for the ones below it:

0. *absent*: nothing is built for it and no page describes it
1. *defined*: code is tagged with it, or a page describes it
2. *practised*: this home's ledger has events that carry it, or the records that it is to leave
3. *proved*: its status is what it is meant to reach; *enforced* takes tests over this tree
4. *rehearsed*: a game day on which a part of it must object went right here within `FRESH_DAYS`
5. *sustained*: practised in two plays or more, last within `FRESH_DAYS`, and nothing is missing

What cannot object (no gate, monitor or control answers for it) is rehearsed by being practised
within `FRESH_DAYS`. The ladder is this project's own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from caf_governance.capability_map.claims import Status
from caf_governance.capability_map.judging import Row
from caf_platform.capabilities import Capability

FRESH_DAYS: Final = 90
"""A quarter: what nobody did for longer nobody can be sure of."""

PLAYS: Final = 2
"""In so many plays something is a habit."""


class Level(IntEnum):
    """How far, from nothing to a habit."""

    ABSENT = 0
    DEFINED = 1
    PRACTISED = 2
    PROVED = 3
    REHEARSED = 4
    SUSTAINED = 5


@dataclass(frozen=True)
class Practice:
    """What a home's ledger says of a capability: events, plays, and when last (real time)."""

    events: int = 0
    plays: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class Drill:
    """A game day that was held: who objected as they must, whether it went right, and when."""

    name: str
    objector: str
    right: bool
    when: datetime


@dataclass(frozen=True)
class Maturity:
    """A capability's level, why it is no higher, and the next cheapest step."""

    capability: Capability
    level: Level
    why: str
    next_step: str
    practice: Practice
    drills: tuple[Drill, ...]


@dataclass(frozen=True)
class _Rung:
    level: Level
    holds: bool
    lacks: str
    step: str


def mature(
    row: Row, practice: Practice, drills: Collection[Drill], now: datetime
) -> Maturity | None:
    """A capability's level; None for what is out of scope."""
    if row.status is Status.OUT_OF_SCOPE:
        return None
    own = tuple(sorted(_own(row, drills), key=lambda drill: drill.when, reverse=True))
    level, first = Level.ABSENT, None
    for rung in _rungs(row, practice, own, now):
        if not rung.holds:
            first = rung
            break
        level = rung.level
    return Maturity(
        capability=row.capability,
        level=level,
        why=first.lacks if first else "",
        next_step=first.step if first else "",
        practice=practice,
        drills=own,
    )


def _rungs(
    row: Row, practice: Practice, drills: tuple[Drill, ...], now: datetime
) -> tuple[_Rung, ...]:
    claim = row.claim
    lately = _fresh(practice.last, now)
    rehearsed = any(drill.right and _fresh(drill.when, now) for drill in drills)
    missing = "; ".join(claim.missing)
    records = bool(row.kept) and all(kept.events for kept in row.kept.values())
    return (
        _Rung(
            Level.DEFINED,
            bool(row.tags or claim.files or claim.pages),
            "nothing is built for it",
            f"build it: {missing}" if missing else "describe it on a page",
        ),
        _Rung(
            Level.PRACTISED,
            practice.events > 0 or records,
            "no event of this home carries it",
            "play a use case: make demo" if row.tags or claim.records else _build(row),
        ),
        _Rung(Level.PROVED, _proved(row), _unproved(row), _prove(row)),
        _Rung(
            Level.REHEARSED,
            rehearsed or (not objectors(row) and lately),
            f"no game day of it went right here within {FRESH_DAYS} days",
            "hold the game days: make scenarios" if objectors(row) else "play: make demo",
        ),
        _Rung(
            Level.SUSTAINED,
            not missing and practice.plays >= PLAYS and lately,
            f"missing: {missing}" if missing else f"practised in {practice.plays} play(s) here",
            f"build it: {missing}" if missing else "play again as data comes in: make demo",
        ),
    )


def _fresh(when: datetime | None, now: datetime) -> bool:
    return when is not None and now - when <= timedelta(days=FRESH_DAYS)


def objectors(row: Row) -> frozenset[str]:
    """Who answers for a capability on a game day: gates, monitors and controls that refuse."""
    return frozenset(
        refusal.rpartition(" ")[0]
        for refusal in row.refusals
        if refusal.endswith((" refuse", " breach"))
    )


def _own(row: Row, drills: Collection[Drill]) -> tuple[Drill, ...]:
    return tuple(drill for drill in drills if drill.objector in objectors(row))


def _proved(row: Row) -> bool:
    order = list(Status)
    return not row.overclaims and order.index(row.status) <= order.index(row.claim.reach)


def _unproved(row: Row) -> str:
    told = (*row.overclaims, *row.unproved)
    return told[0] if told else f"it is {row.status}, and meant to be {row.claim.reach}"


def _prove(row: Row) -> str:
    if row.overclaims:
        return f"mend it: {row.overclaims[0]}"
    if row.unproved:
        return "run: make demo, and: make test"
    return _build(row)


def _build(row: Row) -> str:
    missing = "; ".join(row.claim.missing)
    return f"build it: {missing}" if missing else "no more than a page is asked of it"
