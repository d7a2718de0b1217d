"""Everything that the product can answer, read from its code, and what of it tests have reached.

A code is what a call hands to a parameter named `code` or `cause`: a literal, a constant, or a
text with parts that are filled in, which stands for all that fit it. What such a function hands
on from its own parameter was counted where it was handed in. Run as a program, it says what no
test over exactly this tree has reached (`ran.py`, `reached.py`), and ends with 1 if there is such:
a code in the module that gives it, a rule under which rows or files are set aside, a kind of
error, or one of the three verdicts of a gate or monitor.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from checkout import ROOT, modules, name_of

from caf_governance.gates import release as _gates  # noqa: F401 - importing it registers them
from caf_monitoring.monitors import calls_for
from caf_pipelines.proving.ran import reached
from caf_platform.contract.model import RowRule, TableRule
from caf_platform.decision import Verdict
from caf_platform.errors import CafError
from caf_platform.plugins import PLUGINS, Kind

GIVING: Final = ("code", "cause")
FILLED: Final = "[a-z0-9_:-]+"
SHOWN: Final = 50
"""As many missing answers are listed."""


@dataclass(frozen=True)
class Code:
    """A reason code and where it is given; `pattern` is a regular expression of its letters."""

    pattern: str
    where: str

    def in_(self, found: Collection[str]) -> bool:
        """Whether it was given in its own module, of a column (`heat:maximum`) or as it is."""
        place = re.escape(self.where.partition(":")[0])
        return any(re.fullmatch(f"{place} (.*:)?{self.pattern}", one) for one in found)


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
            if isinstance(node, ast.FunctionDef) and not _asks(node):
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


def _asks(node: ast.FunctionDef) -> bool:
    """Whether a function only asks if something has a code."""
    return isinstance(node.returns, ast.Name) and node.returns.id == "bool"


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


def missing(found: Collection[str]) -> list[str]:
    """What was never reached: codes with their places, rules, kinds of error, verdicts."""
    lost = [f"{one.where}: {one.pattern}" for one in codes() if not one.in_(found)]
    set_aside = {re.split("[ :]", one)[-1] for one in found}
    lost += [
        f"rule {rule}"
        for kind in (RowRule, TableRule)
        for rule in kind
        if rule.value not in set_aside
    ]
    lost += [f"error {kind}" for kind in _errors() if kind not in found]
    return lost + [f"verdict {one}" for one in _verdicts() if one not in found]


def _errors() -> list[str]:
    """The kinds of error that the platform raises, by the name of their class."""
    kinds, found = [CafError], list[str]()
    for kind in kinds:
        kinds += kind.__subclasses__()
        found.append(kind.__name__)
    return found[1:]


def _verdicts() -> Iterator[str]:
    """For, against and undecided, of each built-in gate and monitor: `calibrated refuse`."""
    for gate in PLUGINS.of(Kind.GATE):
        yield from (f"{gate.name} {one}" for one in (Verdict.PASS, Verdict.REFUSE, UNDECIDED))
    for monitor in calls_for():
        yield from (f"{monitor} {one}" for one in (Verdict.OK, Verdict.BREACH, UNDECIDED))


UNDECIDED: Final = Verdict.CANNOT_JUDGE


def main(root: Path = ROOT) -> int:
    """Say what no test over this tree has reached."""
    found = reached(root)
    lost = missing(found)
    for one in lost[:SHOWN]:
        print(f"no test over this tree has reached {one}")
    if len(lost) > SHOWN:
        print(f"nor {len(lost) - SHOWN} others")
    print(f"reasons, rules, errors and verdicts: {len(lost)} were never reached")
    if lost:
        print("Run: make test; then again: make threats", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
