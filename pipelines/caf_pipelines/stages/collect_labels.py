"""Stage *labels*: what came true, joined to rows in any order, corrected, or missing."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

import pandas as pd

from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.contract import delimited
from caf_platform.errors import BadInput
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.project.model import Target

PREDICTION_ID = "prediction_id"
REVISION = "revision"


@dataclass(frozen=True, slots=True)  # one for each label of a year
class Known:
    """The best label of a row so far: the highest revision wins, whenever it arrives."""

    value: float
    revision: int


@dataclass(frozen=True)
class Labelled:
    """A label file, read: one row per usable label, and counts of the rest."""

    labels: pd.DataFrame
    rows: int
    joined: int
    corrected: int
    unknown: int
    unusable: int


@stage("labels", Capability.DATA_ENGINEERING, Capability.AI_LIFECYCLE_MANAGEMENT)
def collect_labels(
    raw: bytes,
    *,
    key: str,
    target: Target,
    row_of_key: Callable[[str], str],
    rows_of_predictions: Callable[[], Mapping[str, str]],
    accepted: Container[str],
    book: Mapping[str, Known],
) -> Labelled:
    """Read a label file (CSV) with the columns `label`, and `prediction_id` or the row key.

    `accepted` holds the rows that the platform has accepted, `book` the labels known so far;
    `rows_of_predictions` is asked only if the file's header speaks of predictions.
    Labels of other rows are kept too, for the row may come later, and counted as unknown.
    Raises `BadInput` when the file has no readable label column.
    """
    file = _read(raw, key)
    if PREDICTION_ID in file:
        rows = file[PREDICTION_ID].map(rows_of_predictions())
    else:
        rows = file[key].map(row_of_key)
    values = _values(file["label"], target)
    labels = pd.DataFrame({ROW_ID: rows, LABEL: values, REVISION: _revisions(file)})
    usable = labels.dropna().astype({REVISION: "int64"})
    usable = usable.sort_values(REVISION, kind="stable").drop_duplicates(ROW_ID, keep="last")
    former = [book.get(row) for row in usable[ROW_ID]]
    joined = sum(row in accepted for row in usable[ROW_ID])
    return Labelled(
        labels=usable.reset_index(drop=True),
        rows=len(file),
        joined=joined,
        corrected=sum(
            known is not None and _corrects(known, value, revision)
            for known, value, revision in zip(former, usable[LABEL], usable[REVISION], strict=True)
        ),
        unknown=len(usable) - joined,
        unusable=int(labels.isna().any(axis=1).sum()),
    )


def _corrects(known: Known, value: float, revision: int) -> bool:
    """Whether a label replaces another one; of equal revisions the later file holds."""
    return revision > known.revision or (revision == known.revision and value != known.value)


def _revisions(file: pd.DataFrame) -> pd.Series:
    """Whole numbers up to a billion, 0 where the file has none; NaN where they are none."""
    if REVISION not in file:
        return pd.Series(0, index=file.index)
    whole = file[REVISION].str.fullmatch(r"[0-9]{1,9}")
    return pd.to_numeric(file[REVISION].where(whole), errors="coerce")


def _read(raw: bytes, key: str) -> pd.DataFrame:
    try:
        file = delimited.read(raw)
    except delimited.UnreadableFile as error:
        raise BadInput("A label file cannot be read.", why=f"{error}.") from error
    names = set(file.header)
    if len(names) < len(file.header) or "label" not in names or not {key, PREDICTION_ID} & names:
        raise BadInput(
            f"A label file has the columns {file.header}.",
            why=f"It needs 'label', and '{key}' or '{PREDICTION_ID}', each once.",
        )
    return pd.DataFrame(file.rows, columns=file.header, dtype="str")


def _values(texts: pd.Series, target: Target) -> pd.Series:
    if target.classes:
        return texts.map({name: float(at) for at, name in enumerate(target.classes)})
    return pd.to_numeric(texts, errors="coerce").where(lambda v: v.abs() < float("inf"))
