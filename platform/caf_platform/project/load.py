"""Reads a use case from its folder, and reports every mistake in both files at once."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from pydantic import ValidationError

from caf_platform.contract.consistency import mistakes as contract_mistakes
from caf_platform.declared import from_pydantic, mistakes_in
from caf_platform.errors import BadInput, Mistake, Mistakes, did_you_mean
from caf_platform.plugins import PLUGINS, Kind
from caf_platform.project.model import Declaration, OutcomeValue, Period, Project, Task
from caf_platform.project.policy import Policy


def projects_in(root: Path) -> list[str]:
    """The names of all use cases below a folder."""
    return sorted(path.parent.name for path in root.glob("*/project.py"))


def load_project(root: Path, name: str) -> Project:
    """The use case `name` below `root`.

    Raises `BadInput` when there is none (with the nearest name) and `Mistakes` with every
    mistake in `project.py` and `policy.yaml` together.
    """
    folder = root / name
    if not (folder / "project.py").is_file():
        known = projects_in(root)
        raise BadInput(
            f"No project '{name}' in {root}.",
            why=did_you_mean(name, known),
            next_step=f"Known: {', '.join(known) or 'none'}.",
        )
    declaration, found = _declaration(folder)
    policy, policy_found = _policy(folder / "policy.yaml")
    mistakes = found + policy_found
    if declaration is None or policy is None or mistakes:
        raise Mistakes(f"Project '{name}'", mistakes)
    return Project(declaration=declaration, policy=policy, folder=str(folder))


def _declaration(folder: Path) -> tuple[Declaration | None, list[Mistake]]:
    file = f"{folder.name}/project.py"
    try:
        declared = getattr(_execute(folder), "project", None)
    except Exception as error:  # noqa: BLE001 - the file is a person's code: anything may be wrong in it
        return None, [
            Mistake(
                file, _line(error, folder), f"{type(error).__name__}: {error}", "Python that runs"
            )
        ]
    if not isinstance(declared, Declaration):
        return None, [Mistake(file, "project", repr(declared), "project = Declaration(...)")]
    mistakes = mistakes_in(Declaration, declared, file)
    return declared, mistakes or _inconsistencies(declared, folder.name, file)


def _execute(folder: Path) -> ModuleType:
    """Run `project.py` inside a package of its own, so that it can import its siblings."""
    package = f"caf_example_{folder.name}"
    for loaded in [m for m in sys.modules if m == package or m.startswith(f"{package}.")]:
        del sys.modules[loaded]
    parent = ModuleType(package)
    parent.__path__ = [str(folder)]
    sys.modules[package] = parent
    spec = importlib.util.spec_from_file_location(f"{package}.project", folder / "project.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot read {folder / 'project.py'}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _line(error: Exception, folder: Path) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}"
    trace, line = error.__traceback__, "(whole file)"
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(str(folder)):
            line = f"line {trace.tb_lineno}"
        trace = trace.tb_next
    return line


def _policy(path: Path) -> tuple[Policy | None, list[Mistake]]:
    file = f"{path.parent.name}/{path.name}"
    try:
        return Policy.model_validate(yaml.safe_load(path.read_text("utf-8"))), []
    except FileNotFoundError:
        return None, [Mistake(file, "(whole file)", "nothing", "a policy file")]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return None, [Mistake(file, "(whole file)", str(error).replace("\n", " "), "readable YAML")]
    except ValidationError as error:
        return None, from_pydantic(error, file)


def _inconsistencies(project: Declaration, name: str, file: str) -> list[Mistake]:
    """What each part allows on its own and the whole does not."""
    columns = {column.name for column in project.contract}
    checks: list[tuple[bool, str, Any, str]] = [
        (project.name == name, "name", project.name, f"the folder's name '{name}'"),
        (bool(project.features.all), "features", "none", "at least one column"),
        (bool(project.candidates), "candidates", "none", "at least one candidate"),
        (
            project.clock.decide is Period.BATCHES or project.clock.event_time is not None,
            "clock.event_time",
            None,
            "a timestamp column, or decide by batches",
        ),
        (
            (project.task is Task.REGRESSION) == (not project.target.classes),
            "target.classes",
            project.target.classes,
            "classes for a classification, none for a regression",
        ),
        (
            project.task is not Task.BINARY or len(project.target.classes) == 2,  # noqa: PLR2004
            "target.classes",
            project.target.classes,
            "two classes, the positive one last",
        ),
        (
            (project.task is Task.BINARY) == isinstance(project.value, OutcomeValue),
            "value",
            type(project.value).__name__,
            "OutcomeValue exactly for a binary task",
        ),
    ]
    used = {
        "cluster": (project.cluster,),
        "clock.event_time": (project.clock.event_time,) if project.clock.event_time else (),
        "features": project.features.all,
        "segments": project.segments,
    }
    checks += [
        (
            column in columns,
            key,
            column,
            f"a column of the contract. {did_you_mean(column, columns)}".strip(),
        )
        for key, names in used.items()
        for column in names
    ]
    checks.append(
        (
            project.target.name not in columns,
            "target.name",
            project.target.name,
            "no column of the contract: it would leak",
        )
    )
    known = [plugin.name for plugin in PLUGINS.of(Kind.MODEL_FAMILY)]
    checks += [
        (candidate.family in known, f"candidates.{at}.family", candidate.family, f"one of {known}")
        for at, candidate in enumerate((*project.candidates, project.baseline))
    ]
    found = [
        Mistake(file, key, repr(value), expected)
        for good, key, value, expected in checks
        if not good
    ]
    return found + contract_mistakes(project.contract, file)
