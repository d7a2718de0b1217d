"""Small changes to whatever decides: some test must notice at least 85 % of them, area by area."""

from pathlib import Path

import pytest
from mutation import Area, mutated
from survivors import keep, only_words, reasons, unexplained
from tally import Size, Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(4 * 3600)]

AT_LEAST = 0.85

DOOR = (
    "approval",
    "door",
    "door_forged",
    "door_gate",
    "door_manifest",
    "door_once",
    "door_people",
    "last_word",
    "numbers_told",
    "orders",
    "orders_approvals",
    "orders_recorded",
    "plays",
    "rules",
    "rules_approvals",
    "rules_told",
)
GATES = (
    "every_reason",
    "gates",
    "gates_first_model",
    "gates_numbers",
    "gates_segments",
    "measure",
    "measure_groups",
    "measure_input",
    "release",
)
AUDIT = (
    "chain",
    "privileged",
    "signing",
    "state",
    "state_champion",
    "state_folding",
    "stored",
    "tampering",
    "witness_contradicted",
    "witness_hashes",
    "witness_silent",
    "witnessed",
)
CONTRACT = (
    "consistency",
    "edges",
    "mask",
    "mistakes_told",
    "parse",
    "parse_cells",
    "records",
    "request",
    "sql",
)

AREAS = (
    Area("monitors", ("caf_monitoring/*",), ("tests/monitoring",)),
    Area(
        "gates",
        ("caf_governance/*", "caf_platform/fairness/*"),
        (
            *(f"tests/governance/test_{name}.py" for name in GATES),
            "tests/platform/fairness",
        ),
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
            "tests/pipelines/stages/test_validate_engines.py",
            "tests/pipelines/stages/test_validate_parts.py",
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


def test_a_part_of_an_area(tmp_path: Path, size: Size) -> None:
    """The short form: the same, for two modules."""
    if size(1, 0):
        pytest.skip("the full form tries whole areas")

    found = mutated(SHORT, tmp_path / "tree")

    assert found.mutants > 0
    assert found.score >= AT_LEAST


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_mutation(area: Area, tmp_path: Path, tally: Tally, size: Size) -> None:
    """What survives is written to `build/mutation`, from where the page of survivors is made."""
    if size(0, 1):
        pytest.skip("the short form tries a part of one area")
    found = mutated(area, tmp_path / "tree")
    keep(found)

    tally.whole, tally.of = True, "mutants"
    for survivor in found.survivors:
        tally.trial(str(survivor), good=False)
    for _ in range(found.killed):
        tally.trial("noticed", good=True)
    tally.say(
        f"mutation testing, {area.name}: {found.killed} of {found.mutants} noticed"
        f" ({found.score:.1%}); of the others"
        f" {sum(map(only_words, found.survivors))} change only words for people"
    )
    assert found.score >= AT_LEAST
    assert unexplained(found, reasons()) == []
