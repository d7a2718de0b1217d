"""The verb that tells what of the platform is used, over all projects and plays."""

from caf_governance.adoption import Adopter, Use, adopters, uses
from caf_pipelines.cli.opening import nothing_yet, open_platform, played_projects, records_of
from caf_pipelines.cli.output import show_json, show_table

PROJECTS = (
    "project", "plays", "windows", "batches", "rows", "versions", "promotions", "by people",
    "people", "since", "last",
)  # fmt: skip
PARTS = ("kind", "name", "used", "objected", "could not judge", "projects", "last")


def show_adoption(*, as_json: bool) -> None:
    """Which projects use the platform, and which of its stages, gates, monitors and families.

    JSON: projects (project, plays, windows, batches, rows, versions, promotions, by_people,
    people, first, last) and parts (kind, name, times, objected, unjudged, projects, last);
    moments are real. What was never used has no row.
    """
    platform = open_platform()
    played = played_projects(platform)
    if not played:
        raise nothing_yet(platform.settings)
    records = {name: records_of(platform, name, all_plays=True) for name in played}
    projects, parts = adopters(records), uses(records)
    if as_json:
        show_json(
            {
                "projects": [one.model_dump(mode="json") for one in projects],
                "parts": [one.model_dump(mode="json") for one in parts],
            }
        )
        return
    show_table(
        "Projects on this platform, over all their plays",
        PROJECTS,
        [_project(one) for one in projects],
    )
    show_table("\nWhat they use of it", PARTS, [_part(one) for one in parts])


def _project(one: Adopter) -> tuple[object, ...]:
    return (
        one.project, one.plays, one.windows, f"{one.batches:,}", f"{one.rows:,}", one.versions,
        one.promotions, one.by_people, one.people, f"{one.first:%Y-%m-%d}", f"{one.last:%Y-%m-%d}",
    )  # fmt: skip


def _part(one: Use) -> tuple[object, ...]:
    return (
        one.kind.value, one.name, f"{one.times:,}", one.objected, one.unjudged,
        ", ".join(one.projects), f"{one.last:%Y-%m-%d}",
    )  # fmt: skip
