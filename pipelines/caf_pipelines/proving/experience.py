"""What a home has been through: how often capabilities were practised, and which game days held."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from caf_governance.capability_map.maturity import Drill, Practice
from caf_platform.capabilities import Capability
from caf_platform.ledger.events import PlayStarted
from caf_platform.ledger.record import Record

MATRICES = (
    Path("reports") / "scenarios" / "matrix.json",
    Path("reports") / "scenarios" / "chosen" / "matrix.json",
)


def practice(records: Iterable[Record]) -> dict[Capability, Practice]:
    """How often, in how many plays and when last events carried each capability."""
    found: dict[Capability, Practice] = {}
    plays: dict[Capability, set[tuple[str, int]]] = {}
    play: dict[str, int] = {}
    for record in records:
        project = record.stream.partition("/")[0]
        if record.type == PlayStarted.TYPE:
            play[project] = play.get(project, 0) + 1
        for capability in record.envelope.capabilities:
            known = plays.setdefault(capability, set())
            known.add((project, play.get(project, 0)))
            former = found.get(capability, Practice())
            last = max(former.last or record.real_time, record.real_time)
            found[capability] = Practice(former.events + 1, len(known), last)
    return found


def drills(home: Path) -> tuple[Drill, ...]:
    """The game days whose outcome lies in a home; none of a file that cannot be read."""
    return tuple(drill for name in MATRICES for drill in _in(home / name))


def _in(path: Path) -> list[Drill]:
    try:
        when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        days = json.loads(path.read_text("utf-8"))["scenarios"]
        return [
            Drill(one["name"], by, bool(one["right"]), when)
            for one in days
            for by in one["objected"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
