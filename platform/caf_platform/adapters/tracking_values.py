"""What a training record holds, in the forms that a tracking store takes."""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from caf_platform.errors import BadInput
from caf_platform.model.reproducible import reproducible
from caf_platform.ports.tracking import DatasetInput

if TYPE_CHECKING:
    from mlflow.models import Model, ModelSignature

DIGEST: Final = "caf.digest"
MODEL_FILE: Final = "model.skops"
MAX_DIGEST: Final = 36
"""MLflow's limit for a dataset digest; the whole one is a tag of the input."""


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Every value as text."""
    return {name: str(value) for name, value in values.items()}


def floats(sample: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers as floats, so that the recorded columns allow a null later."""
    numbers = sample.select_dtypes("number").columns
    return sample.astype(dict.fromkeys(numbers, "float64"))


def dataset_fields(dataset: DatasetInput) -> dict[str, str]:
    """A dataset's own digest and origin; MLflow's digest covers only the first 10,000 rows."""
    return {
        "name": dataset.name,
        "digest": dataset.digest[:MAX_DIGEST],
        "source_type": "lake",
        "source": json.dumps({"uri": dataset.source}),
        "profile": json.dumps({"num_rows": dataset.rows}),
    }


def dataset_tags(dataset: DatasetInput) -> dict[str, str]:
    """What the dataset was used for, and its whole digest."""
    return {"mlflow.data.context": dataset.context, DIGEST: dataset.digest}


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files by their plain relative names; any other name raises `BadInput`."""
    for name, content in files.items():
        plain = PurePosixPath(name)
        if plain.is_absolute() or ".." in plain.parts or not plain.parts:
            raise BadInput(f"{name!r} is no plain relative file name.")
        path = folder.joinpath(*plain.parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def settle(folder: Path, entry: "Model") -> None:
    """Give a saved model the one file that its content has, and its `MLmodel` the new size."""
    path = folder / MODEL_FILE
    former = path.read_bytes()
    path.write_bytes(reproducible(former))
    entry.model_size_bytes = (entry.model_size_bytes or 0) + path.stat().st_size - len(former)
    entry.save(str(folder / "MLmodel"))


def signature(sample: pd.DataFrame | None, model: Any) -> "ModelSignature | None":
    """The columns that the model reads and what it answers, by example."""
    if sample is None or sample.empty:
        return None
    from mlflow.models import infer_signature

    from caf_platform.model.inputs import inputs
    from caf_platform.model.training import features_of

    rows = inputs(sample, features_of(model))
    return infer_signature(rows, model.predict(rows))
