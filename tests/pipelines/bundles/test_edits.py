"""A bundle that was changed anywhere fails, and says where: by whoever it was, signed or not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from forged_bundles import Edit, Files, edited, rows, sealed, with_rows, wrong
from played import Played

from caf_governance.bundle.index import CARD, INDEX, MATERIALS, PROJECT, RECORDS, SIGNATURE, SUMMARY
from caf_pipelines.bundles.folder import verified
from caf_pipelines.bundles.gathering import gathered, promotions
from caf_platform.adapters.signer import LocalSigner
from caf_platform.digest import canonical
from caf_platform.ports.signer import Principal, Role

EVALUATION, POLICY = "evidence/evaluation.json", "evidence/policy.json"


@pytest.fixture(scope="module")
def files(whole_life: Played) -> Files:
    """The bundle of v2, the second version that was promoted."""
    platform = whole_life.platform()
    records = list(platform.ledger.read())
    return gathered(platform, whole_life.project().declaration, records, promotions(records)[1])


def in_row(kind: str, change: Callable[[dict], object]) -> Edit:
    """A change of the payload of the last record of a kind."""

    def edit(files: Files) -> Files:
        found = rows(files)
        row = [one for one in found if one["type"] == kind][-1]
        payload = json.loads(row["payload"])
        change(payload)
        row["payload"] = canonical(payload).decode()
        return with_rows(files, found)

    return edit


def flipped(name: str) -> Edit:
    """One byte of a file."""
    return lambda files: files | {name: bytes([files[name][0] ^ 1]) + files[name][1:]}


def without(kind: str) -> Edit:
    """All records but those of a kind."""
    return lambda files: with_rows(files, [row for row in rows(files) if row["type"] != kind])


def lacking(start: str) -> Edit:
    """The bundle without the files whose names begin so."""
    return lambda files: {n: d for n, d in files.items() if not n.startswith(start)}


def swapped(files: Files) -> Files:
    """Two neighbouring records in the other order."""
    found = rows(files)
    found[-1], found[-2] = found[-2], found[-1]
    return with_rows(files, found)


PLAIN: dict[str, tuple[Edit, str, str]] = {
    "a byte of the evaluation": (flipped(EVALUATION), "members", EVALUATION),
    "a byte of the policy": (flipped(POLICY), "members", POLICY),
    "a byte of the records": (flipped(RECORDS), "members", RECORDS),
    "a byte of the summary": (flipped(SUMMARY), "members", SUMMARY),
    "a byte of the card": (flipped(CARD), "members", CARD),
    "a byte of the bill": (flipped(MATERIALS), "members", MATERIALS),
    "a byte of the packages": (flipped("evidence/environment.json"), "members", "environment"),
    "a missing member": (lacking(POLICY), "members", f"{POLICY} is missing"),
    "another member": (lambda f: f | {"more.txt": b"x"}, "members", "more.txt is not in the index"),
    "the index": (edited(INDEX, lambda i: i.update(version="v9")), "signature", "valid signature"),
    "its form": (lambda f: f | {INDEX: f[INDEX] + b"\n"}, "signature", "not in the form"),
    "the signature": (
        edited(SIGNATURE, lambda s: s.update(value="0" * 128)),
        "signature",
        "valid signature",
    ),
    "no signature": (lacking(SIGNATURE), "signature", SIGNATURE),
    "no keys": (lacking("keys/"), "signature", "valid signature"),
}
"""Edits by somebody who cannot sign: what he does, which check fails, with which words."""

HASHED = "not what was hashed"
SIGNED: dict[str, tuple[Edit, str, str]] = {
    "a number of the evidence": (
        edited(EVALUATION, lambda e: e["evidence"].update(gate_rows=1)),
        "manifest",
        EVALUATION,
    ),
    "a limit of the policy": (
        edited(POLICY, lambda p: p["release"]["approval_valid_days"].update(value=3000)),
        "manifest",
        POLICY,
    ),
    "a verdict": (
        in_row("gate_decided", lambda p: p["decision"].update(verdict="refuse")),
        "records",
        HASHED,
    ),
    "an approver": (
        in_row("approval_given", lambda p: p.update(approver="Mallory")),
        "records",
        HASHED,
    ),
    "an approval's end": (
        in_row("approval_given", lambda p: p.update(expires_at="2999-01-01T00:00:00Z")),
        "records",
        HASHED,
    ),
    "a quarantine count": (
        in_row("batch_validated", lambda p: p.update(quarantined=9)),
        "records",
        HASHED,
    ),
    "no training": (without("model_trained"), "records", "model_trained"),
    "no approval": (without("approval_given"), "records", "approval_given"),
    "no gate": (without("gate_decided"), "records", "gate_decided"),
    "another order": (swapped, "records", "stands after"),
    "a count in the summary": (
        edited(SUMMARY, lambda s: s["contract"].update(quarantined=-1)),
        "summary",
        "contract: quarantined is -1",
    ),
    "the cost": (
        edited(SUMMARY, lambda s: s["cost"].update(declared_units=-1)),
        "summary",
        "cost: declared_units is -1",
    ),
    "the capabilities": (
        edited(SUMMARY, lambda s: s.update(capabilities=[])),
        "summary",
        "capabilities is []",
    ),
    "a number of the card": (
        lambda f: f | {CARD: f[CARD].replace(b"**Rows**: ", b"**Rows**: 9")},
        "model card",
        CARD,
    ),
    "a package's version": (
        edited(MATERIALS, lambda bill: bill["components"][0].update(version="0")),
        "bill of materials",
        MATERIALS,
    ),
    "an owner": (
        edited(PROJECT, lambda p: p["owners"].update(model="Mallory")),
        "model card",
        CARD,
    ),
}
"""Edits by somebody who has the platform's key and signs the index again."""


