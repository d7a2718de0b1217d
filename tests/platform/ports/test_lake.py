"""The contract of the lake, kept by every adapter."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory_lake import MemoryLake

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.adapters.lake_s3 import S3Lake
from caf_platform.digest import digest
from caf_platform.errors import BadInput, Tampered, Unavailable
from caf_platform.plugins import PLUGINS, Kind
from caf_platform.ports.lake import Lake

KEY = "raw/flights/2013-01-01/ab12.csv"
BUCKET = "lake"
_places = count()

# A lake lives as long as its test, so examples of one property share it on purpose.
shared = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def s3_lake(endpoint: str) -> S3Lake:
    """A lake of its own on the shared server."""
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
    return S3Lake(BUCKET, f"lakes/{next(_places)}", endpoint_url=endpoint)


@pytest.fixture(params=["memory", "local", "s3"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """Each adapter, empty."""
    if request.param == "s3":
        return s3_lake(request.getfixturevalue("s3_endpoint"))
    return LocalLake(tmp_path / "lake") if request.param == "local" else MemoryLake()


def overwrite(lake: Lake, key: str, data: bytes) -> None:
    """Change an object behind the lake's back, as an intruder would."""
    match lake:
        case MemoryLake():
            lake.objects[key] = data
        case LocalLake():
            path = lake._root / key
            path.unlink()
            path.write_bytes(data)
        case S3Lake():
            lake._client.put_object(Bucket=BUCKET, Key=lake._base + key, Body=data)


def test_what_was_written_is_read(lake: Lake) -> None:
    """Bytes come back as they were, and writing answers with their SHA-256."""
    answer = lake.write(KEY, b"a,b\n1,2\n")

    assert answer == digest(b"a,b\n1,2\n")
    assert lake.read(KEY) == b"a,b\n1,2\n"
    assert lake.read(KEY, expected=answer) == b"a,b\n1,2\n"


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 20_000], ids=["empty", "5 MB"])
def test_any_size(lake: Lake, data: bytes) -> None:
    """Nothing at all and five megabytes are objects too."""
    lake.write(KEY, data)

    assert lake.read(KEY) == data


def test_same_bytes_again_is_a_no_op(lake: Lake) -> None:
    """A replay writes nothing new and gets the same answer."""
    first = lake.write(KEY, b"same")

    assert lake.write(KEY, b"same") == first
    assert list(lake.keys("")) == [KEY]


def test_other_bytes_are_refused_and_the_first_stay(lake: Lake) -> None:
    """An object never changes; the refusal names it and both digests."""
    lake.write(KEY, b"first")

    with pytest.raises(Tampered, match="ab12") as refusal:
        lake.write(KEY, b"other")

    assert digest(b"first")[:12] in refusal.value.why
    assert digest(b"other")[:12] in refusal.value.why
    assert lake.read(KEY) == b"first"


def test_changed_bytes_are_noticed_by_a_reader(lake: Lake) -> None:
    """Whoever says which digest to expect never gets other bytes."""
    expected = lake.write(KEY, b"honest")
    overwrite(lake, KEY, b"forged")

    with pytest.raises(Tampered, match="not what was recorded"):
        lake.read(KEY, expected=expected)


def test_changed_bytes_are_noticed_by_a_writer(lake: Lake) -> None:
    """Writing the honest bytes again does not paper over forged ones."""
    lake.write(KEY, b"honest")
    overwrite(lake, KEY, b"forged")

    with pytest.raises(Tampered, match="other bytes"):
        lake.write(KEY, b"honest")


def test_a_missing_object_is_named(lake: Lake) -> None:
    """Reading nothing says what was looked for."""
    lake.write("raw/other", b"")

    with pytest.raises(Unavailable, match="no object 'raw/flights/2013-01-01/ab12"):
        lake.read(KEY)


def test_a_folder_is_no_object(lake: Lake) -> None:
    """The beginning of a key is not a key."""
    lake.write(KEY, b"x")

    assert not lake.exists("raw/flights")
    with pytest.raises(Unavailable, match="no object 'raw/flights'"):
        lake.read("raw/flights")
    lake.delete("raw/flights")
    assert lake.exists(KEY)


def test_below_an_object_is_nothing(lake: Lake) -> None:
    """Asking below an object is answered with no, not with an error."""
    lake.write("raw/file", b"x")

    assert not lake.exists("raw/file/below")
    assert list(lake.keys("raw/file/")) == []
    lake.delete("raw/file/below")


