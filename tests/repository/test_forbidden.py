"""What must stand nowhere: unsafe calls in the packages, and traces of one machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT, files, name_of

UNSAFE_MODULES = {
    *("pickle", "_pickle", "cPickle", "joblib", "cloudpickle", "dill", "marshal", "shelve"),
    *("multiprocessing", "_multiprocessing"),
}
"""Whoever opens what they wrote runs it."""
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE = {
    *(f"builtins.{name}" for name in UNSAFE_CALLS),
    *(f"yaml.{kind}load{how}" for kind in ("", "full_", "unsafe_") for how in ("", "_all")),
    *(f"yaml.{c}{kind}Loader" for c in ("", "C") for kind in ("", "Full", "Unsafe")),
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("pandas.read_pickle", "pd.read_pickle"),
}
UNSAFE_WORDS = {"shell", "allow_pickle"}
"""Keyword arguments that may be given as a plain False only."""
SHELLS = {"sh", "bash", "dash", "ksh", "zsh"}

ALLOWED = {
    "pipelines/caf_pipelines/lifecycle/worker.py": {"multiprocessing"},
    "pipelines/caf_pipelines/scenarios/rehearsal.py": {"multiprocessing"},
}
"""Where a process and its own workers talk over a pipe that nobody else holds."""

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


def unsafe(source: str) -> set[str]:
    """What a module does that no module here may do."""
    tree = ast.parse(source)
    names = dict(_imported(tree))
    found = {origin for origin in names.values() if _forbidden(origin)}
    for node in ast.walk(tree):
        found |= {what for what in _said(node, names) if _forbidden(what)}
        found |= _words(node)
    return found


def _forbidden(what: str) -> bool:
    return what in UNSAFE or what.partition(".")[0] in UNSAFE_MODULES


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Local names, and what they stand for: `o` for `os`, `s` for `os.system`."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    yield alias.asname or top, alias.name if alias.asname else top
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    yield alias.asname or alias.name, f"{module}.{alias.name}"


def _said(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    """What an expression stands for, called or not, and what is imported or taken by its name."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in UNSAFE_CALLS:
            yield f"builtins.{name}"
        case ast.Attribute():
            yield _dotted(node, names)
        case ast.Call(func=called, args=[owner, ast.Constant(value=str(name)), *_]):
            if _dotted(called, names) == "getattr":
                yield f"{_dotted(owner, names)}.{name}"
        case ast.Call(func=called, args=[ast.Constant(value=str(name)), *_]):
            if _dotted(called, names).endswith("import_module"):
                yield name


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return names.get(name, name)
        case ast.Attribute(value=owner, attr=name):
            return f"{_dotted(owner, names)}.{name}"
    return ""


def _words(node: ast.AST) -> set[str]:
    """Arguments that unlock something, and a shell that is given a text."""
    match node:
        case ast.Call(keywords=given):
            return {
                f"{word.arg}=True"
                for word in given
                if word.arg in UNSAFE_WORDS and not _is_false(word.value)
            }
        case (
            ast.List(elts=[ast.Constant(value=str(shell)), ast.Constant(value=str(option)), *_])
            | ast.Tuple(elts=[ast.Constant(value=str(shell)), ast.Constant(value=str(option)), *_])
        ) if shell.rpartition("/")[2] in SHELLS and option.startswith("-") and "c" in option:
            return {"a shell"}
    return set()


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def product():
    """Every Python file that is not a test."""
    return [path for path in files() if path.suffix == ".py" and ROOT / "tests" not in path.parents]


@pytest.mark.parametrize("path", product(), ids=name_of)
def test_no_file_of_the_product_runs_what_a_file_brings(path):
    """Packages, use cases and programs: no pickle in any coat, unsafe YAML, eval, exec or shell."""
    found = {what.partition(".")[0]: what for what in unsafe(path.read_text("utf-8"))}

    assert found.keys() - ALLOWED.get(name_of(path), set()) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import _pickle",
        "import os as o\no.system(text)",
        "from os import system as run\nrun(text)",
        "import yaml as y\ny.load(text, y.SafeLoader)",
        "yaml.UnsafeLoader(text)",
        "yaml.full_load_all(text)",
        "subprocess.run(['sh', '-c', text])",
        "subprocess.run(('/bin/bash', '-ec', text))",
        "e = eval\ne(text)",
        "getattr(builtins, 'eval')(text)",
        "import builtins as b\ngetattr(b, 'exec')(text)",
        "importlib.import_module('pickle')",
        "from importlib import import_module\nimport_module('dill')",
        "from multiprocessing.connection import Connection",
        "np.load(path, allow_pickle=flag)",
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
    assert unsafe(source)


@pytest.mark.parametrize(
    "source",
    [
        "yaml.safe_load(text)",
        "spec.loader.exec_module(module)",
        "run(words, shell=False)",
        "re.compile(text)",
        "run(['git', '-c', text])",
        "import_module(name)",
    ],
)
def test_the_check_lets_safe_relatives_pass(source):
    """Safe YAML, importing a project's own module, and a command without a shell."""
    assert unsafe(source) == set()


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
