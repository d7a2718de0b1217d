"""A disk that is full under a home, and has room again."""

import errno
import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from caf_pipelines.scenarios import small_disk

SPARE = 64 * 1024


def home(tmp_path: Path) -> Path:
    """A home with a ledger in it."""
    found = tmp_path / "home"
    found.mkdir()
    (found / "ledger.db").write_bytes(bytes(4096))
    return found


def fill(folder: Path) -> OSError:
    """Write until that fails."""
    try:
        (folder / "large").write_bytes(bytes(100 * SPARE))
    except OSError as error:
        return error
    pytest.fail("there was room for everything")


def test_a_real_disk_is_full_until_room_is_made(tmp_path: Path) -> None:
    """What was there is there, what was written stays, and nothing is mounted afterwards.

    The process stands where it stood: a relative path means the same as before.
    """
    if os.geteuid():
        pytest.skip("only root may mount")
    folder, here = home(tmp_path), Path.cwd()

    with small_disk.full_disk(folder, spare=SPARE) as make_room:
        error = fill(folder)
        (folder / "large").unlink()
        make_room()
        (folder / "new").write_bytes(bytes(SPARE))

    assert error.errno == errno.ENOSPC
    assert sorted(path.name for path in folder.iterdir()) == ["ledger.db", "new"]
    assert str(folder) not in Path("/proc/mounts").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert Path.cwd() == here


def test_without_a_mount_no_file_may_grow(tmp_path: Path) -> None:
    """Where nobody may mount, files have a limit; it is gone when room is made."""
    folder = home(tmp_path)

    with contextmanager(small_disk._limited)(folder) as make_room:
        error = fill(folder)
        make_room()
        (folder / "new").write_bytes(bytes(SPARE))

    assert error.errno == errno.EFBIG
    assert (folder / "new").stat().st_size == SPARE
