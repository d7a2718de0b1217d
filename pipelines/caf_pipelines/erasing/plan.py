"""Which objects of a project hold rows that go, and what is to stand in their place."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from caf_pipelines.erasing.files import csv_without, parquet_without
from caf_pipelines.erasing.whom import Whom
from caf_platform.digest import digest, short
from caf_platform.lake_columns import ROW_ID
from caf_platform.ledger.erasures import EVIDENCE_OF_ROWS
from caf_platform.ledger.values import Replaced
from caf_platform.model.golden import golden_rows
from caf_platform.ports.lake import Lake, Zone

LOOKED_THROUGH = (
    Zone.RAW, Zone.VALIDATED, Zone.QUARANTINE, Zone.PREDICTIONS, Zone.LABELS, Zone.EVIDENCE,
)  # fmt: skip
"""Where rows lie, in the order in which they are looked for: who has a row is known before its
scores and labels are."""
GOLDEN, LEARNT = "golden", "rows"
Progress = Callable[[str], None]


@dataclass
class Plan:
    """What goes and what comes; `left` are objects that name a row and cannot be written anew."""

    replaced: list[Replaced] = field(default_factory=list)
    new: dict[str, bytes] = field(default_factory=dict)
    models: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows go, by zone."""
        found: dict[str, int] = {}
        for one in self.replaced:
            zone = one.key.partition("/")[0]
            found[zone] = found.get(zone, 0) + one.rows
        return found


def plan(lake: Lake, project: str, whom: Whom, said: str, progress: Progress) -> Plan:
    """Look through every object of a project; nothing is written. `said` is searched in texts.

    Golden rows have no id: those go that look to their model as a row does that goes.
    """
    for key in lake.keys(f"{Zone.RAW}/{project}/"):  # a file of labels may be named before its rows
        csv_without(lake.read(key), whom.csv_row, whom.cell, whom.columns)
    found = Plan()
    features: list[dict[str, object]] = []
    for zone in LOOKED_THROUGH:
        progress(f"looking through {zone}")
        for key in lake.keys(f"{zone}/{project}/"):
            data = lake.read(key)
            new, rows = _without(key, data, whom, features)
            if rows:
                _note(found, key, data, new, rows)
            elif key.endswith(".json") and _told(data, whom, said):
                found.left.append(key)
    return found


def _without(
    key: str, data: bytes, whom: Whom, features: list[dict[str, object]]
) -> tuple[bytes, int]:
    if key.endswith(".csv"):
        return csv_without(data, whom.csv_row, whom.cell, whom.columns)
    evidence = key.startswith(f"{Zone.EVIDENCE}/") and _part(key) not in EVIDENCE_OF_ROWS
    if evidence or not key.endswith(".parquet"):
        return data, 0
    if _part(key) == GOLDEN:
        return parquet_without(data, lambda _table: list(_alike(data, features)))
    new, rows = parquet_without(data, whom.table_rows)
    if rows and key.startswith(f"{Zone.VALIDATED}/"):
        features.extend(_rows(data, whom))
    return new, rows


def _rows(data: bytes, whom: Whom) -> Iterator[dict[str, object]]:
    """The features of the rows that go."""
    import pandas as pd

    frame = pd.read_parquet(io.BytesIO(data))
    names = [name for name in whom.declaration.features.all if name in frame]
    at = frame[ROW_ID].isin(whom.ids)
    yield from ({str(k): v for k, v in row.items()} for row in frame[at][names].to_dict("records"))


def _alike(data: bytes, features: list[dict[str, object]]) -> Iterator[bool]:
    for row in golden_rows(data).to_dict("records"):
        yield any(
            all(_same(row[name], one[str(name)]) for name in row if name in one) for one in features
        )


def _same(one: object, other: object) -> bool:
    """Equal, or both of them nothing: what is nothing does not equal itself."""
    return one == other or {str(one), str(other)} <= {"nan", "None", "<NA>", "NaT"}


def _note(found: Plan, key: str, data: bytes, new: bytes, rows: int) -> None:
    content = digest(new)
    folder, _, name = key.rpartition("/")
    by = f"{folder}/{short(content)}.{name.rpartition('.')[2]}"
    found.new[by] = new
    found.replaced.append(
        Replaced(key=key, digest=digest(data), by_key=by, by_digest=content, rows=rows)
    )
    if key.startswith(f"{Zone.EVIDENCE}/") and _part(key) == LEARNT:
        found.models.append(key.split("/")[2])


def _part(key: str) -> str:
    """`golden` of `evidence/flights/v1/golden/ab12.parquet`."""
    return (["", "", *key.split("/")])[-2]


def _told(data: bytes, whom: Whom, said: str) -> bool:
    """Whether a text that is evidence names the person or one of their rows."""
    text = data.decode("utf-8", "replace")
    return (bool(said) and f'"{said}"' in text) or any(own in text for own in whom.ids)
