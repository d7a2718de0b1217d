"""Registering stages, gates, monitors, families, stores and routes."""

import pytest

from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput
from caf_platform.plugins import PLUGINS, Kind, Plugin, Plugins, register


def gate():
    """Judges nothing.

    And says more here.
    """


def plugin(name="strict", target=gate, kind=Kind.GATE, capabilities=(Capability.RISK_MANAGEMENT,)):
    """A gate."""
    return Plugin(kind, name, capabilities, target, "Judges nothing.")


def test_a_plugin_is_found_by_kind_and_name():
    """The same name may stand for a gate and a monitor."""
    plugins = Plugins()
    plugins.add(plugin())
    plugins.add(plugin(kind=Kind.MONITOR, target=print))

    assert plugins.get(Kind.GATE, "strict").target is gate
    assert [p.target for p in plugins.of(Kind.MONITOR)] == [print]


def test_plugins_keep_their_order():
    """Gates are asked in the order in which they were registered."""
    plugins = Plugins()
    for name in ("b", "a", "c"):
        plugins.add(plugin(name))

    assert [p.name for p in plugins.of(Kind.GATE)] == ["b", "a", "c"]


def test_importing_a_module_again_registers_nothing_twice():
    """The same target under the same name is the same plugin."""
    plugins = Plugins()
    plugins.add(plugin())
    plugins.add(plugin())

    assert len(list(plugins.of(Kind.GATE))) == 1


def test_a_name_stands_for_one_thing():
    """A stranger cannot take a built-in gate's place."""
    plugins = Plugins()
    plugins.add(plugin())

    with pytest.raises(BadInput, match="two of gate 'strict'"):
        plugins.add(plugin(target=print))
    assert plugins.get(Kind.GATE, "strict").target is gate


def test_a_plugin_names_its_capability():
    """Otherwise the capability map would have a hole."""
    with pytest.raises(BadInput, match="names no CAF-AI capability"):
        Plugins().add(plugin(capabilities=()))


def test_an_unknown_name_is_answered_with_the_nearest():
    """And with all that are known."""
    plugins = Plugins()
    plugins.add(plugin())

    with pytest.raises(BadInput, match="Did you mean 'strict'") as refused:
        plugins.get(Kind.GATE, "strikt")
    assert "strict" in refused.value.next_step


def test_the_decorator_takes_its_sentence_from_the_docstring():
    """The first line; the function stays what it is."""
    entered = register(Kind.ALERT_ROUTE, "test-pigeon", Capability.OBSERVABILITY, speed=3)(gate)

    found = PLUGINS._found.pop((Kind.ALERT_ROUTE, "test-pigeon"))  # others look at all plugins
    assert entered is gate
    assert (found.summary, found.details) == ("Judges nothing.", {"speed": 3})
