"""Claims are read strictly: every mistake of the file is told."""

from pathlib import Path

import pytest
import yaml

from caf_governance.capability_map.claims import Status, parse, read_text
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, Mistakes

EMPTY = {capability.value: {"reach": "empty"} for capability in Capability}
IT = Capability.OBSERVABILITY.value


def text(**more: object) -> str:
    """A claims file in which one capability is claimed otherwise."""
    return yaml.safe_dump({"capabilities": {**EMPTY, IT: {"reach": "empty", **more}}})


def test_every_capability_is_read() -> None:
    """49 of them; nothing claimed is an honest claim."""
    found = parse(text(), "claims.yaml")

    assert list(found) != []
    assert set(found) == set(Capability)
    assert {claim.reach for claim in found.values()} == {Status.EMPTY}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"reach": "great"}, "'enforced', 'recorded'"),
        ({"status": "enforced"}, "no such key"),
        ({"why": "too hard"}, "out of scope with a `why`, and only then"),
        ({"reach": "out of scope"}, "out of scope with a `why`, and only then"),
        (
            {"reach": "out of scope", "why": "w", "records": ["promoted"]},
            "what is out of scope claims nothing",
        ),
        ({"promises": [{"says": "all", "tests": []}]}, "a promise is kept `by` something"),
    ],
)
def test_a_mistake_is_told_with_its_place(more: dict[str, object], says: str) -> None:
    """Above all a status that somebody types in."""
    with pytest.raises(Mistakes, match=IT) as found:
        parse(text(**more), "claims.yaml")

    assert says in str(found.value)


def test_each_capability_that_nobody_speaks_of_is_told() -> None:
    """Silence is not honesty."""
    part = {name: claim for name, claim in EMPTY.items() if not name.startswith("people.")}

    with pytest.raises(Mistakes) as found:
        parse(yaml.safe_dump({"capabilities": part}), "claims.yaml")

    assert len(found.value.mistakes) == 7


def test_what_is_no_yaml_and_what_is_not_there() -> None:
    """Both are bad input, and say what to do."""
    with pytest.raises(Mistakes, match="readable YAML"):
        parse("a: [", "claims.yaml")
    with pytest.raises(BadInput, match="part of the clone") as absent:
        read_text(Path("nowhere") / "claims.yaml")
    assert "make setup" in absent.value.next_step


def test_tests_are_named_once_and_parts_are_told_from_files() -> None:
    """A test under a promise and under `red` counts once."""
    test = "tests/a.py::test_a"
    claim = parse(
        text(
            reach="enforced",
            by=["gate fair", "infra/audit.py"],
            promises=[{"says": "s", "tests": [test]}],
            red=[test, "Tampered"],
        ),
        "claims.yaml",
    )[Capability.OBSERVABILITY]

    assert claim.tests == (test,)
    assert (claim.parts, claim.files) == (("gate fair",), ("infra/audit.py",))
