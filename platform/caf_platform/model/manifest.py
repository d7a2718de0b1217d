"""A model version's manifest: its digest, and the signature that binds all its digests together."""

from typing import Final

from caf_platform.digest import digest_of
from caf_platform.ledger.values import Manifest
from caf_platform.ports.signer import Signature, Signer, signing_bytes

PURPOSE: Final = "model-manifest"
"""What the signature is for: one given for an approval never passes for a manifest's."""


def manifest_digest(manifest: Manifest) -> str:
    """SHA-256 of the manifest's canonical form: what an approval names."""
    return digest_of(manifest.model_dump(mode="json"))


def sign_manifest(signer: Signer, manifest: Manifest) -> Signature:
    """The signer's signature over this manifest and nothing else."""
    return signer.sign(signing_bytes(PURPOSE, manifest.model_dump(mode="json")))


def verify_manifest(signer: Signer, manifest: Manifest, signature: Signature) -> bool:
    """Whether a known key signed exactly this manifest as a manifest."""
    return signer.verify(signing_bytes(PURPOSE, manifest.model_dump(mode="json")), signature)
