"""What plays left behind: is it what an undisturbed one leaves, and is there anything else?"""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from real_plays import Home

from caf_pipelines.lifecycle.models import ALIAS
from caf_platform.digest import digest
from caf_platform.ledger.events import EVENT_TYPES, ModelTrained
from caf_platform.ledger.fingerprint import statements
from caf_platform.ledger.privileged import verify_signatures
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ModelState, ProjectState, read_state
from caf_platform.wiring import Platform


def said(records: Sequence[Record]) -> dict[str, list[Any]]:
    """What records state, stream by stream, but for those that are incidental."""
    found: dict[str, list[Any]] = defaultdict(list)
    for record, statement in statements(records):
        if not EVENT_TYPES[record.type].INCIDENTAL:
            found[record.stream].append(statement)
    return found


def is_beginning(some: Sequence[Record], whole: Sequence[Record]) -> bool:
    """Whether each stream says what the whole play's says first, and not one thing more."""
    everything = said(whole)
    return all(everything[stream][: len(part)] == part for stream, part in said(some).items())


def faults(home: Home) -> dict[str, int]:
    """What must not be there after a play has come to its end, each with how often it is."""
    platform = home.platform()
    state = read_state(platform.ledger, home.project, platform.signer)
    return {
        **of_ledger(platform),
        **_of_tracking(platform, home.project, state),
        **_of_prefect(home),
        "champion other than what scores": int(not scores(platform, state)),
        "processes left": len(home.processes()),
    }


def of_ledger(platform: Platform) -> dict[str, int]:
    """Whether chain and signatures are broken."""
    audit = platform.ledger.verify()
    signed = verify_signatures(platform.ledger.read(), platform.signer)
    return {
        "chain broken": int(not audit.sound),
        "signature wrong": int(signed.broken_at is not None),
    }


def _of_tracking(platform: Platform, project: str, state: ProjectState) -> dict[str, int]:
    """MLflow's own tables, asked by MLflow's own client."""
    client = platform.tracking._client  # type: ignore[attr-defined]
    experiment = client.get_experiment_by_name(project)
    there = [experiment.experiment_id] if experiment else []
    recorded = {
        record.payload["manifest"]["run_id"]
        for record in platform.ledger.read(prefix=f"{project}/")
        if record.type == ModelTrained.TYPE
    }
    versions = client.search_model_versions(f"name = '{project}'")
    champion = state.models.get(state.champion or "")
    tracked = champion.trained.measured["tracked_version"] if champion else None
    runs = client.search_runs(there, "attributes.status = 'RUNNING'") if there else []
    models = client.search_logged_models(there) if there else []
    return {
        "runs left RUNNING": len(runs),
        "models left PENDING": sum(model.status == "PENDING" for model in models),
        "versions unrecorded, unmarked": sum(
            one.run_id not in recorded and "caf.abandoned" not in one.tags for one in versions
        ),
        "alias elsewhere": int(platform.tracking.alias(project, ALIAS) != tracked),
    }


def _of_prefect(home: Home) -> dict[str, int]:
    """Prefect's own tables: its server is gone by now."""
    file = home.path / "prefect" / "prefect.db"
    if not file.exists():
        return {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as tables:
        query = "SELECT count(*) FROM flow_run WHERE state_type = 'RUNNING'"
        return {"flow runs left RUNNING": tables.execute(query).fetchone()[0]}


def scores(platform: Platform, state: ProjectState) -> bool:
    """Whether the champion's bytes are its manifest's, and all its scores are by these bytes."""
    champion: ModelState | None = state.models.get(state.champion or "")
    if champion is None:
        return True
    manifest = champion.manifest
    wanted = manifest.digests["artifact"]
    by = [one for batch in state.batches.values() if batch.scored for one in batch.scored.by]
    used = {one.artifact_digest for one in by if one.version == state.champion}
    return digest(platform.lake.read(manifest.keys["artifact"])) == wanted and used <= {wanted}
