"""What must stand nowhere: unsafe calls in the packages, and traces of one machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT, files, name_of

UNSAFE_MODULES = {"pickle", "cPickle", "joblib", "cloudpickle", "dill", "marshal", "shelve"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_ATTRIBUTES = {
    ("yaml", "load"), ("yaml", "load_all"), ("yaml", "unsafe_load"), ("yaml", "full_load"),
    ("os", "system"), ("os", "popen"), ("subprocess", "getoutput"),
    ("pandas", "read_pickle"), ("pd", "read_pickle"),
    *(("builtins", name) for name in UNSAFE_CALLS),
}  # fmt: skip
UNSAFE_WORDS = {"shell", "allow_pickle"}
"""Keyword arguments that may be given as a plain False only."""

# Written in pieces, so that this file does not hold what it forbids.
FOLDERS = ("work", "root", "home", "Users", "mnt/data")
MACHINE_PATH = re.compile(rf"(?<![\w./>~-])/(?:{'|'.join(FOLDERS)})/\w")
REGISTRIES = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("conda", "anaconda", "org"),
            ("registry", "npmjs", "org"),
            ("proxy", "golang", "org"),
        )
    )
)


def unsafe(source: str) -> Iterator[str]:
    """What a module does that no module here may do, with its line."""
    for node in ast.walk(ast.parse(source)):
        for what in _imports(node) | _calls(node):
            yield f"line {node.lineno}: {what}"


def _imports(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            roots = {alias.name.partition(".")[0] for alias in names}
        case ast.ImportFrom(module=str(module), names=names):
            roots = {module.partition(".")[0]}
            taken = {(module, alias.name) for alias in names} & UNSAFE_ATTRIBUTES
            return {f"{owner}.{name}" for owner, name in taken} | (roots & UNSAFE_MODULES)
        case _:
            roots = set()
    return roots & UNSAFE_MODULES


def _calls(node: ast.AST) -> set[str]:
    if not isinstance(node, ast.Call):
        return set()
    found = set()
    match node.func:
        case ast.Name(id=name) if name in UNSAFE_CALLS:
            found.add(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if (
            owner,
            name,
        ) in UNSAFE_ATTRIBUTES:
            found.add(f"{owner}.{name}")
    found |= {
        f"{word.arg}=True"
        for word in node.keywords
        if word.arg in UNSAFE_WORDS and not _is_false(word.value)
    }
    return found


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def product():
    """Every Python file that is not a test."""
    return [path for path in files() if path.suffix == ".py" and ROOT / "tests" not in path.parents]


@pytest.mark.parametrize("path", product(), ids=name_of)
def test_no_file_of_the_product_runs_what_a_file_brings(path):
    """Packages, use cases and programs: no pickle in any coat, unsafe YAML, eval, exec or shell."""
    assert list(unsafe(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "import cloudpickle as safe",
        "yaml.load(text)",
        "eval(text)",
        "exec(text)",
        "subprocess.run(text, shell=True)",
        "pd.read_pickle(path)",
        "from yaml import load",
        "from os import system as run",
        "builtins.eval(text)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(text, shell=flag)",
    ],
)
def test_the_check_sees_what_it_forbids(source):
    """Each of these is found."""
    assert len(list(unsafe(source))) == 1


@pytest.mark.parametrize(
    "source", ["yaml.safe_load(text)", "spec.loader.exec_module(module)", "run(words, shell=False)"]
)
def test_the_check_lets_safe_relatives_pass(source):
    """Safe YAML, importing a project's own module, and a command without a shell."""
    assert list(unsafe(source)) == []


def _lines(path: Path) -> Iterator[str]:
    yield from path.read_bytes().decode("utf-8", errors="replace").splitlines()


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_no_file_names_a_machine_or_a_registry(path):
    """No absolute path of somebody's machine, no address that packages are downloaded from."""
    found = [
        line.strip()[:120]
        for line in _lines(path)
        if MACHINE_PATH.search(line) or REGISTRIES.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_paths_of_a_machine_are_recognised(folder):
    """At the start of a line, in quotes and after an equals sign; not inside a relative path."""
    path = f"/{folder}/me/clone"

    assert all(MACHINE_PATH.search(line) for line in (path, f'"{path}"', f"HOME={path}"))
    assert not MACHINE_PATH.search(f"src{path}")
