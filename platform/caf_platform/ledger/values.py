"""Values that events are made of: manifests, stored models, who scored, what was suppressed."""

from dataclasses import dataclass
from typing import Annotated, Final

from caf_platform.decision import Action, Frozen
from caf_platform.ports.signer import Signature


@dataclass(frozen=True)
class Incidental:
    """Marks a field that may differ between two runs that did the same: no part of a state hash.

    With `keys`, only these entries of a dictionary are; the rest of it counts.
    """

    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NamesManifest:
    """Marks a manifest's digest: it changes with the run's id, and counts as what it names."""


Measured = Annotated[dict[str, float | int | str | None], Incidental()]
"""What differs from run to run without meaning anything different: durations, run ids."""

ManifestDigest = Annotated[str, NamesManifest()]
ManifestSignature = Annotated[Signature | None, Incidental()]
ApprovalDigests = Annotated[tuple[str, ...], Incidental()]
"""Of what approvals say, a manifest's digest among it; what they say counts where they stand."""

MADE_WITH: Final = Incidental(frozenset({"code", "environment"}))
"""The commit and the packages that made a model: what they made is in its other digests."""


class Manifest(Frozen):
    """What a model version is: its name and every digest that an approval must name.

    `digests` is open: `artifact`, `data`, `rows`, `evaluation`, `contract`, `policy`, `code` and
    `environment` today. `keys` says where in the lake the bytes behind a digest lie; the door
    reads and checks every one of them, so whatever is added here is checked like the rest.
    `author` is the model's owner when it was trained: duties are separated by this name, whatever
    the project says later. Without one nobody may approve.
    """

    project: str
    version: str
    family: str
    run_id: Annotated[str, Incidental()]
    digests: Annotated[dict[str, str], MADE_WITH]
    keys: Annotated[dict[str, str], MADE_WITH] = {}
    author: str = ""


class StoredModel(Frozen):
    """A trained model beside the challenger (dummy, simple baseline), for the same comparison."""

    family: str
    features: tuple[str, ...]
    key: str
    digest: str


class Replaced(Frozen):
    """An object of the lake that is gone, and the one that stands for it without `rows` rows.

    Without `by_key` nothing stands for it.
    """

    key: str
    digest: str
    by_key: str | None = None
    by_digest: str | None = None
    rows: int


class ScoredBy(Frozen):
    """One model's predictions on a batch.

    `role` is champion (served), shadow (unseen), or fallback (served while scoring was stopped);
    a fallback's `version` is called after the version in whose place it answered: `v1/dummy`.
    """

    role: str
    version: str
    artifact_digest: str
    rows: int
    predictions_key: str
    predictions_digest: str
    features_digest: str

    @property
    def belongs_to(self) -> str:
        """The version that answered, or in whose place it was."""
        return self.version.partition("/")[0]


class Suppressed(Frozen):
    """An action that also applied and was not taken, and why."""

    action: Action
    cause: str
    reason: str