def test_an_untouched_bundle_holds(files: Files) -> None:
    """Every check is asked and holds."""
    checks, keys = verified(files)

    assert [one.name for one in checks] == [
        "signature",
        "members",
        "records",
        "seal",
        "manifest",
        "gates",
        "door",
        "summary",
        "bill of materials",
        "model card",
    ]
    assert all(one.good for one in checks)
    assert len(keys) == 2


def test_there_are_twenty_kinds_and_more() -> None:
    """Beside those that are tried singly below."""
    assert len(PLAIN) + len(SIGNED) >= 20


@pytest.mark.parametrize("name", PLAIN)
def test_an_edit_is_named(files: Files, name: str) -> None:
    """By somebody who cannot sign."""
    edit, check, words = PLAIN[name]

    assert words in wrong(edit(dict(files)))[check]


@pytest.mark.parametrize("name", SIGNED)
def test_an_edit_with_its_digest_put_right_fails_at_the_signature(files: Files, name: str) -> None:
    """The index is consistent again, and nobody signed that."""
    edit, _, _ = SIGNED[name]

    assert "valid signature" in wrong(sealed(edit(dict(files))))["signature"]


@pytest.mark.parametrize("name", SIGNED)
def test_an_edit_that_the_platforms_key_signed_is_named(
    files: Files, whole_life: Played, name: str
) -> None:
    """What does not follow from the evidence is found, whoever signed it."""
    edit, check, words = SIGNED[name]

    found = wrong(sealed(edit(dict(files)), whole_life.platform().signer))

    assert words in found[check]


def test_another_key_signs_the_index_and_not_the_records(files: Files, tmp_path: Path) -> None:
    """Whoever brings his own key along would have to have signed the ledger too."""
    folder = tmp_path / "keys"
    roles = (Role.PLATFORM,)
    mine = LocalSigner.open(folder, Principal(name="platform", roles=roles, automatic=True))
    brought = {
        f"keys/{path.name}": path.read_bytes()
        for path in folder.iterdir()
        if path.name.endswith((".public.pem", ".principal.json"))
    }

    found = wrong(sealed(lacking("keys/")(files) | brought, mine))

    assert "signature" not in found
    assert "without a valid signature by a known key of 'platform'" in found["records"]


def test_a_person_s_key_seals_nothing(files: Files, lived: Played) -> None:
    """Only the platform speaks for what it gathered."""
    person = lived.signer("Ann", Role.PUBLISHER)
    keys = {f"keys/{name}": data for name, data in lived.platform().public_keys().items()}

    found = wrong(sealed(files | keys, person))

    assert "is signed by Ann, who is not the platform" in found["signature"]


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"a": 1}', b"\xff"])
@pytest.mark.parametrize(
    "name", [INDEX, SIGNATURE, RECORDS, EVALUATION, SUMMARY, PROJECT, MATERIALS]
)
def test_what_cannot_be_read_is_wrong_and_no_crash(
    files: Files, whole_life: Played, name: str, junk: bytes
) -> None:
    """Also when the platform's key has signed it."""
    bad = files | {name: junk}
    if name not in (INDEX, SIGNATURE):
        bad = sealed(bad, whole_life.platform().signer)

    assert wrong(bad)
