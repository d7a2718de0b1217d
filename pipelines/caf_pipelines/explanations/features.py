"""Measures what the features of a version are worth, from what the ledger says it was made of.

The version is first trained again from its recorded rows: only a candidate that answers its golden
rows as it did stands for it. What was measured is kept as evidence, and read back the next time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from caf_pipelines.explanations.worth import FeatureWorth, Trial, feature_worth
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.derived import Derived
from caf_platform.errors import BadInput
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.ledger.state import ModelState
from caf_platform.model.golden import judge_replay, replay
from caf_platform.model.scorer import VerifiedScorer
from caf_platform.project.model import Candidate

METHOD: Final = 1
"""Raised when the same inputs would give other numbers, so that nothing old is read back."""


@dataclass(frozen=True)
class Kept:
    """What was measured of a version, and where it is kept; no key where the lake took nothing."""

    version: str
    family: str
    worth: FeatureWorth
    key: str | None
    digest: str | None


def features(play: Play, version: str) -> Kept:
    """The worth of each feature of a version of a play, measured now or read back.

    Raises `BadInput` for a version that is unknown, was not judged, or cannot be trained again.
    """
    model = play.models.state(version)
    derived = Derived(play.session.platform.lake, play.session.project.name)
    inputs = _inputs(play, model)
    name = f"features/{version}"
    worth = derived.get(
        name, inputs, lambda: feature_worth(_trial(play, model)).model_dump(mode="json")
    )
    key, content = derived.where(name, inputs) or (None, None)
    found = FeatureWorth.model_validate(worth)
    return Kept(version, model.manifest.family, found, key, content)


def _days(model: ModelState) -> tuple[date, date]:
    gate, version = model.gate, model.manifest.version
    if gate is None or gate.judged_from is None or gate.judged_to is None:
        raise BadInput(
            f"{version} was never judged, so there are no later days to measure on.",
            next_step="See what was decided: caf history",
        )
    return date.fromisoformat(gate.judged_from), date.fromisoformat(gate.judged_to)


def _inputs(play: Play, model: ModelState) -> dict[str, Any]:
    """Everything that the numbers rest on, by digest."""
    session, state = play.session, play.session.state
    batches = session.frames.usable(*_days(model))
    return {
        "method": METHOD,
        "digests": {name: model.manifest.digests[name] for name in ("artifact", "golden", "rows")},
        "gate": [[name, *map(list, state.batches[name].validated_keys)] for name in batches],
        "labels": [event.labels_digest for event in state.labels],
        "policy": session.project.policy.digest,
        "contract": session.contract_digest,
    }


def _trial(play: Play, model: ModelState) -> Trial:
    """The version's own candidate with its rows; only one that is the version again."""
    session, frames = play.session, play.session.frames
    gate = frames.labelled(frames.usable(*_days(model)))
    training = _taught(play, model)
    for candidate in _candidates(play, model.manifest.family):
        trial = Trial(session.declaration, session.policy, candidate, training, gate)
        if _is_the_version(play, model, trial):
            return trial
    raise BadInput(
        f"{model.manifest.version} cannot be trained again as it was.",
        why="No declared candidate, on the rows that are there now, answers its golden rows.",
        next_step="Ask about a newer version, trained on what is declared now.",
    )


def _taught(play: Play, model: ModelState) -> pd.DataFrame:
    """The rows that it learnt from with the labels they had then, in the order of their batches."""
    frames, manifest = play.session.frames, model.manifest
    known = frames.kept(manifest.keys["rows"], manifest.digests["rows"])
    labels = pd.Series(known[LABEL].to_numpy(), index=known[ROW_ID].to_numpy(dtype=object))
    rows = frames.rows(model.trained.batches)
    ids = rows[ROW_ID].to_numpy(dtype=object)
    taught = rows[pd.Series(ids).isin(labels.index).to_numpy()].reset_index(drop=True)
    values = labels.reindex(taught[ROW_ID].to_numpy(dtype=object)).to_numpy()
    return taught.assign(**{LABEL: values})


def _candidates(play: Play, family: str) -> Iterator[Candidate]:
    declared = play.session.declaration
    for candidate in (*declared.candidates, *declared.alternatives):
        if candidate.family == family:
            yield candidate


def _is_the_version(play: Play, model: ModelState, trial: Trial) -> bool:
    manifest = model.manifest
    again = VerifiedScorer(
        trial.fitted().model,
        version=manifest.version,
        artifact_digest="trained again",
        task=trial.project.task,
    )
    golden = play.session.lake.read(manifest.keys["golden"], expected=manifest.digests["golden"])
    return judge_replay(replay(again, golden)).verdict.good


def as_dict(found: Kept) -> Mapping[str, Any]:
    """Plain values, each feature with its verdict."""
    told = found.worth.model_dump(mode="json")
    told["features"] = [
        {**one.model_dump(mode="json"), "verdict": one.verdict} for one in found.worth.features
    ]
    together = found.worth.together
    told["together"] = (
        {**together.model_dump(mode="json"), "verdict": together.verdict} if together else None
    )
    return {
        "version": found.version,
        "family": found.family,
        "key": found.key,
        "digest": found.digest,
        **told,
    }
