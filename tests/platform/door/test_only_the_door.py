"""Nothing but the door moves a champion: the product's own code says so."""

import ast
from pathlib import Path

import pytest
from door_scene import Scene
from micro_play import SUPPORT

from caf_platform.door.actor import CAPABILITIES
from caf_platform.ledger.signing import signatory

ROOT = SUPPORT.parents[1]


PACKAGES = [
    ROOT / "platform/caf_platform",
    ROOT / "monitoring/caf_monitoring",
    ROOT / "governance/caf_governance",
    ROOT / "pipelines/caf_pipelines",
]


def modules():
    """Every module of every package."""
    return [path for package in PACKAGES for path in sorted(package.rglob("*.py"))]


MAKERS = {
    *("model_construct", "model_validate", "model_validate_json", "model_validate_strings"),
    *("model_copy", "parse_obj", "parse_raw", "construct", "copy"),
}
"""What makes an event of a class, or of another event."""


def is_read(call: ast.Call):
    """Whether what a record says is read: `Promoted.model_validate(record.payload)`."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="model_validate"), args=[ast.Attribute(attr="payload")]
        ):
            return True
    return False


def constructed(path: Path):
    """The names that a module calls, however they are reached and whatever it calls them."""
    tree = ast.parse(path.read_text("utf-8"))
    aliases = {
        one.asname: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
        if one.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not is_read(node):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in MAKERS:
                called = called.value
            name = getattr(called, "id", getattr(called, "attr", ""))
            yield aliases.get(name, name)


def test_only_the_door_makes_a_move():
    """No other module of any package constructs the two events that move a champion."""
    makers = {p.name for p in modules() if {"Promoted", "RolledBack"} & set(constructed(p))}

    assert len(modules()) > 100
    assert makers == {"door.py"}


@pytest.mark.parametrize(
    "source",
    [
        "Promoted(version=v)",
        "events.Promoted(version=v)",
        "Promoted.model_validate(said)",
        "events.Promoted.model_construct(**said)",
        "from caf_platform.ledger.events import Promoted as P\nP(version=v)",
    ],
)
def test_a_move_is_seen_however_it_is_made(source, tmp_path):
    """By its class, through it, and under another name."""
    module = tmp_path / "module.py"
    module.write_text(source, "utf-8")

    assert "Promoted" in set(constructed(module))


def test_only_the_door_writes_to_the_champions_stream():
    """No other module so much as imports its name to write to it."""
    importers = {
        path.name
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "caf_platform.ledger.streams"
        and "CHAMPION" in {name.name for name in node.names}
    }

    assert importers == {"door.py", "orders.py", "plays.py"}


def test_every_move_of_a_life_went_through_the_door():
    """Signed by its actor, in the champion's stream, for the door's capabilities."""
    scene = Scene("finished")
    moves = [r for r in scene.world.ledger.read() if r.type in ("promoted", "rolled_back")]

    assert len(moves) == 3
    for record in moves:
        assert record.stream == "micro/champion"
        assert signatory(scene.door.signer, record) == scene.door.signer.principal
        assert record.envelope.capabilities == CAPABILITIES


def test_nobody_reads_state_without_proving_it():
    """Every call of `read_state` in a package lends a signer; only a test may do without."""
    calls = [
        node
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "read_state"
    ]

    assert len(calls) >= 3
    for call in calls:
        assert len(call.args) + len(call.keywords) == 3, ast.unparse(call)
