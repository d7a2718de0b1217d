"""Reads a use case from its folder, and reports every mistake in both files at once."""

import importlib.util
import re
import sys
import traceback
from collections.abc import Hashable
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from caf_platform.capabilities import Capability
from caf_platform.declared import from_pydantic, mistakes_in
from caf_platform.digest import digest, short
from caf_platform.errors import BadInput, Mistake, Mistakes, did_you_mean
from caf_platform.plugins import Kind, register
from caf_platform.project.consistency import declaration_mistakes, policy_mistakes
from caf_platform.project.model import Declaration, Project
from caf_platform.project.policy import Policy

Model = TypeVar("Model", bound=BaseModel)
POLICY = "policy.yaml"
WHOLE = "(whole file)"


NO_PROJECTS: Final = "Run this in the root of the clone, or name the folder in CAF_PROJECTS."
"""What to do where no use case is to be found."""


def projects_in(root: Path) -> list[str]:
    """The names of all use cases below a folder."""
    return sorted(path.parent.name for path in root.glob("*/project.py"))


@register(
    Kind.CONTROL,
    "one configuration",
    Capability.CONFIGURATION_MANAGEMENT,
    Capability.PLATFORM_ENGINEERING,
)
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
            why=did_you_mean(name, known) or "A use case is a folder with a project.py in it.",
            next_step=f"Known: {', '.join(known)}." if known else NO_PROJECTS,
        )
    declaration, found = _declaration(folder)
    policy, policy_found = _policy(folder / POLICY)
    mistakes = found + policy_found
    if declaration is not None and policy is not None and not mistakes:
        mistakes = policy_mistakes(policy, declaration, f"{name}/{POLICY}")
    if declaration is None or policy is None or mistakes:
        raise Mistakes(f"Project '{name}'", mistakes)
    return Project(declaration=declaration, policy=policy, folder=str(folder))


def _declaration(folder: Path) -> tuple[Declaration | None, list[Mistake]]:
    file = f"{folder.name}/project.py"
    try:
        declared = getattr(_execute(folder), "project", None)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a person's code: anything may be wrong
        found = f"{type(error).__name__}: {error}"
        return None, [Mistake(file, line_in(error, folder), found, "Python that runs")]
    if not isinstance(declared, Declaration):
        return None, [Mistake(file, "project", repr(declared), "project = Declaration(...)")]
    mistakes = mistakes_in(Declaration, declared, file)
    return declared, mistakes or declaration_mistakes(declared, folder.name, file)


def package_of(folder: Path) -> str:
    """The package in which a use case's modules import each other, once it is loaded.

    Folders of one name have packages of their own: what one imports late is never the other's.
    """
    return f"caf_example_{folder.name}_{short(digest(str(folder.absolute()).encode()))}"


def _execute(folder: Path) -> ModuleType:
    """Run `project.py` inside a package of its own, so that it can import its siblings."""
    package = package_of(folder)
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


def line_in(error: BaseException, folder: Path) -> str:
    """The last line of the person's own files that was reached, named unless in `project.py`."""
    places = [(trace.filename, trace.lineno) for trace in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        places.append((error.filename or "", error.lineno))
    own = [(Path(file), line) for file, line in places if Path(file).parent == folder.absolute()]
    if not own:
        return WHOLE
    file, line = own[-1]
    return f"line {line}" if file.name == "project.py" else f"{file.name}, line {line}"


def _policy(path: Path) -> tuple[Policy | None, list[Mistake]]:
    return read_part(Policy, path, f"{path.parent.name}/{path.name}", "a policy file")


def read_part(
    kind: type[Model], path: Path, file: str, wanted: str
) -> tuple[Model | None, list[Mistake]]:
    """A strict YAML file as one value, or every mistake in it; `file` is what it is called."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None, [Mistake(file, WHOLE, "nothing", wanted)]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Mistake(file, WHOLE, str(error), "a file that can be read")]
    return typed(kind, text, file)


def typed(kind: type[Model], text: str, file: str) -> tuple[Model | None, list[Mistake]]:
    """A typed value from strict YAML, or every mistake that keeps it from being one."""
    try:
        return kind.model_validate(_StrictLoader(text).get_single_data()), []
    except ValidationError as error:
        return None, from_pydantic(error, file)
    except Exception as error:  # noqa: BLE001 - PyYAML raises half a dozen kinds besides its own
        return None, [Mistake(file, *_misread(error), "readable YAML")]


def _misread(error: Exception) -> tuple[str, str]:
    """Where YAML cannot be read, and why not."""
    if isinstance(error, yaml.MarkedYAMLError):
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else WHOLE
        return line, " ".join(part for part in (error.context, error.problem) if part)
    if isinstance(error, RecursionError):
        return WHOLE, "too many levels"
    return WHOLE, str(error).replace("\n", " ")


class _StrictLoader(yaml.SafeLoader):
    """Reads YAML; a key that is written twice is an error, for the second would win in silence.

    So is an alias: nine lines of them unfold to more than any machine holds.

    Whole numbers are decimal, as in YAML 1.2's JSON schema: 1.1 reads 010 as eight, 1:30 as
    ninety and 1_0 as ten; here they are texts, which are no numbers. Dates are texts too.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            problem = "an alias (*name) stands here: write the value out"
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                problem = "a key is a list or a mapping"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            if key.tag == f"{_TAG}merge":
                problem = "'<<' would bring keys that do not stand here: write them out"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            if key.value in seen:
                problem = f"'{key.value}' is written twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_TAG = "tag:yaml.org,2002:"
_LOOSE = {f"{_TAG}int", f"{_TAG}float", f"{_TAG}timestamp"}
_StrictLoader.yaml_implicit_resolvers = {
    start: [(tag, pattern) for tag, pattern in known if tag not in _LOOSE]
    for start, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver(
    f"{_TAG}int", re.compile(r"[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789")
)
_StrictLoader.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(
        r"[-+]?([0-9]+\.[0-9]*([eE][-+]?[0-9]+)?|\.[0-9]+|\.inf|[0-9]+[eE][-+]?[0-9]+)$|\.nan$"
    ),
    list("-+.0123456789"),
)
