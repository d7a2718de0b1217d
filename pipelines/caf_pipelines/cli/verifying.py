"""The verbs of the evidence bundle: `caf verify` and `caf card`."""

import json
import time
from pathlib import Path
from typing import Any

import typer

from caf_governance.bundle.card import sections, title
from caf_governance.bundle.contents import Check
from caf_governance.bundle.index import CARD, INDEX, KEYS, PROJECT, SIGNATURE, SUMMARY, Index
from caf_pipelines.bundles.folder import folder_of, read_bundle, verified, write_bundles
from caf_pipelines.bundles.gathering import promotions
from caf_pipelines.cli.opening import chosen, open_platform, records_of
from caf_pipelines.cli.output import coloured, console, show_json, show_table
from caf_platform.adapters.signer import PUBLIC
from caf_platform.digest import digest, short
from caf_platform.errors import BadInput, did_you_mean
from caf_platform.wiring import Platform

WRONG = 1


def verify_bundle(version: str, project: str, bundle: str, key: str, *, as_json: bool) -> None:
    """Verify the bundle of a promoted version, from its files alone.

    Without `bundle` it is the home's own, written now if it is not there, and its keys must be
    those that the home knows. With it nothing of the home is read; `key` insists on the
    fingerprint of a key that must have signed. Leaves with 1 when anything is wrong. JSON: version,
    good, seconds, bundle (its folder), id, signed_by (the key's fingerprint), checks (each with
    name, good, wrong).
    """
    known: dict[str, bytes] | None = None
    if bundle:
        folder = Path(bundle)
    else:
        platform = open_platform()
        folder = _own(platform, chosen(platform, project), version)
        known = platform.public_keys()
    began = time.perf_counter()
    files = read_bundle(folder)
    checks, keys = verified(files, {key, *map(digest, (known or {}).values())})
    signed_by = _fingerprint(files, keys)
    told = [*checks, *_expected(files, keys, version, known, key, signed_by)]
    seconds = time.perf_counter() - began
    good = all(one.good for one in told)
    if as_json:
        show_json(
            {
                "version": version,
                "good": good,
                "seconds": round(seconds, 3),
                "bundle": str(folder),
                "id": _id(files),
                "signed_by": signed_by,
                "checks": [vars(one) | {"good": one.good} for one in told],
            }
        )
    else:
        _show(version, folder, told, signed_by, seconds)
    if not good:
        raise typer.Exit(WRONG)


def show_card(version: str, project: str, out: str) -> None:
    """The model card of a promoted version from its bundle: printed, or written to a file.

    A file that ends with `.html` gets a page, any other one Markdown.
    """
    platform = open_platform()
    files = read_bundle(_own(platform, chosen(platform, project), version))
    if not out:
        typer.echo(files[CARD].decode(), nl=False)
        return
    from caf_pipelines.report.writing import write_page

    data = _html(files) if out.endswith(".html") else files[CARD]
    console().print(str(write_page(data, Path(out))), markup=False, soft_wrap=True)


def _html(files: dict[str, bytes]) -> bytes:
    from caf_pipelines.report.card_page import card_page

    project, found = json.loads(files[PROJECT]), json.loads(files[SUMMARY])
    return card_page(title(project, found), sections(project, found), _id(files) or "").encode()


def _own(platform: Platform, project: str, version: str) -> Path:
    """The home's bundle of a version of the present play; those that lack are written first."""
    records = records_of(platform, project)
    promoted = {one.payload["version"]: one for one in promotions(records)}
    if version not in promoted:
        raise BadInput(
            f"'{version}' was never promoted in the present play of {project}.",
            why=did_you_mean(version, promoted) or f"Promoted: {', '.join(promoted) or 'none'}.",
            next_step=f"See what was decided: caf history --project {project}",
        )
    write_bundles(platform, platform.project(project).declaration, records)
    return folder_of(platform.home, project, promoted[version])


def _expected(
    files: dict[str, bytes],
    keys: dict[str, bytes],
    version: str,
    known: dict[str, bytes] | None,
    key: str,
    signed_by: str,
) -> list[Check]:
    """Whether it is the bundle that was asked for, by keys that somebody here believes."""
    found = []
    index = _read_index(files)
    if index is not None and index.version != version:
        found.append(Check("version", (f"it is the bundle of {index.version}, not {version}",)))
    if known is not None:
        wrong = [
            f"{name} is no key of this home"
            for name, data in keys.items()
            if known.get(name.removeprefix(f"{KEYS}/")) != data
        ]
        found.append(Check("keys", tuple(wrong)))
    if key:
        wrong = [] if signed_by == key else [f"signed by {signed_by or 'nobody'}, not {key}"]
        found.append(Check("key", tuple(wrong)))
    return found


def _fingerprint(files: dict[str, bytes], keys: dict[str, bytes]) -> str:
    """SHA-256 of the public key that signed; empty when that cannot be told."""
    try:
        key_id = json.loads(files[SIGNATURE])["key_id"]
        return digest(keys[f"{KEYS}/{key_id}.{PUBLIC}"])
    except (KeyError, ValueError, TypeError):
        return ""


def _read_index(files: dict[str, bytes]) -> Index | None:
    try:
        return Index.model_validate_json(files[INDEX])
    except (KeyError, ValueError):
        return None


def _id(files: dict[str, bytes]) -> str | None:
    index = _read_index(files)
    return index.id if index else None


def _show(version: str, folder: Path, checks: list[Check], signed_by: str, seconds: float) -> None:
    rows: list[tuple[Any, ...]] = [
        (one.name, coloured("sound" if one.good else "wrong"), "; ".join(one.wrong))
        for one in checks
    ]
    show_table(f"The bundle of {version}", ("check", "is", "what"), rows)
    tell = console()
    good = all(one.good for one in checks)
    text = "holds: every digest and decision follows" if good else "does not hold"
    tell.print(f"{version} {text} ({seconds:.2f} s)", markup=False, soft_wrap=True)
    tell.print(f"signed by the key {short(signed_by) or '?'}: {signed_by}", soft_wrap=True)
    tell.print(str(folder), markup=False, soft_wrap=True)
