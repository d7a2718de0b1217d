"""From a label file to labels of rows, and an incident when it is of little or no use."""

from functools import partial

from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put
from caf_pipelines.stages.collect_labels import PREDICTION_ID, Labelled, collect_labels
from caf_pipelines.stages.validate import row_id
from caf_platform.digest import digest, short
from caf_platform.errors import BadInput
from caf_platform.lake_columns import ROW_ID
from caf_platform.ledger.events import LabelsReceived
from caf_platform.ledger.streams import DATA
from caf_platform.ports.lake import Zone
from caf_platform.project.classified import to_parquet
from caf_platform.project.source import Delivery

MOSTLY = 0.5
"""A file with a larger share of unusable rows than this was made wrongly, not mistyped."""

MEND = "Next: deliver a mended file under the same name; this one's raw bytes are kept."
"""What a person does about a label file that is of no use."""


def collect(session: Session, delivery: Delivery) -> None:
    """Take in one label file, once; one that cannot be read is kept raw and told of."""
    with session.measuring("labels") as measured:
        raw = delivery.read()
        content = digest(raw)
        if session.done("labels", delivery.name, content):
            return
        project, lake = session.project.name, session.lake
        put(lake, Zone.RAW, project, delivery.name, raw, "csv")
        try:
            found = _read(session, raw)
        except BadInput as error:
            title = f"label file {delivery.name} cannot be used"
            _open_incident(session, delivery.name, content, title, str(error))
            return
        key, labels_digest = put(
            lake,
            Zone.LABELS,
            project,
            delivery.name,
            to_parquet(found.labels, session.classes),
            "parquet",
        )
        session.frames.keep(key, labels_digest, found.labels)
    if found.unusable > MOSTLY * found.rows:
        title = f"label file {delivery.name} is mostly unusable"
        cause = f"{found.unusable} of {found.rows} rows have no label, row or revision to be used"
        _open_incident(session, delivery.name, content, title, cause)
    event = LabelsReceived(
        name=delivery.name,
        raw_digest=content,
        labels_key=key,
        labels_digest=labels_digest,
        rows=found.rows,
        joined=found.joined,
        corrected=found.corrected,
        unknown=found.unknown,
        unusable=found.unusable,
        measured=measured,
    )
    session.record("labels", DATA, event, "labels", delivery.name, content)


def _read(session: Session, raw: bytes) -> Labelled:
    return collect_labels(
        raw,
        key=session.declaration.contract.key,
        target=session.declaration.target,
        row_of_key=partial(row_id, session.project.name),
        rows_of_predictions=partial(_rows_of_predictions, session),
        accepted=session.frames.owners(),
        book=session.frames.book(),
    )


def _rows_of_predictions(session: Session) -> dict[str, str]:
    """The row behind each prediction id that was ever served or made unseen."""
    frames = session.frames
    found: dict[str, str] = {}
    for name in frames.usable():
        for version in {by.version for by in frames.scored(name)}:
            log = frames.predictions([name], version)
            found |= dict(zip(log[PREDICTION_ID], log[ROW_ID], strict=True))
    return found


def _open_incident(session: Session, name: str, content: str, title: str, cause: str) -> None:
    incident = f"labels-{name}-{short(content)}"
    told = f"{cause.rstrip('.')}. {MEND}"
    session.open_incident("labels", incident, severity="high", title=title, cause=told)
