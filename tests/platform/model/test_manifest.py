"""The manifest's digest and signature bind everything that an approval rests on."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_samples import manifest_of

from caf_platform.adapters.signer import LocalSigner
from caf_platform.ledger.values import Manifest
from caf_platform.model.manifest import manifest_digest, sign_manifest, verify_manifest
from caf_platform.ports.signer import Principal, Signer, signing_bytes

MANIFEST = manifest_of(
    "logistic", b"model", digests={"artifact": "a" * 64, "data": "b" * 64}, keys={"data": "raw/x"}
)
CHANGES = [
    {"project": "other"},
    {"version": "v2"},
    {"family": "dummy"},
    {"run_id": "r2"},
    {"digests": {"artifact": "a" * 64, "data": "c" * 64}},
    {"digests": {"artifact": "a" * 64}},
    {"digests": {**MANIFEST.digests, "evaluation": "d" * 64}},
    {"keys": {"data": "raw/y"}},
]


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """The platform's key."""
    return LocalSigner.open(tmp_path / "keys", Principal(name="platform"))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_any_change_is_another_manifest(signer: Signer, change: dict[str, object]) -> None:
    """Change one field and neither the digest nor the signature fits any more."""
    changed = MANIFEST.model_copy(update=change)
    signature = sign_manifest(signer, MANIFEST)

    verified = verify_manifest(signer, changed, signature)

    assert not verified
    assert manifest_digest(changed) != manifest_digest(MANIFEST)


def test_what_was_signed_verifies(signer: Signer) -> None:
    """The same manifest verifies, also when it was read back from JSON."""
    signature = sign_manifest(signer, MANIFEST)

    read_back = Manifest.model_validate_json(MANIFEST.model_dump_json())

    assert verify_manifest(signer, read_back, signature)


def test_another_person_s_key_does_not_verify(signer: Signer, tmp_path: Path) -> None:
    """A signature by a key that nobody here knows is none."""
    stranger = LocalSigner.open(tmp_path / "elsewhere", Principal(name="platform"))

    verified = verify_manifest(signer, MANIFEST, sign_manifest(stranger, MANIFEST))

    assert not verified


def test_a_signature_for_another_purpose_does_not_verify(signer: Signer) -> None:
    """The same content signed as an approval is not a signed manifest."""
    as_approval = signer.sign(signing_bytes("approval", MANIFEST.model_dump(mode="json")))

    verified = verify_manifest(signer, MANIFEST, as_approval)

    assert not verified


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_the_order_of_digests_means_nothing(digests: dict[str, str]) -> None:
    """The same digests in another order are the same manifest."""
    turned = dict(reversed(digests.items()))

    first, second = (manifest_of("dummy", b"", digests=held) for held in (digests, turned))

    assert manifest_digest(first) == manifest_digest(second)
