"""Opens a recorded answer again: its stored row, its verified model, its raw cells, a background.

Only reads: a model file that was changed is told, and opens no incident.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.lifecycle.scoring import FALLBACK
from caf_pipelines.lineage.origins import Lineage, PredictionOrigin
from caf_pipelines.lineage.walk import Walk
from caf_pipelines.stages.validate import row_ids
from caf_pipelines.timeline import Silent
from caf_platform.contract.parse import parse
from caf_platform.errors import CafError
from caf_platform.lake_columns import ROW_ID
from caf_platform.ledger.record import Record
from caf_platform.ledger.values import Manifest
from caf_platform.model.golden import golden_rows
from caf_platform.model.inputs import inputs
from caf_platform.model.scorer import VerifiedScorer
from caf_platform.ports.scorer import Scorer
from caf_platform.project.model import Declaration, Project
from caf_platform.wiring import Platform


@dataclass(frozen=True)
class Case:
    """One answer with all it takes to ask again.

    `row` is the stored row (one), None where it is not there any more; `scorer` None where the
    model cannot be opened; `failure` says why. `raw` are the cells as they came, by column.
    `background` are the golden rows of the version, `background_digest` that of their file, and
    `unexplained` says why there are none.
    """

    project: Declaration
    lineage: Lineage
    prediction: PredictionOrigin
    row: pd.DataFrame | None
    raw: dict[str, str]
    scorer: VerifiedScorer | None
    background: pd.DataFrame
    background_digest: str
    failure: str = ""
    unexplained: str = ""


def open_case(
    platform: Platform, project: Project, records: Sequence[Record], prediction_id: str
) -> Case:
    """The case of a prediction id of one play, from its `records` in order.

    Raises `BadInput` for an id that is not there, naming how many files could not be read.
    """
    walk = Walk(project.name, records, platform.lake)
    lineage = walk.back_from(prediction_id)
    found = lineage.prediction
    if found is None:
        raise ValueError(f"'{prediction_id}' is a version")
    manifest = walk.state.models[lineage.model.version].manifest
    play = Play.at(platform, project, Silent(), walk.state)
    row = _row(walk, found)
    scorer, failure = _opened(play.models, manifest, found)
    background, unexplained = _background(platform, manifest, scorer)
    if row is None:
        failure = f"row {found.row_id} is not in the validated files of {found.batch.batch}"
    return Case(
        project=project.declaration,
        lineage=lineage,
        prediction=found,
        row=row,
        raw=_raw(platform, project.declaration, found),
        scorer=scorer,
        background=background,
        background_digest=manifest.digests.get("golden", ""),
        failure=failure,
        unexplained=unexplained,
    )


def _row(walk: Walk, found: PredictionOrigin) -> pd.DataFrame | None:
    for key, content in walk.files_of(found.batch.batch, found.batch.revision):
        try:
            frame = pd.read_parquet(io.BytesIO(walk.lake.read(key, expected=content)))
        except CafError:
            continue
        here = frame[frame[ROW_ID] == found.row_id]
        if len(here):
            return here.reset_index(drop=True)
    return None


def _opened(
    models: Models, manifest: Manifest, found: PredictionOrigin
) -> tuple[VerifiedScorer | None, str]:
    """The verified model that answered; why not, where it cannot be opened."""
    try:
        scorer: Scorer = (
            models.fallback(manifest.version) if found.role == FALLBACK else models.load(manifest)
        )
    except CafError as error:
        return None, f"the model cannot be opened: {error}"
    if not isinstance(scorer, VerifiedScorer):
        return None, "the model was not opened by the verified loader"
    if scorer.artifact_digest != found.artifact_digest:
        return None, "the manifest names another model file than the one that answered"
    return scorer, ""


def _background(
    platform: Platform, manifest: Manifest, scorer: VerifiedScorer | None
) -> tuple[pd.DataFrame, str]:
    """The golden rows of the version, as the model is given rows; none for what reads nothing."""
    if scorer is None or scorer.reads_nothing:
        return pd.DataFrame(), ""
    try:
        data = platform.lake.read(manifest.keys["golden"], expected=manifest.digests["golden"])
        return inputs(golden_rows(data), scorer.features), ""
    except (CafError, KeyError) as error:
        return pd.DataFrame(), f"there are no golden rows to compare with: {error}"


def _raw(platform: Platform, project: Declaration, found: PredictionOrigin) -> dict[str, str]:
    """The row's cells as they came; none where the raw file is gone or reads otherwise now."""
    try:
        data = platform.lake.read(found.batch.raw_key, expected=found.batch.raw_digest)
    except CafError:
        return {}
    parsed = parse(data, project.contract)
    here = row_ids(project.name, parsed.frame[project.contract.key]) == found.row_id
    texts = parsed.texts[here.to_numpy()]
    return {str(name): str(text) for name, text in texts.iloc[0].items()} if len(texts) else {}
