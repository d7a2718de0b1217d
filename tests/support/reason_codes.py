"""Every reason code that the product can give, read from its code, and those that tests name.

A code is what a call hands to a parameter named `code` or `cause`: a literal, a constant, or a
text with parts that are filled in, which stands for all that fit it. What such a function hands
on from its own parameter was counted where it was handed in.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from checkout import ROOT, modules, name_of

from caf_platform.contract.model import RowRule, TableRule
from caf_platform.errors import CafError

GIVING: Final = ("code", "cause")
FILLED: Final = "[a-z0-9_:-]+"


@dataclass(frozen=True)
class Code:
    """A reason code and where it is given; `pattern` is a regular expression of its letters."""

    pattern: str
    where: str


def codes(paths: tuple[Path, ...] | None = None) -> list[Code]:
    """All codes of some modules (default: the whole product), in order of place."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths or tuple(modules())}
    places = _places(list(trees.values()))
    constants = {name: text for tree in trees.values() for name, text in _constants(tree)}
    return [
        Code(pattern, f"{_told(path)}:{call.lineno}")
        for path, tree in trees.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call | ast.Assign)
        for given in _given(call, places)
        for pattern in _patterns(given, constants)
    ]


def _told(path: Path) -> str:
    return name_of(path) if path.is_relative_to(ROOT) else path.name


def _places(trees: list[ast.Module]) -> dict[str, int | None]:
    """Functions and classes with such a parameter, and at which position it stands."""
    found: dict[str, int | None] = {"Reason": None}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args]
                names = names[1:] if names[:1] == ["self"] else names
                for wanted in GIVING:
                    if wanted in names:
                        found[node.name] = names.index(wanted)
            if isinstance(node, ast.ClassDef):
                fields = [one.target.id for one in node.body if _is_field(one)]
                for wanted in GIVING:
                    if wanted in fields:
                        found[node.name] = fields.index(wanted)
    return found


def _is_field(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Texts that a module gives a name in capitals."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    yield target.id, node.value.value


def _given(call: ast.Call | ast.Assign, places: dict[str, int | None]) -> Iterator[ast.expr]:
    if isinstance(call, ast.Assign):
        if getattr(call.targets[0], "id", "") == "code":
            yield call.value
        return
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name not in places:
        return
    yield from (word.value for word in call.keywords if word.arg in GIVING)
    at = places[name]
    if at is not None and at < len(call.args):
        yield call.args[at]


def _patterns(given: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value:
        yield re.escape(given.value)
    elif isinstance(given, ast.Name) and given.id in constants:
        yield re.escape(constants[given.id])
    elif isinstance(given, ast.IfExp):
        yield from _patterns(given.body, constants)
        yield from _patterns(given.orelse, constants)
    elif isinstance(given, ast.JoinedStr):
        yield "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else FILLED
            for part in given.values
        )


def rules() -> list[Code]:
    """The contract's rules: the codes with which rows and whole files are set aside."""
    listed = ((RowRule, "row rule"), (TableRule, "table rule"))
    return [Code(re.escape(one.value), where) for kind, where in listed for one in kind]


def refusals() -> list[Code]:
    """The kinds of error that the platform raises, by the name of their class."""
    kinds, found = [CafError], list[Code]()
    for kind in kinds:
        kinds += kind.__subclasses__()
        found.append(Code(kind.__name__, "a kind of error"))
    return found[1:]


@cache
def named() -> frozenset[str]:
    """Every word in texts of the code of tests and game days, docstrings left out; and members."""
    folders = (ROOT / "tests", ROOT / "examples")
    paths = [path for folder in folders for path in folder.rglob("*.py")]
    words = {
        word
        for path in paths
        for text in _texts(ast.parse(path.read_text("utf-8")))
        for word in (*re.findall(FILLED, text), *re.findall("[a-z0-9_]+", text))
    }
    return frozenset(words)


def _texts(tree: ast.Module) -> Iterator[str]:
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in prose and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.Attribute) and node.attr.isupper():  # `RowRule.NULL`
            yield node.attr.lower()


def unreached(found: list[Code], words: frozenset[str]) -> list[str]:
    """The codes that no test and no game day names, each with its place."""
    return [
        f"{one.where}: {one.pattern}"
        for one in found
        if not any(re.fullmatch(one.pattern, word) for word in words)
    ]
