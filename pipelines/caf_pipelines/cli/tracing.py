"""The verbs that trace: lineage, and the rows that broke the contract."""

from collections.abc import Iterable, Iterator
from typing import Any

import typer
from rich.markup import escape
from rich.tree import Tree

from caf_pipelines.cli.opening import (
    chosen,
    nothing_yet,
    open_platform,
    plays_of,
    records_of,
    state_from,
)
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.history import broken
from caf_pipelines.lineage.origins import BatchOrigin, Lineage, ModelOrigin, PredictionOrigin
from caf_pipelines.lineage.walk import Walk
from caf_pipelines.products.origin import asked
from caf_platform.digest import short
from caf_platform.errors import BadInput
from caf_platform.ledger.state import BatchState, ProjectState
from caf_platform.wiring import Platform

NOT_VERIFIED = 1

SHOWN = 3
"""How many batches, or things that are wrong, are named one by one on a terminal."""


def show_lineage(subject: str, project: str, *, as_json: bool) -> None:
    """The way from a prediction id or a version (default: the champion) back to the raw bytes.

    JSON: verified, project, play, prediction (null for a version), model, gate, approvals,
    moves, batches (those that the model learnt from), wrong, example. Keys inside are the fields
    of `caf_pipelines.lineage.origins`. Exit code 1 when not every byte is what was recorded.
    A digest, or a file's path, leads back from a data product.
    """
    product = asked(subject)
    if product is not None:
        from caf_pipelines.cli.exporting import show_product

        show_product(product, project, as_json=as_json)
        return
    platform = open_platform()
    name = chosen(platform, project)
    found = _found(platform, name, subject)
    if as_json:
        show_json(found.as_dict())
    else:
        out = console()
        out.print(_tree(found), soft_wrap=True)
        if found.prediction is None and found.example:
            out.print(f"\nOne of its predictions: caf lineage {found.example}", soft_wrap=True)
    if not found.verified:
        raise typer.Exit(NOT_VERIFIED)


def _found(platform: Platform, project: str, subject: str) -> Lineage:
    """The lineage from the newest play that knows the subject."""
    plays = plays_of(platform, project)
    unknown: BadInput | None = None
    for records in plays if subject else plays[:1]:
        try:
            return Walk(project, records, platform.lake).back_from(subject)
        except BadInput as error:
            unknown = unknown or error
    raise unknown or nothing_yet(platform.settings)


def _tree(found: Lineage) -> Tree:
    model = found.model
    top = found.prediction.prediction_id if found.prediction else model.version
    tree = Tree(f"[bold]{escape(top)}[/] of {found.project}, play {found.play}")
    if found.prediction:
        _grow(tree, "prediction", _of_prediction(found.prediction))
    _grow(tree, f"model {model.version}", _of_model(model))
    if found.gate:
        gate = found.gate
        lines = (gate.headline, f"on {gate.when:%Y-%m-%d}, evidence {gate.evidence_key}")
        _grow(tree, f"gate: {gate.verdict}", lines)
    _grow(tree, "approval", _of_approvals(found))
    _grow(tree, "moves", _of_moves(found))
    _grow(tree, "learnt from", _of_batches(found.batches))
    _grow(tree, "rules and code", _of_rules(model))
    if found.verified:
        tree.add("[green]verified: every byte named here is what was recorded[/]")
    else:
        more = f" and {len(found.wrong) - SHOWN} more" if len(found.wrong) > SHOWN else ""
        wrong = ", ".join(found.wrong[:SHOWN])
        tree.add(f"[bold red]NOT verified: missing, or not what was recorded: {wrong}{more}[/]")
    return tree


def _grow(tree: Tree, title: str, lines: Iterable[str]) -> None:
    branch = tree.add(f"[bold]{escape(title)}[/]")
    for line in lines:
        branch.add(escape(line))


def _of_prediction(one: PredictionOrigin) -> Iterator[str]:
    scores = ", ".join(f"{name} {value:.6f}" for name, value in one.scores.items())
    yield f"{scores} by {one.version} as {one.role}, on {one.scored_at:%Y-%m-%d}"
    yield f"row {one.row_id} of {_batch(one.batch)}"
    yield f"the row is in the validated file: {'yes' if one.row_found else 'NO'}"
    yield f"raw bytes {one.batch.raw_key} are what came: {'yes' if one.batch.verified else 'NO'}"


