"""What a fitted pipeline makes of a row before the model sees it, in words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from caf_platform.model.inputs import inputs
from caf_platform.model.training import features_of

if TYPE_CHECKING:  # a command that only looks at data need not wait for scikit-learn
    from sklearn.pipeline import Pipeline

NOT_READ = "not looked at"


def in_words(model: "Pipeline", row: pd.DataFrame) -> dict[str, str]:
    """By feature what becomes of the cell of `row` (one row): filled in, scaled, encoded, or not.

    As `model/columns.py` builds pipelines; `BadInput` for a missing column, as in scoring.
    """
    cells = inputs(row, features_of(model)).iloc[0]
    found: dict[str, str] = {}
    for name, step, columns in model.named_steps["columns"].transformers_:
        if name == "remainder" or not columns:
            continue
        tell = _numbers if name == "numeric" else _categories
        found.update(zip(columns, tell(step, [cells[one] for one in columns]), strict=True))
    return found


def reads_nothing(model: "Pipeline") -> bool:
    """Whether every column is dropped before the model, as in a dummy."""
    steps = [step for _, step, columns in model.named_steps["columns"].transformers_ if columns]
    return all(isinstance(step, str) and step == "drop" for step in steps)


def _numbers(step: Any, cells: list[Any]) -> Iterator[str]:
    if isinstance(step, str) and step == "drop":
        yield from (NOT_READ for _ in cells)
    elif not hasattr(step, "named_steps"):
        yield from ("null, as it is" if pd.isna(cell) else "as it is" for cell in cells)
    else:
        median, scale = step.named_steps["impute"].statistics_, step.named_steps["scale"]
        for at, cell in enumerate(cells):
            empty = pd.isna(cell)
            value = float(median[at] if empty else cell)
            mean, spread = float(scale.mean_[at]), float(scale.scale_[at])
            filled = f"null: the training median {value:g} with a mark; " if empty else ""
            scaled = f"({value:g} - mean {mean:g}) / {spread:g} = {(value - mean) / spread:.4g}"
            yield f"{filled}{scaled}"


def _categories(step: Any, cells: list[Any]) -> Iterator[str]:
    if isinstance(step, str) and step == "drop":
        yield from (NOT_READ for _ in cells)
        return
    hot = hasattr(step, "named_steps")
    encode = step.named_steps["encode"] if hot else step
    absent = step.named_steps["impute"].fill_value if hot else None
    rare = getattr(encode, "infrequent_categories_", None) or [None] * len(cells)
    for cell, known, few in zip(cells, encode.categories_, rare, strict=True):
        value = absent if pd.isna(cell) else cell
        seen = value is not None and bool(np.isin(value, known.astype(object)).any())
        often = seen and not (few is not None and value in set(few))
        yield _hot(value, often=often) if hot else _coded(value, seen=seen, often=often)


def _hot(value: Any, *, often: bool) -> str:
    if often:
        return f"'{value}' has a column of its own: 1, the others 0"
    return f"'{value}' is rare or was never seen: the column of all such"


def _coded(value: Any, *, seen: bool, often: bool) -> str:
    if value is None:
        return "null, as it is"
    if not seen:
        return f"'{value}' was never seen: a null"
    return f"the code of '{value}'" if often else f"'{value}' is rare: the code of all such"
