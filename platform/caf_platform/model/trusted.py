"""The platform's own lists of types that a family's artifact may name; no file brings its own.

Each list is closed: it names everything that may appear, not only what skops asks about, so an
artifact of one family cannot carry the estimators of another. `sklearn` and `numpy` names are
those of the pinned versions; an upgrade that renames one turns the round-trip tests red.
"""

from typing import Final

VALUES: Final = (
    "builtins.bool",
    "builtins.dict",
    "builtins.float",
    "builtins.int",
    "builtins.list",
    "builtins.slice",
    "builtins.str",
    "builtins.tuple",
    "numpy.bool",
    "numpy.dtype",
    "numpy.float64",
    "numpy.int64",
    "numpy.ndarray",
    "numpy.uint64",
)
"""Plain data: what lists, numbers and arrays are made of."""

_PIPELINE: Final = (
    *VALUES,
    "sklearn.pipeline.Pipeline",
    "sklearn.compose._column_transformer.ColumnTransformer",
)

_SCALED: Final = (
    *_PIPELINE,
    "sklearn.impute._base.MissingIndicator",
    "sklearn.impute._base.SimpleImputer",
    "sklearn.preprocessing._data.StandardScaler",
    "sklearn.preprocessing._encoders.OneHotEncoder",
)

_BOOSTING: Final = "sklearn.ensemble._hist_gradient_boosting"

_BOOSTED: Final = (
    *_PIPELINE,
    "functools.partial",
    "numpy.random._generator.Generator",
    f"{_BOOSTING}.binning._BinMapper",
    f"{_BOOSTING}.predictor.TreePredictor",
    "sklearn._loss.link.Interval",
    "sklearn.preprocessing._encoders.OrdinalEncoder",
    "sklearn.preprocessing._function_transformer.FunctionTransformer",
    "sklearn.utils.validation.check_array",
)

LOGISTIC: Final = (*_SCALED, "sklearn.linear_model._logistic.LogisticRegression")

RIDGE: Final = (*_SCALED, "sklearn.linear_model._ridge.Ridge")

GRADIENT_BOOSTING: Final = (
    *_BOOSTED,
    f"{_BOOSTING}.gradient_boosting.HistGradientBoostingClassifier",
    "sklearn._loss._loss.CyHalfBinomialLoss",
    "sklearn._loss._loss.CyHalfMultinomialLoss",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.link.MultinomialLogit",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss.loss.HalfMultinomialLoss",
    "sklearn.preprocessing._label.LabelEncoder",
)

GRADIENT_BOOSTING_REGRESSOR: Final = (
    *_BOOSTED,
    f"{_BOOSTING}.gradient_boosting.HistGradientBoostingRegressor",
    "sklearn._loss._loss.CyHalfSquaredError",
    "sklearn._loss.link.IdentityLink",
    "sklearn._loss.loss.HalfSquaredError",
)

DUMMY: Final = (*_PIPELINE, "sklearn.dummy.DummyClassifier")

DUMMY_REGRESSOR: Final = (*_PIPELINE, "sklearn.dummy.DummyRegressor")
