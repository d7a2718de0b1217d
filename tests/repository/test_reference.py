"""The reference page lists exactly what the code has."""

import re
import types
import typing
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module

import annotated_types
import pytest
from checkout import PACKAGES, ROOT, dotted, modules, targets
from written_commands import spans, verbs

from caf_platform.plugins import PLUGINS, Kind
from caf_platform.project.policy import Because, Part, Policy
from caf_platform.quiet import QUIET
from caf_platform.settings import Settings

PAGE = ROOT / "docs" / "reference.md"


def _section(title: str) -> dict[str, tuple[str, str]]:
    """The table under a heading: first cell -> the other cells."""
    text = PAGE.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): tuple(row[1:]) for row in rows}


def _parameters(command) -> set[str]:
    """A verb's options by their long name, and its arguments in capitals."""
    found = set()
    for parameter in command.params:
        option = parameter.param_type_name == "option"
        found.add(parameter.opts[0] if option else parameter.name.upper())
    return found


def test_every_verb_is_listed_with_its_options():
    """Neither a verb nor an option is missing, and none is invented."""
    listed = {
        name: set(re.findall(r"`([^`]+)`", cells[0]))
        for name, cells in _section("Commands").items()
    }

    assert listed == {f"caf {name}": _parameters(command) for name, command in verbs().items()}


def test_every_target_is_listed():
    """The Makefile's targets, no more and no less."""
    assert set(_section("Make targets")) == {f"make {name}" for name in targets()}


def test_every_setting_is_listed_with_its_default():
    """A default that is a plain value is shown as that value."""
    listed = _section("Settings")

    assert set(listed) == {f"CAF_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default not in ("", None):
            assert listed[f"CAF_{name.upper()}"][0] == f"`{field.default}`"


def test_what_is_set_for_people_is_listed():
    """Every variable of a library that the platform sets, with its value."""
    listed = {name: cells[0].strip("`") for name, cells in _section("Set for you").items()}

    assert listed == QUIET


def test_settings_read_elsewhere_are_listed():
    """No module reads a `CAF_` variable that the page does not know."""
    named = {
        word
        for path in modules()
        for word in re.findall(r"\bCAF_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))
    }

    assert named <= set(_section("Settings"))


WORDS = {annotated_types.Ge: "≥ {0.ge:g}", annotated_types.Gt: "> {0.gt:g}",
         annotated_types.Le: "≤ {0.le:g}", annotated_types.Lt: "< {0.lt:g}"}  # fmt: skip


def _words(annotation: object) -> str:
    """A policy key's type as the page writes it."""
    if isinstance(annotation, types.UnionType):
        return f"{_words(typing.get_args(annotation)[0])}, optional"
    if typing.get_origin(annotation) is dict:
        return f"{_words(typing.get_args(annotation)[1])}, for each"
    if annotation is Because or annotation is str:
        return "text"
    field = annotation.model_fields["value"]
    if isinstance(field.annotation, type) and issubclass(field.annotation, StrEnum):
        return ", ".join(field.annotation)
    kind = {int: "whole number", float: "number"}[field.annotation]
    bounds = [WORDS[type(bound)].format(bound) for bound in field.metadata]
    return " ".join([kind, ", ".join(bounds)]).strip()


def _keys(section: type[Part], above: str = "") -> Iterator[tuple[str, object]]:
    """Every key that holds a limit or a reason, with its type; those of a part of a part too."""
    for key, field in section.model_fields.items():
        kinds = (field.annotation, *typing.get_args(field.annotation))
        below = next((k for k in kinds if isinstance(k, type) and issubclass(k, Part)), None)
        if below is None or "value" in below.model_fields:
            yield f"{above}{key}", field.annotation
        else:
            column = ".COLUMN" if typing.get_origin(field.annotation) is dict else ""
            yield from _keys(below, f"{above}{key}{column}.")


POLICY = dict(_keys(Policy))


def test_the_policy_table_has_every_key():
    """In the order of the model, which is the order of the file."""
    assert list(_section("Policy")) == list(POLICY)


@pytest.mark.parametrize("key", POLICY)
def test_policy_keys_are_listed_with_their_type(key):
    """Whole number or number, with its bounds; what it means is not empty."""
    kind, meaning = _section("Policy")[key]

    assert kind == _words(POLICY[key])
    assert len(meaning) > 5


@pytest.mark.parametrize("kind", Kind)
def test_registered_parts_are_listed(kind):
    """Names by kind, whatever the packages register themselves."""
    for path in modules():
        if re.search(r"^@(register|stage)\(", path.read_text("utf-8"), re.MULTILINE):
            import_module(dotted(path))
    own = {
        p.name for p in PLUGINS.of(kind) if p.target.__module__.split(".")[0] in PACKAGES.values()
    }

    names = re.findall(r"`([^`]+)`", _section("Registered parts")[kind.value][0])

    assert set(names) == own
    assert len(names) == len(own)


def test_the_page_shows_commands_only_as_code():
    """The other tests read code spans; a page without any would pass them all."""
    assert len(spans(PAGE)) > 100
