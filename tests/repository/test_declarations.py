"""What registers with the platform says what it is and which capabilities it implements."""

import ast
from collections import Counter
from importlib import import_module

import pytest
from checkout import dotted, modules

from caf_platform.capabilities import Capability, Perspective, catalogue
from caf_platform.plugins import PLUGINS, Plugin

FIRST_CAPABILITY = {"register": 2, "stage": 1}
"""Where the capabilities begin among a decorator's positional arguments."""


def _declared():
    """(module, decorated node, decorator) for each use of a registering decorator."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for decorator in getattr(node, "decorator_list", ()):
                called = getattr(decorator, "func", None)
                if isinstance(called, ast.Name) and called.id in FIRST_CAPABILITY:
                    yield pytest.param(node, decorator, id=f"{dotted(path)}.{node.name}")


@pytest.fixture(scope="module")
def registered() -> list[Plugin]:
    """Everything that the packages themselves register, after importing all who do."""
    declaring = {name.id.rpartition(".")[0] for name in _declared()}
    for module in sorted(declaring):
        import_module(module)
    return [p for p in PLUGINS._found.values() if p.target.__module__ in declaring]


@pytest.mark.parametrize(("node", "decorator"), _declared())
def test_declarations_name_a_capability_and_have_a_docstring(node, decorator):
    """At least one capability stands in the decorator, and the first docstring line sums it up."""
    assert len(decorator.args) > FIRST_CAPABILITY[decorator.func.id]
    assert ast.get_docstring(node)


def test_registration_keeps_what_was_declared(registered):
    """As many as there are decorators, each with real capabilities and a one-line summary."""
    assert len(registered) == len(list(_declared()))
    for plugin in registered:
        assert plugin.capabilities
        assert all(isinstance(capability, Capability) for capability in plugin.capabilities)
        assert plugin.summary.strip()


def test_the_catalogue_is_the_whitepapers():
    """49 capabilities: 9 business, 7 people, 8 governance, 8 platform, 9 security, 8 operations."""
    rows = catalogue()

    counts = Counter(row.perspective for row in rows)

    assert len(rows) == 49
    assert [counts[perspective] for perspective in Perspective] == [9, 7, 8, 8, 9, 8]
    assert len({row.label for row in rows}) == 49
