"""Where a project's data came from, and what was made of it: read from the ledger's state."""

from datetime import datetime

from caf_platform.decision import Frozen
from caf_platform.ledger.state import ProjectState


class Upstream(Frozen):
    """One delivery, as it came and as it is used; no `stored_digest`: nothing of it is used."""

    name: str
    arrived_at: datetime | None
    raw_digest: str
    stored_digest: str | None
    rows: int


class Downstream(Frozen):
    """One version that learnt from it: when it took over, and what it has predicted."""

    version: str
    trained_from: str
    trained_to: str
    batches: int
    features: tuple[str, ...]
    champion_since: tuple[datetime, ...]
    predicted_batches: int
    predicted_rows: int


class Outward(Frozen):
    """One data product in which it left: which file, for whom and what for, in whatever play."""

    digest: str
    kind: str
    rows: int
    recipient: str
    purpose: str
    released_by: str
    released_at: datetime
    play: int


class Touched(Frozen):
    """What rests on one revision of a batch, and is marked when that is withdrawn.

    Versions that were `trained` or `judged` on it, those of them that were `promoted`, whether the
    present `champion` learnt from it, the `windows` in which it was looked at, how many rows of it
    each version has `predicted`, and digests of the data `products` that were made of it.
    """

    batch: str
    revision: int
    rows: int
    trained: tuple[str, ...]
    judged: tuple[str, ...]
    promoted: tuple[str, ...]
    champion: str | None
    windows: tuple[str, ...]
    predicted: dict[str, int]
    products: tuple[str, ...]


def touched_by(state: ProjectState, batch: str, revision: int) -> Touched:
    """Everything downstream of one revision of a batch, from the play's state alone."""
    held, models = state.batches[batch], state.models
    trained = tuple(name for name, one in models.items() if one.learnt.get(batch) == revision)
    judged = tuple(name for name, one in models.items() if one.judged_on.get(batch) == revision)
    scored = held.scored.by if held.scored and held.scored.revision == revision else ()
    looked = state.windows[held.looked_before : held.looked_before + 1]
    both = dict.fromkeys((*trained, *judged))
    return Touched(
        batch=batch,
        revision=revision,
        rows=held.validated.accepted if held.validated else 0,
        trained=trained,
        judged=judged,
        promoted=tuple(name for name in both if models[name].promoted),
        champion=state.champion if state.champion in trained else None,
        windows=tuple(one.window for one in looked),
        predicted={one.version: one.rows for one in scored},
        products=_made_of(state, batch, revision),
    )


def _made_of(state: ProjectState, batch: str, revision: int) -> tuple[str, ...]:
    made = (
        one.released.digest
        for one in state.products
        if any((of.name, of.revision) == (batch, revision) for of in one.released.sources)
    )
    return tuple(dict.fromkeys(made))


def upstream(state: ProjectState) -> tuple[Upstream, ...]:
    """Every batch of the present play, in order of arrival."""
    found = [
        Upstream(
            name=name,
            arrived_at=batch.first.arrived_at,
            raw_digest=batch.received.raw_digest,
            stored_digest=batch.validated.validated_digest if batch.validated else None,
            rows=batch.validated.accepted if batch.validated else 0,
        )
        for name, batch in state.batches.items()
    ]
    return tuple(sorted(found, key=lambda one: (str(one.arrived_at), one.name)))


def label_files(state: ProjectState) -> tuple[Upstream, ...]:
    """Every file of labels of the present play, in order of arrival."""
    return tuple(
        Upstream(
            name=one.name,
            arrived_at=None,  # the state keeps no moment of it
            raw_digest=one.raw_digest,
            stored_digest=one.labels_digest,
            rows=one.joined,
        )
        for one in state.labels
    )


def outward(state: ProjectState, columns: frozenset[str]) -> tuple[Outward, ...]:
    """Data products that hold one of some columns, in order of their release."""
    return tuple(
        Outward(
            digest=one.released.digest,
            kind=one.released.kind,
            rows=one.released.rows,
            recipient=one.released.recipient,
            purpose=one.released.purpose,
            released_by=one.actor,
            released_at=one.when,
            play=one.play,
        )
        for one in state.products
        if columns & set(one.released.columns)
    )


def downstream(
    state: ProjectState, columns: frozenset[str] | None = None
) -> tuple[Downstream, ...]:
    """Versions that look at one of `columns`; None: all, for every one learnt from the label."""
    return tuple(
        _made(state, version)
        for version, model in state.models.items()
        if columns is None or columns & set(model.trained.features)
    )


def _made(state: ProjectState, version: str) -> Downstream:
    trained = state.models[version].trained
    scored = [
        by
        for batch in state.batches.values()
        if batch.scored
        for by in batch.scored.by
        if by.version == version
    ]
    return Downstream(
        version=version,
        trained_from=trained.train_from,
        trained_to=trained.train_to,
        batches=len(trained.batches),
        features=trained.features,
        champion_since=tuple(move.when for move in state.moves if move.version == version),
        predicted_batches=len(scored),
        predicted_rows=sum(by.rows for by in scored),
    )
