"""What killed processes leave in MLflow: runs RUNNING for ever, versions that no record names."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from caf_platform.adapters.tracking_runs import LiveRuns

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

OWNER: Final = "caf.owner"
"""The tag of a run with the token that its process holds."""
VERSION: Final = "caf.version"
"""The tag of a version with the ledger's name for it; versions without it are not ours."""
ABANDONED: Final = "caf.abandoned"


def close_runs(client: "MlflowClient", live: LiveRuns, experiment: str) -> int:
    """End RUNNING runs whose process is gone, and fail their unfinished models; how many."""
    running = client.search_runs([experiment], "attributes.status = 'RUNNING'")
    return sum(_closed(client, live, run) for run in running)


def _closed(client: "MlflowClient", live: LiveRuns, run: "Run") -> bool:
    """End one run if it is ours and nobody holds its lock."""
    owner = run.data.tags.get(OWNER)
    if owner is None:
        return False
    with live.abandoned(owner) as abandoned:
        if not abandoned:
            return False
        pending = client.search_logged_models(
            [run.info.experiment_id], f"source_run_id = '{run.info.run_id}'"
        )
        for logged in pending:
            if logged.status == "PENDING":
                client.finalize_logged_model(logged.model_id, "FAILED")
        client.set_terminated(run.info.run_id, "KILLED")
    return True


def mark_versions(client: "MlflowClient", project: str, recorded: Collection[str]) -> int:
    """Tag registered versions, and their runs, whose run no record names; how many were new."""
    left = [
        version
        for version in client.search_model_versions(f"name = '{project}'")
        if VERSION in version.tags
        and ABANDONED not in version.tags
        and version.run_id not in recorded
    ]
    for version in left:
        client.set_tag(str(version.run_id), ABANDONED, "true")
        client.set_model_version_tag(project, version.version, ABANDONED, "true")
    return len(left)
