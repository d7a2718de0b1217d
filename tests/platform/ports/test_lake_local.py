"""What only the lake in a folder has to withstand: kills, full disks, links, foreign files."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from caf_platform.adapters.lake_local import ABANDONED_AFTER, STAGING, LocalLake, explained
from caf_platform.digest import digest
from caf_platform.errors import BadInput, Tampered, Unavailable

KEY = "raw/day/object"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever that is."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def python(source: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a few lines in a process of their own."""
    return run(sys.executable, "-c", source, *map(str, arguments))


KILLED_AT_STEP = """
import os, signal, sys
from pathlib import Path
from caf_platform.adapters.lake_local import LocalLake
lake, left = LocalLake(Path(sys.argv[1])), [int(sys.argv[2])]
def count(event, _):
    if event in ("open", "os.mkdir", "os.link", "os.remove"):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
lake.write("raw/day/object", b"whole" * 1000)
os.write(1, b"done")
"""


def test_a_writer_killed_at_any_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    """SIGKILL before the n-th file operation, for every n: the object is whole or absent."""
    seen: set[bool] = set()
    for step in range(1, 100):
        root = tmp_path / str(step)
        outcome = python(KILLED_AT_STEP, root, step)
        lake = LocalLake(root)
        there = lake.exists(KEY)
        seen.add(there)
        assert list(lake.keys("")) == [KEY] * there
        assert lake.write(KEY, b"whole" * 1000) == digest(b"whole" * 1000)
        assert lake.read(KEY) == b"whole" * 1000
        if outcome.stdout == "done":
            break
        assert outcome.returncode == -signal.SIGKILL

    assert outcome.stdout == "done"
    assert seen == {True, False}


KILLED_IN_MID_WRITE = """
import resource, signal, sys
from pathlib import Path
from caf_platform.adapters.lake_local import LocalLake
lake = LocalLake(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
if sys.argv[2] == "kill":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
lake.write("raw/day/object", bytes(3_000_000))
"""


def test_a_writer_killed_in_mid_write_leaves_nothing(tmp_path: Path) -> None:
    """The kernel kills the process after a third of the bytes: only a staged file remains."""
    outcome = python(KILLED_IN_MID_WRITE, tmp_path, "kill")

    assert outcome.returncode == -signal.SIGXFSZ
    assert [path.stat().st_size for path in (tmp_path / STAGING).iterdir()] == [1_000_000]
    assert list(LocalLake(tmp_path).keys("")) == []
    assert not LocalLake(tmp_path).exists(KEY)


def test_a_write_cut_short_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    """A file that may not grow further ends in `Unavailable`, and the staged file is removed."""
    outcome = python(KILLED_IN_MID_WRITE, tmp_path, "raise")

    assert "caf_platform.errors.Unavailable: Cannot write 'raw/day/object'" in outcome.stderr
    assert list((tmp_path / STAGING).iterdir()) == []
    assert list(LocalLake(tmp_path).keys("")) == []


FULL_DISK = """
import sys
from pathlib import Path
from caf_platform.adapters.lake_local import LocalLake
from caf_platform.errors import Unavailable
lake = LocalLake(Path(sys.argv[1]))
lake.write("raw/first", b"first")
try:
    lake.write("raw/big", bytes(3_000_000))
except Unavailable as full:
    print(full.why, full.next_step, list(lake.keys("")), lake.write("raw/small", b"small")[:6])
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """On a full file system the error says so, former objects stay, and small ones still fit."""
    mounting = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" -c "$3" "$1"'
    arguments = [str(tmp_path), sys.executable, FULL_DISK]
    if not shutil.which("unshare") or run("unshare", "-rm", "true").returncode:
        pytest.skip("this machine lets nobody mount a file system of their own")

    outcome = run("unshare", "-rm", "sh", "-c", mounting, "sh", *arguments)

    assert outcome.stdout.startswith("No space left on device. Free space"), outcome.stderr
    assert f"['raw/first'] {digest(b'small')[:6]}" in outcome.stdout


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_every_error_of_the_system_is_explained(number: int) -> None:
    """Whatever the file system answers becomes one of our errors with a next step."""
    error = explained(OSError(number, "x"), "Cannot write.")

    assert isinstance(error, Unavailable | BadInput)
    assert error.what == "Cannot write."
    assert error.why
    assert error.next_step


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """Where the lake's place is taken by a file, opening says what is wrong."""
    (tmp_path / "lake").write_text("a file")

    with pytest.raises(Unavailable, match="File exists"):
        LocalLake(tmp_path / "lake")


def test_no_permission_says_so() -> None:
    """A folder of somebody else's is named, with what to grant."""
    error = explained(PermissionError(errno.EACCES, "x"), "Cannot read.")

    assert "read and write access" in error.next_step