def _of_model(model: ModelOrigin) -> Iterator[str]:
    days = f"{model.train_from} to {model.train_to}"
    yield f"{model.family} on {model.rows:,} rows, {days}, because of {model.cause}"
    yield f"artifact {short(model.digests.get('artifact', ''))}"
    if model.manifest_digest:
        yield f"manifest {short(model.manifest_digest)}"
    yield f"MLflow run {model.run_id}, version {model.tracked_version}"


def _of_approvals(found: Lineage) -> Iterator[str]:
    for given in found.approvals:
        who = "the policy itself, not a person" if given.automatic else given.approver
        key = f", signed with key {given.key_id}" if given.key_id else ", not signed"
        yield f"by {who} on {given.when:%Y-%m-%d}, until {given.expires_at:%Y-%m-%d}{key}"
    if not found.approvals:
        yield "none"


def _of_moves(found: Lineage) -> Iterator[str]:
    for move in found.moves:
        instead = f" instead of {move.replaces}" if move.replaces else ""
        verb = move.verb.replace("_", " ")
        yield f"{verb}{instead} on {move.when:%Y-%m-%d} by {move.actor}: {move.reason}"
    if not found.moves:
        yield "never promoted"


def _of_batches(batches: tuple[BatchOrigin, ...]) -> Iterator[str]:
    accepted = sum(batch.accepted for batch in batches)
    aside = sum(batch.quarantined for batch in batches)
    yield f"{len(batches)} batches, {accepted:,} rows accepted, {aside} set aside"
    yield from (f"WITHDRAWN since: {_batch(one)}" for one in batches if one.withdrawn)
    for batch in batches[:SHOWN]:
        yield _batch(batch)
    if len(batches) > SHOWN:
        yield f"... to {_batch(batches[-1])} (all of them: --json)"


def _batch(batch: BatchOrigin) -> str:
    whole = "" if batch.verified else ", NOT what was recorded"
    return (
        f"{batch.batch}, revision {batch.revision}: raw {short(batch.raw_digest)}, "
        f"validated {short(batch.validated_digest)}, {batch.accepted} of {batch.rows} rows{whole}"
        f"{f', withdrawn: {batch.withdrawn}' if batch.withdrawn else ''}"
    )


def _of_rules(model: ModelOrigin) -> Iterator[str]:
    for name in ("contract", "policy", "environment"):
        if name in model.digests:
            yield f"{name} {short(model.digests[name])}"
    changed = ", with uncommitted changes" if model.uncommitted_changes else ""
    yield f"code commit {model.commit or 'unknown'}{changed}"


def show_quarantine(project: str, *, as_json: bool) -> None:
    """Batches with rows set aside, and batches refused whole.

    JSON: project, play, batches; each has batch, revision, refused (the whole batch), rows,
    quarantined, reasons (rule: rows), still_quarantined (after replays), quarantine_key (the
    newest file, null when nothing is left) and why (of a refusal, else null).
    """
    platform = open_platform()
    name = chosen(platform, project)
    state = state_from(name, records_of(platform, name))
    found = list(_set_aside(state))
    if as_json:
        show_json({"project": name, "play": state.play, "batches": found})
        return
    show_table(
        f"Set aside in {name}",
        ("batch", "rows", "set aside", "left", "why"),
        [
            (
                one["batch"],
                one["rows"],
                "all" if one["refused"] else one["quarantined"],
                one["still_quarantined"],
                one["why"] or ", ".join(f"{code} x{n}" for code, n in one["reasons"].items()),
            )
            for one in found
        ],
    )


def _set_aside(state: ProjectState) -> Iterator[dict[str, Any]]:
    for name, batch in state.batches.items():
        if batch.refused:
            rows = batch.refused.decision.numbers.get("rows")
            yield _entry(name, batch, rows=rows, refused=True, why=broken(batch.refused.decision))
        elif batch.validated and batch.validated.quarantined:
            last = batch.replayed[-1] if batch.replayed else None
            yield _entry(
                name,
                batch,
                rows=batch.validated.rows,
                quarantined=batch.validated.quarantined,
                reasons=batch.validated.reasons,
                still_quarantined=(last.still_quarantined if last else batch.validated.quarantined),
                quarantine_key=(last.quarantine_key if last else batch.validated.quarantine_key),
            )


def _entry(name: str, batch: BatchState, **found: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "refused": False,
        "rows": None,
        "quarantined": None,
        "reasons": {},
        "still_quarantined": None,
        "quarantine_key": None,
        "why": None,
    }
    return {"batch": name, "revision": batch.received.revision, **nothing, **found}
