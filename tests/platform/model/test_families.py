"""Model families: registered like any plug-in, light to import, every transform inside."""

import subprocess
import sys

import pytest
from model_samples import FEATURES, SERVED, fitted, rows

from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput
from caf_platform.model.families import build, tasks_of, trusted_types
from caf_platform.model.training import features_of
from caf_platform.plugins import PLUGINS, Kind
from caf_platform.project.model import Task

FAMILIES = sorted({family for family, _ in SERVED})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_says_what_it_is(family: str) -> None:
    """Each family has a sentence, a CAF-AI capability, tasks, and a list of trusted types."""
    plugin = PLUGINS.get(Kind.MODEL_FAMILY, family)

    assert plugin.summary.endswith((".", "beat."))
    assert Capability.AI_LIFECYCLE_MANAGEMENT in plugin.capabilities
    assert tasks_of(family)
    assert "sklearn.pipeline.Pipeline" in trusted_types(family)


@pytest.mark.parametrize("task", list(Task))
def test_every_task_has_a_floor_and_two_families(task: Task) -> None:
    """For each task there is a dummy to beat, a linear model and boosting."""
    serving = [family for family, served in SERVED if served is task]

    assert len(serving) == 3
    assert sum(family.startswith("dummy") for family in serving) == 1


def test_no_list_of_trusted_types_holds_what_runs_code() -> None:
    """Nothing on any list evaluates, imports, opens or starts anything."""
    listed = {name for family in FAMILIES for name in trusted_types(family)}

    assert not {name for name in listed if name.startswith(("os.", "subprocess.", "operator."))}
    assert not listed & {"builtins.eval", "builtins.exec", "builtins.open", "builtins.getattr"}


def test_an_unknown_family_is_answered_with_the_nearest() -> None:
    """A mistyped family names the one that was meant."""
    with pytest.raises(BadInput, match="Did you mean 'logistic'"):
        build("logistc", {}, ("a",), (), 1)


def test_an_unknown_parameter_is_answered_with_the_nearest() -> None:
    """A mistyped parameter names the one that was meant, and all there are."""
    with pytest.raises(BadInput, match=r"no parameter 'max_itr'.*Did you mean 'max_iter'.*Known"):
        build("gradient_boosting", {"max_itr": 5}, ("a",), (), 1)


def test_parameters_reach_the_model() -> None:
    """A declared parameter replaces its default, and the seed is set."""
    pipeline = build("gradient_boosting", {"max_iter": 7}, ("a",), ("b",), 42)

    model = pipeline.named_steps["model"]
    assert (model.max_iter, model.learning_rate, model.random_state) == (7, 0.1, 42)


@pytest.mark.parametrize(("family", "task"), SERVED)
def test_every_transform_is_inside_the_pipeline(family: str, task: Task) -> None:
    """A fitted pipeline picks its own columns by name from a frame that holds more."""
    model = fitted(family, task)

    assert [name for name, _ in model.steps] == ["columns", "model"]
    assert features_of(model) == FEATURES
    assert "note" in rows().columns


def test_registering_is_light() -> None:
    """Importing the families does not import scikit-learn or skops."""
    code = (
        "import sys, caf_platform.model.families;"
        "print([m for m in ('sklearn', 'skops', 'mlflow') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