def test_links_out_of_the_lake_are_refused(tmp_path: Path) -> None:
    """A linked folder or file is neither read, written through, listed nor believed."""
    lake = LocalLake(tmp_path / "lake")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (tmp_path / "lake" / "raw").symlink_to(outside)
    lake.write("labels/day/x", b"x")
    (tmp_path / "lake" / "labels" / "day" / "linked").symlink_to(outside / "secret")

    for key in ("raw/secret", "raw/new", "labels/day/linked"):
        for call in (lake.read, lake.exists, lambda key: lake.write(key, b"x")):
            with pytest.raises(Tampered, match="is a symbolic link"):
                call(key)
    for prefix in ("", "labels/", "raw/"):
        with pytest.raises(Tampered, match="is a symbolic link"):
            list(lake.keys(prefix))
    with pytest.raises(Tampered):
        lake.delete("raw/secret")
    assert [path.name for path in outside.iterdir()] == ["secret"]


def test_a_linked_staging_folder_is_refused(tmp_path: Path) -> None:
    """Nor is the lake opened when its staging folder leads elsewhere."""
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / STAGING).symlink_to(tmp_path)

    with pytest.raises(Tampered, match="symbolic link"):
        LocalLake(tmp_path / "lake")


def test_the_lake_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    """Where the folder is, is the owner's choice."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "lake").symlink_to(tmp_path / "disk")

    LocalLake(tmp_path / "lake").write(KEY, b"x")

    assert (tmp_path / "disk" / KEY).read_bytes() == b"x"


@pytest.mark.parametrize(("first", "second"), [("raw/a", "raw/a/b"), ("raw/a/b", "raw/a")])
def test_an_object_is_no_folder(tmp_path: Path, first: str, second: str) -> None:
    """A file system cannot hold both, so the second is refused and the first stays."""
    lake = LocalLake(tmp_path)
    lake.write(first, b"first")

    with pytest.raises(BadInput, match="object and a folder"):
        lake.write(second, b"second")

    assert list(lake.keys("")) == [first]


def test_a_folder_that_vanished_is_made_again(tmp_path: Path) -> None:
    """Somebody emptied the place under a running process: one error at most, then it works."""
    lake = LocalLake(tmp_path / "lake")
    lake.write(KEY, b"x")
    shutil.rmtree(tmp_path / "lake" / "raw")

    with pytest.raises(Unavailable, match="No such file"):
        lake.write(KEY, b"x")

    assert lake.write(KEY, b"x") == digest(b"x")


def test_only_old_staged_files_are_swept(tmp_path: Path) -> None:
    """Opening removes a killed writer's leavings and lets a living writer's file be."""
    lake = LocalLake(tmp_path)
    old, new = tmp_path / STAGING / "old", tmp_path / STAGING / "new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    long_ago = new.stat().st_mtime - ABANDONED_AFTER - 60
    os.utime(old, (long_ago, long_ago))

    LocalLake(tmp_path)

    assert list((tmp_path / STAGING).iterdir()) == [new]
    assert list(lake.keys("")) == []


def test_objects_are_read_only_files(tmp_path: Path) -> None:
    """An editor that opens one by mistake cannot save it."""
    LocalLake(tmp_path).write(KEY, b"x")

    assert (tmp_path / KEY).stat().st_mode & 0o222 == 0


def test_foreign_files_are_passed_over(tmp_path: Path) -> None:
    """What a desktop or an editor drops into the folder is no object."""
    lake = LocalLake(tmp_path)
    lake.write(KEY, b"x")
    (tmp_path / "raw" / ".DS_Store").write_bytes(b"")
    (tmp_path / "raw" / "line\nbreak").write_bytes(b"")
    os.mkfifo(tmp_path / "raw" / "pipe")

    assert list(lake.keys("")) == [KEY]
    assert not lake.exists("raw/pipe")
    with pytest.raises(BadInput):
        lake.write("raw/pipe", b"x")


def test_opening_it_imports_no_heavy_library() -> None:
    """The command line may open the local lake within its third of a second."""
    source = "import sys, caf_platform.adapters.lake_local; print(*sys.modules)"

    loaded = set(python(source).stdout.split())

    assert loaded.isdisjoint({"boto3", "botocore", "pandas", "numpy", "cryptography"})


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    """A long-lived process can use the lake for ever, refusals included."""
    lake = LocalLake(tmp_path)
    lake.write(KEY, b"x")
    before = len(list(Path("/dev/fd").iterdir()))

    for _ in range(20):
        lake.write(KEY, b"x")
        list(lake.keys("raw/"))
        lake.exists("raw/none/at/all")
        with pytest.raises(BadInput):
            lake.write("raw/day", b"x")
        with pytest.raises(Tampered):
            lake.write(KEY, b"y")

    assert len(list(Path("/dev/fd").iterdir())) == before
