"""How a pipeline looks at its columns: picked by name, every transform fitted on training rows.

Sources: histogram gradient boosting splits on nulls and categories natively (scikit-learn user
guide 1.11.1.1.4 and 1.11.1.1.5); a missing indicator keeps what median imputation forgets (6.4.6).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

MISSING: Final = "(missing)"
"""The category that a null becomes where a category is needed."""

MAX_CATEGORIES: Final = 255
"""Histogram gradient boosting has 255 bins a column; the rarest categories share the last one."""


def pipeline(columns: ColumnTransformer, model: Any) -> Pipeline:
    """The two steps that every family has."""
    return Pipeline([("columns", columns), ("model", model)])


def scaled(
    numeric: Sequence[str], categorical: Sequence[str], min_category_rows: int
) -> ColumnTransformer:
    """For linear models: medians for nulls, with an indicator, unit variance; one-hot categories.

    A category with fewer than `min_category_rows` rows is *infrequent*, and so is one that was
    never seen in training.
    """
    numbers = Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", add_indicator=True)),
            ("scale", StandardScaler()),
        ]
    )
    categories = Pipeline(
        [
            ("impute", SimpleImputer(strategy="constant", fill_value=MISSING)),
            (
                "encode",
                OneHotEncoder(
                    handle_unknown="infrequent_if_exist", min_frequency=min_category_rows
                ),
            ),
        ]
    )
    return _picked(numbers, numeric, categories, categorical)


def ordinal(numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """For trees: numbers as they are, categories as codes; an unknown category is a null."""
    categories = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        max_categories=MAX_CATEGORIES,
    )
    return _picked("passthrough", numeric, categories, categorical)


def unread(numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """For models that read no column: the names are kept, the values are not looked at."""
    return _picked("drop", numeric, "drop", categorical)


def _picked(
    numbers: Any, numeric: Sequence[str], categories: Any, categorical: Sequence[str]
) -> ColumnTransformer:
    return ColumnTransformer(
        [("numeric", numbers, list(numeric)), ("categorical", categories, list(categorical))],
        remainder="drop",
        verbose_feature_names_out=True,
    )
