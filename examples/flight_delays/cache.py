"""One Parquet file that remembers a table that is slow to build; it may vanish at any time."""

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def remembered(path: Path, build: Callable[[], pa.Table]) -> pa.Table:
    """The table stored at `path`; built and stored anew if the file is missing or damaged.

    A new table is read back as well, so that the first run gets what every later one gets
    (Parquet has no timestamps in whole seconds, for one).
    """
    try:
        return _read(path)
    except (OSError, pa.ArrowException):
        _store(build(), path)
        return _read(path)


def _read(path: Path) -> pa.Table:
    return pq.read_table(path, page_checksum_verification=True)


def _store(table: pa.Table, path: Path) -> None:
    """Write beside and rename, so that no reader ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    pq.write_table(table, beside, write_page_checksum=True)
    beside.replace(path)
