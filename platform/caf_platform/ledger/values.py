"""Values that events are made of: manifests, stored models, who scored, what was suppressed."""

from caf_platform.decision import Action, Frozen

Measured = dict[str, float | int | str | None]
"""What differs from run to run without meaning anything different: durations, run ids."""


class Manifest(Frozen):
    """What a model version is: its name and every digest that an approval must name.

    `digests` is open: `artifact`, `data`, `rows`, `evaluation`, `contract`, `policy`, `code` and
    `environment` today. `keys` says where in the lake the bytes behind a digest lie; the door
    reads and checks every one of them, so whatever is added here is checked like the rest.
    """

    project: str
    version: str
    family: str
    run_id: str
    digests: dict[str, str]
    keys: dict[str, str] = {}


class StoredModel(Frozen):
    """A trained model beside the challenger (dummy, simple baseline), for the same comparison."""

    family: str
    features: tuple[str, ...]
    key: str
    digest: str


class ScoredBy(Frozen):
    """One model's predictions on a batch: `role` is champion (served) or shadow (unseen)."""

    role: str
    version: str
    artifact_digest: str
    rows: int
    predictions_key: str
    predictions_digest: str
    features_digest: str


class Suppressed(Frozen):
    """An action that also applied and was not taken, and why."""

    action: Action
    cause: str
    reason: str
