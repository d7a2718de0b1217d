"""Makes a data product: the rows that may still be used, without what nobody asked for by name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from caf_pipelines.lifecycle.frames import Frames
from caf_platform.capabilities import Capability
from caf_platform.contract.model import Classification
from caf_platform.digest import digest
from caf_platform.errors import BadInput, did_you_mean
from caf_platform.lake_columns import LABEL, ROW_ID, SCORE
from caf_platform.ledger.erasures import Erasures
from caf_platform.ledger.events import DataProductReleased
from caf_platform.ledger.products import ProductSource
from caf_platform.ledger.state import ProjectState
from caf_platform.plugins import Kind, register
from caf_platform.ports.lake import Lake
from caf_platform.project.classified import UNDECIDED, Classes, to_parquet
from caf_platform.project.model import Declaration

ROWS: Final = "rows"
PREDICTIONS: Final = "predictions"
SHADOW: Final = "shadow"
BATCH: Final = "_batch"
ROLE: Final = "_role"

OF_THE_PLATFORM: Final = (BATCH, ROLE, "version", "artifact_digest", "scored_at")
"""Columns that tell of the platform's work and of nobody."""
ASKED_FOR: Final = frozenset({Classification.PERSONAL, Classification.SENSITIVE, UNDECIDED})
"""Classes of which no column leaves unless it is named."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: `named` are columns that are let out although they are held closely."""

    kind: str
    purpose: str
    recipient: str
    first: date | None = None
    last: date | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A product before it is released: its bytes, and what goes on record of them."""

    data: bytes
    event: DataProductReleased


@register(Kind.CONTROL, "data products", Capability.DATA_CURATION, Capability.DATA_ARCHITECTURE)
def draft(lake: Lake, project: Declaration, state: ProjectState, wanted: Wanted) -> Draft:
    """The product as it would be released now; equal data gives equal bytes.

    `BadInput` where there are no such rows, a named column does not exist, or nothing is left
    that may leave.
    """
    frames = Frames(lake, state, project.clock.timezone)
    read = _rows if wanted.kind == ROWS else _served
    found = [(one, frame) for one, frame in read(frames, state, wanted) if len(frame)]
    if not found:
        raise BadInput(
            f"No {wanted.kind} of {project.name} from {wanted.first or 'its beginning'} "
            f"to {wanted.last or 'its end'}.",
            why="Rows that were withdrawn, erased or purged are no part of a product.",
            next_step=f"See what there is with: caf catalog list --project {project.name}",
        )
    whole = pd.concat([frame for _, frame in found], ignore_index=True)
    whole[LABEL] = frames.labels_of(whole[ROW_ID])
    classes = _classes(project)
    withheld = _withheld(whole, classes, wanted)
    rows = whole.drop(columns=list(withheld))
    data = to_parquet(rows, classes)
    days = [frames.day_of(state.batches[name]) for name in dict.fromkeys(whole[BATCH])]
    event = DataProductReleased(
        kind=wanted.kind,
        digest=digest(data),
        rows=len(rows),
        columns={str(name): classes[str(name)] for name in rows.columns},
        withheld=withheld,
        sources=tuple(one for one, _ in found),
        labels=() if LABEL in withheld else tuple(_labels(frames, state, whole[ROW_ID])),
        first_day=min(days).isoformat(),
        last_day=max(days).isoformat(),
        purpose=wanted.purpose,
        recipient=wanted.recipient,
    )
    return Draft(data, event)


Read = Iterator[tuple[ProductSource, pd.DataFrame]]


def _rows(frames: Frames, state: ProjectState, wanted: Wanted) -> Read:
    """Every file of accepted rows, replayed ones included."""
    for name in frames.usable(wanted.first, wanted.last):
        batch = state.batches[name]
        revision = batch.validated.revision if batch.validated else None
        for key, content in batch.validated_keys:
            frame = frames.kept(key, content or "").assign(**{BATCH: name})
            yield _source(state.erasures, name, revision, key, content or "", len(frame)), frame


def _served(frames: Frames, state: ProjectState, wanted: Wanted) -> Read:
    """Every file of answers that were given; what a shadow would have said was given to nobody."""
    for name, batch in state.batches.items():
        scored, day = batch.scored, frames.day_of(batch)
        late = wanted.last is not None and day > wanted.last
        early = wanted.first is not None and day < wanted.first
        if scored is None or scored.revision in batch.withdrawn or late or early:
            continue
        for by in scored.by:
            gone = state.erasures.stands(by.predictions_key, None)[0] is None
            if by.role == SHADOW or gone:
                continue
            frame = frames.kept(by.predictions_key, by.predictions_digest)
            scores = [column for column in frame.columns if f"{column}_".startswith(f"{SCORE}_")]
            frame = frame.assign(**{BATCH: name, ROLE: by.role})
            columns = ["prediction_id", ROW_ID, *OF_THE_PLATFORM, *scores]
            source = _source(
                state.erasures,
                name,
                scored.revision,
                by.predictions_key,
                by.predictions_digest,
                len(frame),
                by.version,
            )
            yield source, frame[columns]


def _labels(frames: Frames, state: ProjectState, ids: Iterable[str]) -> Iterator[ProductSource]:
    """Every file of labels that tells of one of the rows."""
    wanted = set(ids)
    for one in state.labels:
        if state.erasures.stands(one.labels_key, None)[0] is None:
            continue
        told = int(frames.kept(one.labels_key, one.labels_digest)[ROW_ID].isin(wanted).sum())
        if told:
            key, content = one.labels_key, one.labels_digest
            yield _source(state.erasures, one.name, None, key, content, told)


def _source(
    erasures: Erasures,
    name: str,
    revision: int | None,
    key: str,
    content: str,
    rows: int,
    version: str | None = None,
) -> ProductSource:
    """The object that was really read: the one that stands for it now."""
    stands, held = erasures.stands(key, content)
    return ProductSource(
        name=name,
        revision=revision,
        key=stands or key,
        digest=held or content,
        rows=rows,
        version=version,
    )


def _classes(project: Declaration) -> Classes:
    """The project's own; an answer's id is held as the row's, and the platform's facts inside."""
    held = Classes.of(project)
    facts = dict.fromkeys(OF_THE_PLATFORM, Classification.INTERNAL.value)
    return Classes(held.closest, {**held.columns, "prediction_id": held[ROW_ID], **facts})


def _withheld(rows: pd.DataFrame, classes: Classes, wanted: Wanted) -> dict[str, str]:
    """Columns that stay, with their classes."""
    columns: Sequence[str] = [str(name) for name in rows.columns]
    for name in wanted.named:
        if name not in columns:
            raise BadInput(
                f"There is no column '{name}' in these {wanted.kind}.",
                why=did_you_mean(name, columns),
                next_step=f"Known: {', '.join(columns)}.",
            )
    kept = {
        name: classes[name]
        for name in columns
        if classes[name] in ASKED_FOR and name not in wanted.named
    }
    if not set(columns) - set(kept) - set(OF_THE_PLATFORM):
        raise BadInput(
            "Every column of these rows is held too closely to leave without being named.",
            why=", ".join(f"{name} is {held}" for name, held in kept.items()) + ".",
            next_step="Name those that the purpose needs: --with COLUMN, once for each.",
        )
    return kept
