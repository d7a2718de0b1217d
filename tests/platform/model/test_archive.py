"""The limits of a model file, each kept before anything in it is interpreted."""

import io
import tracemalloc
from zipfile import ZipFile

import numpy as np
import pytest
from hostile_files import bomb, nested, packed, unpacked, with_member
from model_samples import SERVED, file_of

from caf_platform.errors import Refused, Tampered
from caf_platform.model.archive import LIMITS, SCHEMA, Limits, members
from caf_platform.model.artifact import check
from caf_platform.project.model import Task


def array_bytes(values: object) -> bytes:
    """An array in numpy's file format."""
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values))
    return buffer.getvalue()


@pytest.mark.parametrize(("family", "task"), SERVED)
def test_every_family_is_far_within_the_limits(family: str, task: Task) -> None:
    """What the platform writes uses less than a tenth of any size and half of the depth."""
    data = file_of(family, task)
    found = members(data)

    assert len(data) < LIMITS.file / 10
    assert len(found) < LIMITS.members / 10
    assert len(found[SCHEMA]) < LIMITS.schema / 10
    check(data, family=family, limits=Limits(depth=LIMITS.depth // 2))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(file=1000), r"\d+ bytes; the limit is 1000"),
        (Limits(members=2), r"\d+ members; the limit is 2"),
        (Limits(schema=1000), r"\d+ bytes in schema\.json; the limit is 1000"),
        (Limits(depth=5), r"6 levels in schema\.json; the limit is 5"),
    ],
)
def test_each_limit_refuses_with_both_numbers(limits: Limits, message: str) -> None:
    """What was found and what the limit is are both said."""
    with pytest.raises(Refused, match=message):
        check(file_of("logistic"), family="logistic", limits=limits)


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    """Fifty megabytes of zeros in fifty kilobytes: refused, and never in memory."""
    data = bomb(file_of("logistic"))
    tracemalloc.start()

    with pytest.raises(Refused, match="A compressed member may expand"):
        members(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(data) < 1_000_000
    assert peak < 5_000_000


def test_a_directory_that_lies_about_sizes_is_found_out() -> None:
    """A member that claims to be stored but is not as long as it says is no sound ZIP."""
    data = bytearray(packed({**unpacked(file_of("dummy")), "1.npy": array_bytes([1.0] * 100)}))
    central = data.rindex(b"PK\x01\x02", 0, data.rindex(b"1.npy"))
    data[central + 20 : central + 28] = (10).to_bytes(4, "little") * 2

    with pytest.raises(Tampered, match="no sound ZIP"):
        members(bytes(data))


@pytest.mark.parametrize("depth", [150, 900, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    """However deep, the answer is a refusal and not a crash."""
    with pytest.raises((Refused, Tampered), match=r"levels|recursion"):
        check(nested(file_of("dummy"), depth), family="dummy")


@pytest.mark.parametrize(
    "name",
    ["../1.npy", "/1.npy", "a/1.npy", "1.npy/", "1.pkl", "run.py", ".git/x", "1.NPY", "\uff11.npy"],
)
def test_members_have_plain_names(name: str) -> None:
    """Nothing but the schema and numbered arrays may be in the file."""
    with pytest.raises(Refused, match=r"neither schema\.json nor an array"):
        members(with_member(file_of("dummy"), name, b""))


def test_two_members_of_one_name_are_refused() -> None:
    """Two readers could take different ones."""
    buffer = io.BytesIO(file_of("dummy"))
    with ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SCHEMA, "{}")

    with pytest.raises(Refused, match="two members of one name"):
        members(buffer.getvalue())


def test_a_file_without_a_schema_is_refused() -> None:
    """Arrays alone are no model."""
    with pytest.raises(Refused, match=r"has no schema\.json"):
        members(packed({"1.npy": array_bytes([1.0])}))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    """Junk and an empty archive are refused as such."""
    with pytest.raises((Tampered, Refused), match=r"no sound ZIP|has no schema"):
        members(content)


def test_an_array_of_objects_is_refused() -> None:
    """Only a pickle could fill one, so its header alone is enough to refuse it."""
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)

    with pytest.raises(Refused, match="array of objects"):
        members(with_member(file_of("dummy"), "1.npy", buffer.getvalue()))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY\x09\x09",
        array_bytes([1.0, 2.0])[:-1],
        array_bytes([1.0, 2.0]) + b"\0",
        array_bytes([1.0]).replace(b"(1,), ", b"(9999999999,), "),
    ],
    ids=["empty", "unknown version", "too short", "too long", "a header that asks for 80 GB"],
)
def test_an_array_is_as_long_as_its_header_says(content: bytes) -> None:
    """No header makes numpy reserve memory for bytes that are not there."""
    with pytest.raises(Tampered, match=r"'1\.npy'"):
        members(with_member(file_of("dummy"), "1.npy", content))
