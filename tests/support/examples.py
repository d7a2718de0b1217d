"""Imports a module of an example's folder, inside the same kind of package as the loader makes."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from caf_platform.project.load import package_of

EXAMPLES = Path(__file__).parents[2] / "examples"


def example_module(example: str, name: str) -> ModuleType:
    """`examples/<example>/<name>.py`, with its relative imports working."""
    package = package_of(EXAMPLES / example)
    if package not in sys.modules:
        parent = ModuleType(package)
        parent.__path__ = [str(EXAMPLES / example)]
        sys.modules[package] = parent
    return import_module(f"{package}.{name}")