def test_exists(lake: Lake) -> None:
    """True from the moment of writing to the moment of deleting; a longer key is another."""
    assert not lake.exists(KEY)

    lake.write(KEY, b"x")

    assert lake.exists(KEY)
    assert not lake.exists(KEY + ".gz")
    assert not lake.exists(KEY[:-1])


def test_deleted_is_gone_and_absent_is_fine(lake: Lake) -> None:
    """Erasure leaves nothing, may be repeated, and frees the key."""
    lake.write(KEY, b"x")
    lake.write(KEY + ".gz", b"y")

    lake.delete(KEY)
    lake.delete(KEY)

    assert list(lake.keys("")) == [KEY + ".gz"]
    assert lake.write(KEY, b"other") == digest(b"other")


def test_keys_are_sorted_as_whole_keys(lake: Lake) -> None:
    """The order is that of the text, also where a folder's name is part of another name."""
    keys = ["raw/a-b/x", "raw/a.txt", "raw/a/x", "raw/a/y/z", "raw/a0", "raw/é", "validated/a"]
    for key in reversed(keys):
        lake.write(key, b"")

    assert list(lake.keys("")) == keys
    assert list(lake.keys("raw/")) == keys[:6]
    assert list(lake.keys("raw/a")) == keys[:5]
    assert list(lake.keys("raw/a/")) == ["raw/a/x", "raw/a/y/z"]
    assert list(lake.keys("raw/a/x")) == ["raw/a/x"]
    assert list(lake.keys("nothing/here")) == []


def test_many_keys_come_in_full(lake: Lake) -> None:
    """More keys than one page of S3's listing holds."""
    keys = [f"raw/{number:04}" for number in range(1001)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: lake.write(key, b"x"), keys))

    assert list(lake.keys("raw/")) == keys


def test_many_writers_of_one_key(lake: Lake) -> None:
    """Eight threads write the same bytes at once: one object, and nobody is told no."""
    together = threading.Barrier(8)

    def write(_: int) -> str:
        together.wait()
        return lake.write(KEY, b"same" * 1000)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(write, range(8)))

    assert answers == {digest(b"same" * 1000)}
    assert list(lake.keys("")) == [KEY]


NASTY = [
    "",
    "/",
    "/raw/a",
    "raw/a/",
    "raw//a",
    ".",
    "..",
    "../a",
    "raw/../../etc/passwd",
    "raw/./a",
    "raw/.hidden",
    ".writing/a",
    "raw\\a",
    "C:\\a",
    "raw/a\0",
    "raw/a\n",
    "raw/\x1b[2J",
    "raw/a\u202e",
    "raw/\u200b",
    "raw/\ud800",
    "raw/e\u0301",
    "raw/" + "a" * 256,
    "raw/" + "é" * 128,
    "a/" * 400 + "a",
]


def refusing_calls(lake: Lake) -> list[Callable[[str], object]]:
    """Everything that takes a key."""
    return [lambda key: lake.write(key, b"x"), lake.read, lake.exists, lake.delete]


@pytest.mark.parametrize("key", NASTY, ids=ascii)
def test_nasty_keys_are_refused(lake: Lake, key: str) -> None:
    """What could leave the lake, hide in it or mean two things is no key, whoever asks."""
    for call in refusing_calls(lake):
        with pytest.raises(BadInput, match="is no key of the lake"):
            call(key)
    assert list(lake.keys("")) == []


@pytest.mark.parametrize("prefix", ["/", "../", "raw//", "raw/..", "\0", ".writing"], ids=ascii)
def test_nasty_prefixes_are_refused_at_the_call(lake: Lake, prefix: str) -> None:
    """A prefix is checked before the first key is asked for."""
    with pytest.raises(BadInput):
        lake.keys(prefix)


part = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
anything = st.lists(part | st.sampled_from([" ", "a b", "+", "%2e%2e", "?#&"]), max_size=3)


@shared
@given(parts=anything, data=st.binary(max_size=50))
def test_a_key_is_taken_as_it_is_or_refused(lake: Lake, parts: list[str], data: bytes) -> None:
    """Every text either round-trips, listing included, or is refused by every adapter alike."""
    key = "/".join(["raw", *parts, "object"])
    try:
        MemoryLake().write(key, data)
    except BadInput:
        with pytest.raises(BadInput):
            lake.write(key, data)
        return

    lake.write(key, data)

    assert lake.read(key) == data
    assert list(lake.keys(key)) == [key]
    lake.delete(key)
    assert not lake.exists(key)


def test_the_lakes_are_registered() -> None:
    """Stores are found by name, like a stranger's would be."""
    assert PLUGINS.get(Kind.STORE, "local-lake").target is LocalLake
    assert PLUGINS.get(Kind.STORE, "s3-lake").target is S3Lake
