"""Every kind of event, and what may lawfully follow on what: for tests that fold them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lawful_removals import erased, handed_out, purged

from caf_platform.decision import Action, Decision, Verdict
from caf_platform.ledger import events as e
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import (
    CHAMPION,
    DATA,
    DECISIONS,
    ERASURES,
    INCIDENTS,
    MODELS,
    PRODUCTS,
    stream,
)
from caf_platform.ports.ledger import Ledger

START = datetime(2020, 1, 1, tzinfo=UTC)
PASSED = Decision(by="any", verdict=Verdict.PASS)
MEASURED: e.Measured = {"stage": "train", "seconds": 0.5}

Move = tuple[str, e.Event]
"""A stream's part, and the event that is appended to it."""


def received(batch: str, revision: int = 1) -> e.BatchReceived:
    """A batch, arriving on the day of its revision."""
    return e.BatchReceived(
        batch=batch,
        revision=revision,
        raw_digest=f"{batch}-{revision}",
        raw_key=f"raw/{batch}",
        size=1,
        arrived_at=START + timedelta(days=revision),
    )


def validated(batch: str, revision: int = 1) -> e.BatchValidated:
    """Two of three rows accepted."""
    return e.BatchValidated(
        batch=batch,
        revision=revision,
        rows=3,
        accepted=2,
        quarantined=1,
        duplicates=0,
        reasons={"heat:maximum": 1},
        validated_key=f"validated/{batch}-{revision}",
        validated_digest="d",
        quarantine_key=f"quarantine/{batch}",
        contract_digest="c",
        decision=PASSED,
    )


def refused(batch: str, revision: int = 1) -> e.BatchRefused:
    """Nothing of it is used."""
    return e.BatchRefused(
        batch=batch,
        revision=revision,
        raw_digest=f"{batch}-{revision}",
        contract_digest="c",
        decision=Decision(by="contract", verdict=Verdict.REFUSE),
    )


def replayed(batch: str, revision: int = 1) -> e.QuarantineReplayed:
    """Its one row set aside is good now."""
    return e.QuarantineReplayed(
        batch=batch,
        revision=revision,
        accepted=1,
        still_quarantined=0,
        validated_key=f"validated/{batch}-again",
        validated_digest="a",
        quarantine_key=None,
        contract_digest="c2",
    )


def scored(batch: str, version: str, revision: int = 1) -> e.BatchScored:
    """One version served it."""
    by = e.ScoredBy(
        role="champion",
        version=version,
        artifact_digest="a",
        rows=2,
        predictions_key=f"predictions/{batch}",
        predictions_digest="p",
        features_digest="f",
    )
    return e.BatchScored(batch=batch, revision=revision, by=(by,))


def labels(name: str) -> e.LabelsReceived:
    """Two labels."""
    return e.LabelsReceived(
        name=name,
        raw_digest="r",
        labels_key=f"labels/{name}",
        labels_digest="l",
        rows=2,
        joined=2,
        corrected=0,
        unknown=0,
    )


def manifest(version: str, **digests: str) -> e.Manifest:
    """A manifest with some digests."""
    return e.Manifest(
        project="micro", version=version, family="logistic", run_id="r", digests=digests
    )


def trained(version: str, window: str = "0001") -> e.ModelTrained:
    """A challenger; training it took half a second."""
    return e.ModelTrained(
        manifest=manifest(version),
        cause="first_model",
        window=window,
        cost_units=1.0,
        train_from="2020-01-01",
        train_to="2020-01-08",
        rows=2,
        batches=("a",),
        features=("heat",),
        metrics={},
        measured=MEASURED,
    )


def judged(version: str) -> e.GateDecided:
    """The gate passed; the manifest names the evaluation now."""
    return e.GateDecided(
        version=version,
        against=None,
        decision=PASSED,
        parts={},
        manifest=manifest(version, evaluation="e"),
        manifest_digest="m",
        evidence_key="evidence/e",
    )


def approved(version: str, approver: str = "grace") -> e.ApprovalGiven:
    """For a week."""
    return e.ApprovalGiven(
        version=version,
        manifest_digest="m",
        approver=approver,
        automatic=False,
        expires_at=START + timedelta(days=7),
    )


def promoted(version: str, replaces: str | None) -> e.Promoted:
    """The move."""
    return e.Promoted(
        version=version,
        replaces=replaces,
        manifest=manifest(version),
        manifest_digest="m",
        approvals=("k",),
        approval_digests=("d" * 64,),
        reason="better",
    )


def rolled_back(version: str, replaces: str) -> e.RolledBack:
    """The move back; it took two seconds."""
    return e.RolledBack(
        version=version,
        replaces=replaces,
        manifest_digest="m",
        reason="harm",
        measured={"stage": "roll back", "seconds": 2.0},
    )


