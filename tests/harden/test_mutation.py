"""Small changes to whatever decides: some test must notice at least 85 % of them, area by area."""

from pathlib import Path

import pytest
from mutation import Area, mutated
from survivors import keep, only_words, reasons, unexplained
from tally import Size, Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(4 * 3600)]

AT_LEAST = 0.85

DOOR = ("approval", "last_word", "orders", "orders_recorded", "plays", "rules", "rules_told")
GATES = ("gates", "gates_numbers", "measure", "measure_input", "release")
AUDIT = (
    "chain",
    "privileged",
    "signing",
    "state",
    "tampering",
    "witness_hashes",
    "witnessed",
)
CONTRACT = ("consistency", "mask", "mistakes_told", "parse", "records", "request", "sql")

AREAS = (
    Area("monitors", ("caf_monitoring/*",), ("tests/monitoring",)),
    Area(
        "gates",
        ("caf_governance/*",),
        tuple(f"tests/governance/test_{name}.py" for name in GATES),
    ),
    Area(
        "door",
        ("caf_platform/door/*",),
        tuple(f"tests/platform/door/test_{name}.py" for name in DOOR),
    ),
    Area(
        "audit",
        (
            "caf_platform/ledger/chain.py",
            "caf_platform/ledger/privileged.py",
            "caf_platform/ledger/releases.py",
            "caf_platform/ledger/signing.py",
            "caf_platform/ledger/stored.py",
            "caf_platform/ledger/tail.py",
            "caf_platform/ledger/witnessed.py",
        ),
        (
            *(f"tests/platform/ledger/test_{name}.py" for name in AUDIT),
            "tests/platform/door/test_orders_recorded.py",
            "tests/platform/door/test_rules_told.py",
        ),
    ),
    Area(
        "quarantine",
        ("caf_platform/contract/*", "caf_pipelines/stages/validate.py"),
        (
            *(f"tests/platform/contract/test_{n}.py" for n in CONTRACT),
            "tests/pipelines/stages/test_validate.py",
        ),
        (
            "tests/pipelines/stages/test_validate.py::test_rows_in_are_rows_accounted_for",
            "tests/platform/contract/test_sql.py::test_a_contract_wider_than_a_union_may_be",
        ),
    ),
)
SHORT = Area(
    "signatures",
    ("caf_platform/ledger/privileged.py", "caf_platform/ledger/signing.py"),
    ("tests/platform/ledger/test_privileged.py", "tests/platform/ledger/test_signing.py"),
)
"""A part of the audit's area, for the short form: a minute; its survivors are not asked for."""


@pytest.mark.parametrize("area", [*AREAS, SHORT], ids=lambda area: area.name)
def test_mutation(area: Area, tmp_path: Path, tally: Tally, size: Size) -> None:
    """What survives is written to `build/mutation`, from where the page of survivors is made."""
    if (area is SHORT) is not bool(size(0, 1)):
        pytest.skip("the short form tries one small area, the full form all others")
    found = mutated(area, tmp_path / "tree")
    if area is not SHORT:
        keep(found)

    tally.say(
        f"mutation testing, {area.name}: {found.killed} of {found.mutants} noticed"
        f" ({found.score:.1%}); of the others"
        f" {sum(map(only_words, found.survivors))} change only words for people"
    )
    assert found.score >= AT_LEAST
    assert area is SHORT or unexplained(found, reasons()) == []
