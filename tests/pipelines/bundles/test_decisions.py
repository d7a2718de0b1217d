"""Decisions are taken again from the evidence: a record that does not follow from it is named."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from played import Played

from caf_governance.bundle.basis import Basis, basis_of
from caf_governance.bundle.contents import read_evidence, read_records
from caf_governance.bundle.deciding import gates_again
from caf_pipelines.bundles.gathering import gathered, promotions

Told = tuple[Basis, dict[str, Any]]


@pytest.fixture
def told(whole_life: Played) -> Told:
    """The records and the evidence of v2's bundle."""
    platform = whole_life.platform()
    records = list(platform.ledger.read())
    files = gathered(platform, whole_life.project().declaration, records, promotions(records)[1])
    evidence = read_evidence(files)
    return basis_of(read_records(files["records.jsonl"])), json.loads(json.dumps(evidence))


def gates(told: Told) -> str:
    """What is said of the gates."""
    return "; ".join(gates_again(*told))


def test_what_follows_is_not_spoken_of(told: Told) -> None:
    """The recorded decision is the one that evidence and policy give."""
    assert gates(told) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda e: e["evidence"].update(gate_rows=1),
            "gate 'enough_evidence' was pass, and is refuse by its evidence",
        ),
        (
            lambda e: e["evidence"].update(overlap_with_challenger=5),
            "gate 'unseen_rows' was pass, and is refuse by its evidence",
        ),
        (
            lambda e: e["evidence"]["performance"]["challenger"].update(bias=0.9),
            "gate 'calibrated': bias was",
        ),
        (lambda e: e["evidence"].update(challenger="v7"), "other contenders"),
        (
            lambda e: e["evidence"].update(gate_rows=1),
            "by its evidence it should not have been promoted",
        ),
    ],
)
def test_other_evidence_gives_other_decisions(
    told: Told, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    """Each gate that would have said something else is named, with the number."""
    change(told[1]["evaluation"])

    assert words in gates(told)


def test_a_stricter_policy_would_have_refused(told: Told) -> None:
    """The limits are those of the policy that the manifest names."""
    told[1]["policy"]["training"]["min_gate_rows"]["value"] = 10**8

    assert "gate 'enough_evidence' was pass" in gates(told)
