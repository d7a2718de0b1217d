"""The verbs that say what is enforced and how mature it is: `caf capabilities`, `caf maturity`."""

from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import typer

from caf_governance.capability_map.judging import Row
from caf_governance.capability_map.maturity import Level, Maturity, Practice, mature
from caf_pipelines.cli.opening import open_platform, played_projects, records_of
from caf_pipelines.cli.output import coloured, console, show_json, show_table
from caf_pipelines.proving.experience import drills, practice
from caf_pipelines.proving.gathering import CapabilityMap, capability_map
from caf_pipelines.report.capability_map import Mapped, in_short, missing, passed

WRONG = 1
DID_NOT_RUN = "did not run"
SHOWN = 20
"""As many statements are listed; `--json` has all."""


def show_capabilities(out: str, *, proved: bool, as_json: bool) -> None:
    """All 49 capabilities with their status, over every project that was played in this home.

    Leaves with exit code 1 when a claim is contradicted, with `proved` also when something that
    is claimed did not run over this tree or was not played. JSON: capabilities (each with id,
    label, perspective, status, reach, in_part, by, promises, refusals, records, pages, missing,
    why, crosswalk, overclaims, unproved), ml_test_score (whole, sections, tests), overclaims,
    unproved, page (where it was written; null without `--out`).
    """
    platform = open_platform()
    each = [records_of(platform, name) for name in played_projects(platform)]
    records = list(chain.from_iterable(each))
    found = capability_map(records, platform.lake)
    if out:
        from caf_pipelines.report.capability_page import write_capabilities

        write_capabilities(found, records, Path(out))
    if as_json:
        show_json(_as_json(found) | {"page": out or None})
    else:
        _show(found, out, proved=proved)
    if found.overclaims or (proved and found.unproved):
        raise typer.Exit(WRONG)


def show_maturity(*, as_json: bool) -> None:
    """Each capability's level from evidence in this home and tree, with the next cheapest step.

    JSON: capabilities; each has id, level (0 to 5), name, why (it is no higher), next_step, events,
    plays, last (real time of the newest event that carries it), drills (game days that were held
    here, newest first).
    """
    platform = open_platform()
    projects = played_projects(platform)
    present = list(chain.from_iterable(records_of(platform, name) for name in projects))
    rows = capability_map(present, platform.lake).rows
    every = chain.from_iterable(records_of(platform, name, all_plays=True) for name in projects)
    practised, held = practice(every), drills(platform.home)
    judged = [
        mature(row, practised.get(row.capability, Practice()), held, platform.clock.now())
        for row in rows
    ]
    found = [one for one in judged if one is not None]
    if as_json:
        show_json({"capabilities": [_mature_json(one) for one in found]})
        return
    show_table(
        "Maturity from evidence, 0 to 5",
        ("capability", "level", "why no higher", "next step"),
        [
            (one.capability, f"{one.level:d} {one.level.name.lower()}", one.why, one.next_step)
            for one in found
        ],
    )
    counts = Counter(one.level for one in found)
    told = ", ".join(f"{counts[level]} {level.name.lower()}" for level in Level)
    console().print(f"{len(found)} capabilities in scope: {told}", markup=False, soft_wrap=True)


def _mature_json(one: Maturity) -> dict[str, Any]:
    return {
        "id": one.capability,
        "level": int(one.level),
        "name": one.level.name.lower(),
        "why": one.why,
        "next_step": one.next_step,
        "events": one.practice.events,
        "plays": one.practice.plays,
        "last": one.practice.last,
        "drills": [{"name": d.name, "right": d.right, "when": d.when} for d in one.drills],
    }


def _show(found: CapabilityMap, out: str, *, proved: bool) -> None:
    show_table(
        "CAF-AI capabilities",
        ("capability", "status", "tests", "missing"),
        [
            (row.capability, coloured(Mapped(row).says), passed(row), missing(row))
            for row in found.rows
        ],
    )
    tell = console()
    tell.print(in_short(found), markup=False, soft_wrap=True)
    wrong = [f"overclaimed: {text}" for text in found.overclaims]
    waiting = [f"not shown: {text}" for text in found.unproved] if proved else []
    for text in [*wrong, *waiting][:SHOWN]:
        tell.print(text, style="red", markup=False, soft_wrap=True)
    if len(wrong) + len(waiting) > SHOWN:
        tell.print(f"and {len(wrong) + len(waiting) - SHOWN} more; --json has all")
    if found.unproved and not proved:
        count = len(found.unproved)
        tell.print(f"{count} statements were not shown here. Run: make demo, and: make test")
    if out:
        tell.print(str(Path(out).absolute()), markup=False, soft_wrap=True)


def _as_json(found: CapabilityMap) -> dict[str, Any]:
    return {
        "capabilities": [_row(found, row) for row in found.rows],
        "ml_test_score": {
            "whole": found.score.whole,
            "sections": {str(name): points for name, points in found.score.sections.items()},
            "tests": [
                {"id": one.test.id, "asks": one.test.asks, "points": one.points, "why": one.why}
                for one in found.score.tests
            ],
        },
        "overclaims": found.overclaims,
        "unproved": found.unproved,
    }


def _row(found: CapabilityMap, row: Row) -> dict[str, Any]:
    claim, capability = row.claim, row.capability
    return {
        "id": capability,
        "label": capability.label,
        "perspective": capability.perspective,
        "status": row.status,
        "reach": claim.reach,
        "in_part": bool(claim.missing),
        "by": [{"name": tag.name, "file": tag.file} for tag in row.tags]
        + [{"name": name, "file": name} for name in claim.files],
        "promises": [
            {
                "says": one.says,
                "tests": {test: row.ended[test] or DID_NOT_RUN for test in one.tests},
            }
            for one in claim.promises
        ],
        "refusals": row.refusals,
        "records": {
            name: {"events": kept.events, "objects": kept.objects, "faults": kept.faults}
            for name, kept in row.kept.items()
        },
        "pages": claim.pages,
        "missing": claim.missing,
        "why": claim.why,
        "crosswalk": claim.crosswalk.model_dump() | {"ml_test_score": found.asked_by(capability)},
        "overclaims": row.overclaims,
        "unproved": row.unproved,
    }
