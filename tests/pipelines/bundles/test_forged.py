"""Bundles that fit in themselves, forged by whoever holds a key: what gives each of them away."""

import json
from pathlib import Path
from typing import Any

import pytest
from forged_bundles import Files, edited, resigned, retold, rows, sealed, with_rows, wrong
from played import Played

from caf_governance.bundle.index import INDEX, PROJECT, RECORDS
from caf_pipelines.bundles.folder import verified
from caf_pipelines.bundles.gathering import gathered, promotions
from caf_platform.adapters.signer import LocalSigner, public_files
from caf_platform.digest import digest
from caf_platform.ports.signer import Principal, Role, Signer


@pytest.fixture(scope="module")
def signer(whole_life: Played) -> Signer:
    """The platform's own."""
    return whole_life.platform().signer


@pytest.fixture(scope="module")
def files(whole_life: Played) -> Files:
    """The bundle of v2, the second version that was promoted."""
    platform = whole_life.platform()
    records = list(platform.ledger.read())
    return gathered(platform, whole_life.project().declaration, records, promotions(records)[1])


def test_putting_everything_right_changes_nothing(files: Files, signer: Signer) -> None:
    """What the forger does behind an edit is no edit in itself."""
    assert resigned(files, signer, "promoted", lambda _: None) == files


def test_a_second_platform_that_is_brought_along_seals_nothing(
    files: Files, tmp_path: Path
) -> None:
    """With his own key beside the real one, all signatures hold, but not by the same platform."""
    roles = (Role.PLATFORM,)
    mine = LocalSigner.open(tmp_path, Principal(name="platform", roles=roles, automatic=True))
    brought = {f"keys/{name}": data for name, data in public_files(tmp_path).items()}
    owner = edited(PROJECT, lambda project: project["owners"].update(model="Mallory"))
    forged = retold(owner(files) | brought, mine)

    assert list(wrong(forged)) == ["seal"]
    assert "did not sign the gate's decision" in wrong(forged)["seal"]


def test_a_new_key_seals_what_the_former_one_judged_if_somebody_vouches(
    files: Files, tmp_path: Path
) -> None:
    """As after the platform's key was changed."""
    roles = (Role.PLATFORM,)
    new = LocalSigner.open(tmp_path, Principal(name="platform", roles=roles, automatic=True))
    brought = {f"keys/{name}": data for name, data in public_files(tmp_path).items()}
    fingerprint = next(digest(data) for name, data in brought.items() if "public" in name)

    checks, _ = verified(retold(files | brought, new), {fingerprint})

    assert all(one.good for one in checks)


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        (lambda row: row["type"] == "batch_validated", "the validation of batch"),
        (lambda row: row["type"] == "play_started", "no record of type play_started"),
        (lambda row: row["key"].endswith("promote/v1/0"), "may have changed who serves"),
    ],
)
def test_a_record_that_is_left_out_is_missed(
    files: Files, signer: Signer, left_out: Any, words: str
) -> None:
    """Though the platform's own key sealed what is left."""
    found = rows(files)
    found.remove(next(row for row in found if left_out(row)))

    told = wrong(sealed(with_rows(files, found), signer))

    assert words in told["records"]


@pytest.mark.parametrize("name", ["play", "project", "version"])
def test_an_index_of_something_else_is_not_believed(
    files: Files, signer: Signer, name: str
) -> None:
    """Its project, play and version are those of the promotion."""
    index = json.loads(files[INDEX])
    changed = {"play": 9, "project": "other", "version": "v1"}[name]
    forged = retold(files | {INDEX: json.dumps(index | {name: changed}).encode()}, signer)

    assert "another project, play or version" in wrong(forged)["records"]


@pytest.mark.parametrize(
    ("kind", "change", "check", "words"),
    [
        (
            "gate_decided",
            lambda p: p["parts"]["enough_evidence"].update(verdict="cannot_judge"),
            "gates",
            "gate 'enough_evidence' was cannot_judge, and is pass by its evidence",
        ),
        (
            "gate_decided",
            lambda p: p["decision"]["numbers"].update({"enough_evidence.rows": 10**6}),
            "gates",
            "the release decision: enough_evidence.rows was 1000000",
        ),
        (
            "gate_decided",
            lambda p: p["decision"]["reasons"][0].update(found=9.5),
            "gates",
            "the release decision gave other reasons",
        ),
        (
            "gate_decided",
            lambda p: p["decision"].update(verdict="refuse"),
            "door",
            "gate_not_passed",
        ),
        ("gate_decided", lambda p: p.update(against=None), "door", "other_champion"),
        ("gate_decided", lambda p: p.update(policy_digest="0" * 64), "door", "policy_changed"),
        ("gate_decided", lambda p: p.update(contract_digest="0" * 64), "door", "contract_changed"),
        ("play_started", lambda p: p.update(policy_digest="0" * 64), "door", "policy_changed"),
        (
            "approval_given",
            lambda p: p.update(expires_at="2019-01-01T00:00:00Z"),
            "door",
            "expired",
        ),
        (
            "approval_given",
            lambda p: p.update(expires_at="2999-01-01T00:00:00Z"),
            "door",
            "valid_too_long",
        ),
        ("approval_given", lambda p: p.update(manifest_digest="0" * 64), "door", "other_digests"),
        (
            "approval_given",
            lambda p: p.update(automatic=False, approver="Mallory"),
            "door",
            "approval_not_signed",
        ),
        ("promoted", lambda p: p.update(replaces=None), "door", "it replaced None, and v1 served"),
        ("promoted", lambda p: p.update(approvals=[], approval_digests=[]), "door", "other app"),
        (
            "promoted",
            lambda p: p.update(approval_digests=["0" * 64]),
            "door",
            "an approval says something else",
        ),
        ("promoted", lambda p: p.update(manifest_digest="0" * 64), "manifest", "names manifest"),
        ("promoted", lambda p: p["manifest"].update(author="x"), "manifest", "names manifest"),
    ],
)
def test_a_decision_that_does_not_follow_is_named_whoever_signed_it(
    files: Files, signer: Signer, kind: str, change: Any, check: str, words: str
) -> None:
    """Signed, chained, told and sealed with the platform's own key: only deciding again tells."""
    told = wrong(resigned(files, signer, kind, change))

    assert "records" not in told
    assert words in told[check]


def test_records_of_another_promotion_are_not_these(
    files: Files, whole_life: Played, signer: Signer
) -> None:
    """Sound records, of the version before."""
    platform = whole_life.platform()
    records = list(platform.ledger.read())
    other = gathered(platform, whole_life.project().declaration, records, promotions(records)[0])

    forged = retold(files | {RECORDS: other[RECORDS]}, signer)

    assert "another project, play or version" in wrong(forged)["records"]
