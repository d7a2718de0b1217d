"""The tree is what the architecture says, and nothing shadows Python's own modules."""

import ast
import subprocess
import sys

import pytest
from checkout import PACKAGES, ROOT, dotted, files, modules, name_of

TOP_LEVEL = {
    "platform", "pipelines", "monitoring", "governance", "infra", "examples", "tests", "docs",
    "benchmarks", "BENCHMARKS.md",
    "pyproject.toml", "Makefile", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md",
    "SECURITY.md", "THREATS.md", "LICENSE", ".gitignore", ".editorconfig",
    ".pre-commit-config.yaml", ".ci",
}  # fmt: skip
NEVER_PACKAGES = (*PACKAGES, "tests", "tests/platform")
MAX_LINES = 300


def length(path):
    """How many lines a module has."""
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize("folder", NEVER_PACKAGES)
def test_source_roots_are_no_packages(folder):
    """An `__init__.py` in `platform/` would hide the standard library's `platform`."""
    assert not (ROOT / folder / "__init__.py").exists()


def test_the_standard_library_is_found_from_the_root():
    """Python started in the root, which stands first on its path, imports its own `platform`."""
    command = "import platform; print(platform.python_version())"

    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == sys.version.split()[0]


def test_the_top_level_is_fixed():
    """A new top-level file or folder must be placed on purpose, here and in the README."""
    found = {path.relative_to(ROOT).parts[0] for path in files()}

    assert found == TOP_LEVEL


@pytest.mark.parametrize(("folder", "package"), PACKAGES.items())
def test_each_source_root_holds_one_typed_package(folder, package):
    """One package of its own name, with `py.typed`; decision records beside it are no code."""
    packages = {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}

    assert packages == {package}
    assert (ROOT / folder / package / "py.typed").is_file()


def test_every_folder_of_modules_is_a_package():
    """A folder without `__init__.py` cannot be imported; Alembic loads its versions by path."""
    folders = {path.parent for path in modules()}

    loose = {name_of(folder) for folder in folders if not (folder / "__init__.py").is_file()}

    assert loose == {"platform/caf_platform/ledger/migrations/versions"}


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_modules_are_short(path):
    """Three hundred lines at most; most have a hundred."""
    assert length(path) <= MAX_LINES


def test_test_modules_are_short():
    """No longer than the product's: one subject each, and its name says which."""
    written = [path for path in files() if path.suffix == ".py" and ROOT / "tests" in path.parents]

    long = {name_of(path): length(path) for path in written if length(path) > MAX_LINES}

    assert len(written) > 100
    assert long == {}


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_public_modules_say_what_they_are(path):
    """A module opens with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
