"""Stage *labels*: what came true, joined to rows in any order, corrected, or missing."""

import io
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

import pandas as pd

from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.project.model import Target

PREDICTION_ID = "prediction_id"
REVISION = "revision"


@dataclass(frozen=True)
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
    row_of_prediction: Mapping[str, str],
    accepted: Container[str],
    book: Mapping[str, Known],
) -> Labelled:
    """Read a label file with the columns `label`, and `prediction_id` or the row key.

    `accepted` holds the rows that the platform has accepted, `book` the labels known so far.
    Labels of other rows are kept too, for the row may come later, and counted as unknown.
    Raises `BadInput` when the file has no readable label column.
    """
    file = _read(raw, key)
    by_prediction = PREDICTION_ID in file
    rows = (
        file[PREDICTION_ID].map(row_of_prediction) if by_prediction else file[key].map(row_of_key)
    )
    values = _values(file["label"], target)
    revisions = pd.to_numeric(file.get(REVISION, pd.Series(0, index=file.index)), errors="coerce")
    labels = pd.DataFrame({ROW_ID: rows, LABEL: values, REVISION: revisions})
    usable = labels.dropna().astype({REVISION: "int64"})
    usable = usable.sort_values(REVISION, kind="stable").drop_duplicates(ROW_ID, keep="last")
    former = [book.get(row) for row in usable[ROW_ID]]
    joined = sum(row in accepted for row in usable[ROW_ID])
    return Labelled(
        labels=usable.reset_index(drop=True),
        rows=len(file),
        joined=joined,
        corrected=sum(
            known is not None and revision > known.revision
            for known, revision in zip(former, usable[REVISION], strict=True)
        ),
        unknown=len(usable) - joined,
        unusable=int(labels.isna().any(axis=1).sum()),
    )


def _read(raw: bytes, key: str) -> pd.DataFrame:
    try:
        file = pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput("A label file cannot be read.", why=str(error)) from error
    if "label" not in file or not {key, PREDICTION_ID} & set(file.columns):
        raise BadInput(
            f"A label file has the columns {list(file.columns)}.",
            why=f"It needs 'label', and '{key}' or '{PREDICTION_ID}'.",
        )
    return file


def _values(texts: pd.Series, target: Target) -> pd.Series:
    if target.classes:
        return texts.map({name: float(at) for at, name in enumerate(target.classes)})
    return pd.to_numeric(texts, errors="coerce").where(lambda v: v.abs() < float("inf"))
