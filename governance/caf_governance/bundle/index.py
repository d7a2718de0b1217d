"""What a bundle is: an index of members by digest, signed, beside the members. Pure values.

A bundle is one folder. `index.json` names every other file with its SHA-256, `signature.json` is
the platform's signature over the index; so one signature covers every byte. The bundle's id is the
index's digest. Nothing in it tells a row: digests, counts, decisions, and who signed them.
"""

from typing import Final

from caf_platform.decision import Frozen
from caf_platform.digest import digest_of
from caf_platform.ports.signer import signing_bytes

INDEX: Final = "index.json"
SIGNATURE: Final = "signature.json"
RECORDS: Final = "records.jsonl"
SUMMARY: Final = "summary.json"
PROJECT: Final = "project.json"
CARD: Final = "model-card.md"
MATERIALS: Final = "sbom.json"
KEYS: Final = "keys"
PURPOSE: Final = "evidence-bundle"
"""What the signature is for: one given for a manifest never passes for a bundle's."""

EVIDENCE: Final = ("evaluation", "policy", "contract", "data", "code", "environment")
"""What the signed manifest names and the bundle holds byte by byte; models and rows stay away."""


class Index(Frozen):
    """Which files make the bundle of which promotion."""

    project: str
    play: int
    version: str
    promoted: str
    members: dict[str, str]

    @property
    def id(self) -> str:
        """The digest of everything in the bundle."""
        return digest_of(self.model_dump(mode="json"))

    def statement(self) -> bytes:
        """What the platform signs."""
        return signing_bytes(PURPOSE, self.model_dump(mode="json"))


def member(name: str) -> str:
    """Where a piece of the manifest's evidence lies in the bundle."""
    return f"evidence/{name}.json"
