"""Model families: each builds one scikit-learn pipeline with every transform inside it.

A family is a function `(parameters, numeric, categorical, seed) -> Pipeline`, registered with
the tasks it serves, its parameters and their defaults, and the types its artifact may hold.
Every pipeline has two steps: `columns`, which picks columns by name under `numeric` and
`categorical`, and `model`. scikit-learn is imported by the builders, so importing this module,
which registers the built-in families, is light.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, did_you_mean
from caf_platform.model import trusted
from caf_platform.plugins import PLUGINS, Kind, Plugin, register
from caf_platform.project.model import Task

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Parameters: TypeAlias = Mapping[str, Any]
Names: TypeAlias = Sequence[str]

CAPABILITIES: Final = (Capability.AI_LIFECYCLE_MANAGEMENT, Capability.DATA_SCIENCE)
CLASSES: Final = (Task.BINARY, Task.MULTICLASS)
NUMBER: Final = (Task.REGRESSION,)

LOGISTIC: Final = {"C": 1.0, "class_weight": None, "max_iter": 1000, "min_category_rows": 10}
RIDGE: Final = {"alpha": 1.0, "min_category_rows": 10}
BOOSTING: Final = {
    "l2_regularization": 0.0,
    "learning_rate": 0.1,
    "max_depth": None,
    "max_iter": 100,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 20,
}


def family(name: str) -> Plugin:
    """The registered family of that name, or BadInput with the nearest known name."""
    return PLUGINS.get(Kind.MODEL_FAMILY, name)


def tasks_of(name: str) -> tuple[Task, ...]:
    """The tasks a family serves."""
    return tuple(family(name).details["tasks"])


def trusted_types(name: str) -> tuple[str, ...]:
    """Every type that an artifact of this family may hold: the platform's list, no file's."""
    return tuple(family(name).details["trusted_types"])


def build(
    name: str, parameters: Parameters, numeric: Names, categorical: Names, seed: int
) -> "Pipeline":
    """The unfitted pipeline of a family; an unknown parameter raises BadInput with a hint."""
    found = family(name)
    defaults: Parameters = found.details.get("parameters", {})
    for parameter in parameters:
        if parameter not in defaults:
            raise BadInput(
                f"Model family '{name}' has no parameter '{parameter}'.",
                why=did_you_mean(parameter, defaults),
                next_step=f"Known: {', '.join(sorted(defaults)) or 'none'}.",
            )
    made: Pipeline = found.target({**defaults, **parameters}, numeric, categorical, seed)
    return made


@register(
    Kind.MODEL_FAMILY,
    "logistic",
    *CAPABILITIES,
    tasks=CLASSES,
    parameters=LOGISTIC,
    trusted_types=trusted.LOGISTIC,
)
def logistic(parameters: Parameters, numeric: Names, categorical: Names, seed: int) -> "Pipeline":
    """Logistic regression (L2) on scaled numbers and one-hot categories."""
    from sklearn.linear_model import LogisticRegression

    from caf_platform.model.columns import pipeline, scaled

    chosen = dict(parameters)
    columns = scaled(numeric, categorical, chosen.pop("min_category_rows"))
    return pipeline(columns, LogisticRegression(random_state=seed, **chosen))


@register(
    Kind.MODEL_FAMILY,
    "ridge",
    *CAPABILITIES,
    tasks=NUMBER,
    parameters=RIDGE,
    trusted_types=trusted.RIDGE,
)
def ridge(parameters: Parameters, numeric: Names, categorical: Names, seed: int) -> "Pipeline":
    """Linear regression (L2) on scaled numbers and one-hot categories."""
    from sklearn.linear_model import Ridge

    from caf_platform.model.columns import pipeline, scaled

    chosen = dict(parameters)
    columns = scaled(numeric, categorical, chosen.pop("min_category_rows"))
    return pipeline(columns, Ridge(random_state=seed, **chosen))


@register(
    Kind.MODEL_FAMILY,
    "gradient_boosting",
    *CAPABILITIES,
    tasks=CLASSES,
    parameters={**BOOSTING, "class_weight": None},
    trusted_types=trusted.GRADIENT_BOOSTING,
)
def gradient_boosting(
    parameters: Parameters, numeric: Names, categorical: Names, seed: int
) -> "Pipeline":
    """Histogram gradient boosting for classes; reads nulls and categories as they are."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return _boosted(HistGradientBoostingClassifier, parameters, numeric, categorical, seed)


@register(
    Kind.MODEL_FAMILY,
    "gradient_boosting_regressor",
    *CAPABILITIES,
    tasks=NUMBER,
    parameters=BOOSTING,
    trusted_types=trusted.GRADIENT_BOOSTING_REGRESSOR,
)
def gradient_boosting_regressor(
    parameters: Parameters, numeric: Names, categorical: Names, seed: int
) -> "Pipeline":
    """Histogram gradient boosting for a number; reads nulls and categories as they are."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    return _boosted(HistGradientBoostingRegressor, parameters, numeric, categorical, seed)


@register(Kind.MODEL_FAMILY, "dummy", *CAPABILITIES, tasks=CLASSES, trusted_types=trusted.DUMMY)
def dummy(_parameters: Parameters, numeric: Names, categorical: Names, seed: int) -> "Pipeline":
    """The class shares of the training window, whatever a row says: the floor to beat."""
    from sklearn.dummy import DummyClassifier

    from caf_platform.model.columns import pipeline, unread

    model = DummyClassifier(strategy="prior", random_state=seed)
    return pipeline(unread(numeric, categorical), model)


@register(
    Kind.MODEL_FAMILY,
    "dummy_regressor",
    *CAPABILITIES,
    tasks=NUMBER,
    trusted_types=trusted.DUMMY_REGRESSOR,
)
def dummy_regressor(
    _parameters: Parameters, numeric: Names, categorical: Names, _seed: int
) -> "Pipeline":
    """The mean of the training window, whatever a row says: the floor to beat."""
    from sklearn.dummy import DummyRegressor

    from caf_platform.model.columns import pipeline, unread

    return pipeline(unread(numeric, categorical), DummyRegressor(strategy="mean"))


def _boosted(
    estimator: Any, parameters: Parameters, numeric: Names, categorical: Names, seed: int
) -> "Pipeline":
    """Without early stopping, which would hold back a random tenth instead of the latest rows."""
    from caf_platform.model.columns import ordinal, pipeline

    codes = list(range(len(numeric), len(numeric) + len(categorical)))
    model = estimator(
        categorical_features=codes or None, early_stopping=False, random_state=seed, **parameters
    )
    return pipeline(ordinal(numeric, categorical), model)
