"""Bundles as folders: written whole or not at all, and read back file by file."""

import logging
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Final

from caf_governance.bundle.contents import Bundle, Check, keys_of
from caf_governance.bundle.index import KEYS
from caf_governance.bundle.verifying import verify
from caf_pipelines.bundles.gathering import gathered, promotions
from caf_platform.adapters.signer import PUBLIC, LocalSigner
from caf_platform.digest import digest
from caf_platform.errors import BadInput, CafError, Unavailable
from caf_platform.ledger.record import Record
from caf_platform.project.model import Declaration
from caf_platform.wiring import Platform

BUNDLES: Final = "bundles"
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one file of a bundle; those of a year's flagship have less than one."""


def folder_of(home: Path, project: str, promotion: Record) -> Path:
    """Where the bundle of a promotion lies in a home: `v2-410`, by version and record."""
    return home / BUNDLES / project / f"{promotion.payload['version']}-{promotion.seq}"


def write_bundles(
    platform: Platform, project: Declaration, records: Sequence[Record]
) -> list[Path]:
    """Write the bundle of each promotion of a play that has none yet; gives all of the play's.

    Derived from ledger and lake, so whoever was killed before writing one makes the same later.
    """
    found = []
    for promotion in promotions(records):
        path = folder_of(platform.home, project.name, promotion)
        if not path.is_dir():
            _write(path, gathered(platform, project, records, promotion))
        found.append(path)
    return found


def keep_bundles(platform: Platform, project: Declaration, records: Sequence[Record]) -> None:
    """The same where nothing may fail for it: what cannot be written is told in the log."""
    try:
        write_bundles(platform, project, records)
    except CafError as error:
        logging.getLogger(__name__).warning("a bundle was not written: %s", error)


def read_bundle(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its name; `BadInput` for what is no bundle."""
    if not folder.is_dir():
        raise BadInput(
            f"There is no bundle in '{folder}'.",
            next_step="Name its folder with --bundle, or leave that out for the home's own.",
        )
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise BadInput(f"'{name}' in the bundle is no plain file.")
        if path.is_file():
            if path.stat().st_size > MOST_BYTES:
                raise BadInput(f"'{name}' in the bundle is larger than any file of one.")
            files[name] = path.read_bytes()
    return files


def verified(
    files: Mapping[str, bytes], vouched: Collection[str] = ()
) -> tuple[tuple[Check, ...], dict[str, bytes]]:
    """All checks of a bundle by the keys that it brings along, and those keys.

    `vouched` are fingerprints (SHA-256 of a public key's file) that somebody else vouches for.
    """
    keys = keys_of(files)
    believed = frozenset(
        name.removeprefix(f"{KEYS}/").removesuffix(f".{PUBLIC}")
        for name, data in keys.items()
        if name.endswith(f".{PUBLIC}") and digest(data) in vouched
    )
    with TemporaryDirectory(prefix="bundle-keys-") as known:
        for name, data in keys.items():
            plain = name.removeprefix(f"{KEYS}/")
            if "/" not in plain:
                (Path(known) / plain).write_bytes(data)
        return verify(Bundle(files, LocalSigner.knowing(Path(known)), believed)), keys


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        try:
            for name, data in files.items():
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
                (staged / name).write_bytes(data)
            staged.chmod(0o755)
            staged.rename(path)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        if path.is_dir():  # another process has written the same
            return
        raise Unavailable(
            f"The bundle '{path.name}' cannot be written.",
            why=f"{error.strerror}.",
            next_step="Make room for it, and run: caf verify",
        ) from error