def monitored(window: str, champion: str | None) -> e.WindowMonitored:
    """All is well."""
    return e.WindowMonitored(window=window, champion=champion, readings={"skill": PASSED})


def decided(window: str, champion: str | None) -> e.ActionDecided:
    """Nothing is done."""
    return e.ActionDecided(
        window=window, action=Action.NOTHING, cause="healthy", decision=PASSED, champion=champion
    )


def started(play: int, policy: str = "policy-1") -> e.PlayStarted:
    """A play."""
    return e.PlayStarted(play=play, policy_digest=policy, contract_digest="c")


def incident(name: str) -> e.IncidentOpened:
    """Something is wrong."""
    return e.IncidentOpened(incident=name, severity="high", title=name, cause="-")


def mended(name: str) -> e.IncidentClosed:
    """Somebody mended it."""
    return e.IncidentClosed(incident=name, cause="-", action="-", regression_test="-")


def withdrawn(batch: str, revision: int) -> e.BatchWithdrawn:
    """Somebody takes a revision out of use."""
    return e.BatchWithdrawn(batch=batch, revision=revision, validated_digest="d", reason="wrong")


def lawful(state: ProjectState) -> list[Move]:
    """Some of what may happen next, at least one thing of every kind that may."""
    if not state.play:
        return [(CHAMPION, started(1))]
    return [*_of_data(state), *_of_models(state), *_of_decisions(state)]


def _of_data(state: ProjectState) -> Iterator[Move]:
    yield DATA, received(f"b{len(state.batches)}")
    yield DATA, labels(f"l{len(state.labels)}")
    yield ERASURES, erased(state.erasures.acts)
    yield PRODUCTS, handed_out(len(state.products))
    for name, batch in state.batches.items():
        revision = batch.received.revision
        yield DATA, received(name, revision + 1)
        if not batch.judged:
            yield DATA, validated(name, revision)
            yield DATA, refused(name, revision)
        if batch.validated:
            yield DATA, replayed(name, revision)
            yield CHAMPION, withdrawn(name, batch.validated.revision)
        if batch.scored and batch.replayed:
            yield ERASURES, purged(name)
        if batch.validated and state.champion:
            yield DATA, scored(name, state.champion, revision)


def _of_models(state: ProjectState) -> Iterator[Move]:
    yield MODELS, trained(f"v{len(state.models) + 1}")
    yield MODELS, e.MirrorReconciled(mirror="alias", found=None, now=state.champion)
    for version, model in state.models.items():
        if model.gate is None:
            yield MODELS, judged(version)
            continue
        yield MODELS, approved(version, f"p{len(model.approvals)}")
        yield MODELS, e.ApprovalAwaited(version=version, manifest_digest="m", suggested=True)
        refusal = e.PromotionRefused(version=version, verb="promote", decision=PASSED)
        yield DECISIONS, refusal
        if model.approvals:
            keys = tuple(model.approvals)
            yield CHAMPION, e.ApprovalRevoked(version=version, approvals=keys, reason="doubt")
        if model.revoked:
            yield CHAMPION, e.VersionRetired(version=version, reason="old")
        if model.approvals and not model.revoked and version != state.champion:
            yield CHAMPION, promoted(version, state.champion)
    if state.champion and state.former_champion:
        yield CHAMPION, rolled_back(state.former_champion, state.champion)
    yield CHAMPION, e.ScoringStopped(champion=state.champion, reason="harm")
    yield CHAMPION, e.ScoringResumed(champion=state.champion, reason="mended")


def _of_decisions(state: ProjectState) -> Iterator[Move]:
    window = f"{len(state.windows) + 1:04d}"
    yield DECISIONS, monitored(window, state.champion)
    yield DECISIONS, decided(window, state.champion)
    yield DECISIONS, e.WindowClosed(window=window)
    yield DECISIONS, e.PlayFinished(play=state.play)
    yield CHAMPION, started(state.play + 1, "policy-2")
    yield CHAMPION, e.PolicyAdopted(policy_digest="policy-3", former=state.policy_digest)
    yield INCIDENTS, incident(f"i{len(state.incidents)}")
    for name in state.incidents:
        yield INCIDENTS, mended(name)


def record(ledger: Ledger, move: Move, project: str = "micro", hours: int = 0) -> Record:
    """Append a move some hours after the start, under a key of its own."""
    part, event = move
    where = stream(project, part)
    return ledger.append(
        where,
        None,
        event,
        key=f"{where}/{ledger.version(where)}",
        envelope=Envelope(
            actor="ada", correlation="c", virtual_time=START + timedelta(hours=hours)
        ),
    )
