"""Model files that somebody changed: what any digest finds, and what no signature excuses.

Each takes a source of randomness, the true file and another valid one, and gives the mutant.
"""

import io
import json
from collections.abc import Callable, Mapping
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from hostile_files import (
    HARMFUL,
    SCHEMA,
    bomb,
    nested,
    packed,
    planted,
    unpacked,
    with_member,
    with_schema,
)

Mutation = Callable[[Random, bytes, bytes], bytes]

IGNORED = (
    ".git/config", ".gitignore", ".gitattributes", ".github/workflows/x.yml", ".DS_Store",
    "__pycache__/x.pyc", "__MACOSX/x", ".ipynb_checkpoints/x",
)  # fmt: skip
"""Paths that signing tools pass over."""


def bit_flip(draw: Random, true: bytes, _: bytes) -> bytes:
    """One bit, anywhere."""
    at = draw.randrange(len(true))
    return true[:at] + bytes([true[at] ^ (1 << draw.randrange(8))]) + true[at + 1 :]


def truncate(draw: Random, true: bytes, _: bytes) -> bytes:
    """The end is missing."""
    return true[: draw.randrange(len(true))]


def append(draw: Random, true: bytes, other: bytes) -> bytes:
    """Something stands behind it, such as another whole file."""
    return true + (other if draw.random() < 0.5 else draw.randbytes(draw.randint(1, 64)))


def splice(draw: Random, true: bytes, other: bytes) -> bytes:
    """The beginning of one file, the end of another."""
    return true[: draw.randrange(1, len(true))] + other[draw.randrange(len(other)) :]


def swap(_: Random, __: bytes, other: bytes) -> bytes:
    """Another valid model: only its digest says that it is not the one."""
    return other


def swapped_array(draw: Random, true: bytes, other: bytes) -> bytes:
    """One array of another model in a file that is sound in itself."""
    mine, theirs = unpacked(true), unpacked(other)
    name = draw.choice([name for name in theirs if name != SCHEMA])
    return packed({**mine, name: theirs[name] + b"\0"})


def cut_open(draw: Random, true: bytes, _: bytes) -> bytes:
    """The end with the directory of members is missing."""
    return true[: draw.randrange(true.rindex(b"PK\x05\x06"))]


def extra_member(draw: Random, true: bytes, _: bytes) -> bytes:
    """A member that no model has."""
    name = draw.choice(
        ["run.py", "1.pkl", "../1.npy", "/etc/x", "a/b.npy", "1.NPY", "sitecustomize.py"]
    )
    return with_member(true, name, draw.randbytes(20))


def ignored_path(draw: Random, true: bytes, _: bytes) -> bytes:
    """A member under a name that others do not look at."""
    return with_member(true, draw.choice(IGNORED), draw.randbytes(20))


def empty_folder(draw: Random, true: bytes, _: bytes) -> bytes:
    """A folder as a member, empty."""
    return with_member(true, f"{draw.choice(['a', '.git', '1.npy', 'schema.json'])}/", b"")


def missing_member(draw: Random, true: bytes, _: bytes) -> bytes:
    """The schema, without which there is nothing, or an array that it names."""
    members = unpacked(true)
    del members[draw.choice(sorted(members))]
    return packed(members)


def unnamed_array(draw: Random, true: bytes, _: bytes) -> bytes:
    """An array more, sound in itself, which the schema does not name."""
    members = unpacked(true)
    array = members[draw.choice([name for name in members if name != SCHEMA])]
    return packed({**members, f"{draw.randrange(10**9)}.npy": array})


def renamed_member(draw: Random, true: bytes, _: bytes) -> bytes:
    """A member under another name."""
    members = unpacked(true)
    name = draw.choice(sorted(members))
    members[draw.choice(["schema.JSON", "schema.json.bak", f"x-{name}", f"{name} "])] = members.pop(
        name
    )
    return packed(members)


def member_twice(draw: Random, true: bytes, _: bytes) -> bytes:
    """Two members of one name: two readers could take different ones."""
    members = unpacked(true)
    name = draw.choice(sorted(members))
    buffer = io.BytesIO(true)
    with ZipFile(buffer, "a") as archive:
        archive.filelist.append(again := ZipInfo(name))
        archive.filelist.pop()
        archive.NameToInfo.pop(name)  # or ZipFile warns
        archive.writestr(again, members[name])
    return buffer.getvalue()


def zip_bomb(draw: Random, true: bytes, _: bytes) -> bytes:
    """A few kilobytes that unpack to megabytes."""
    return bomb(true, size=draw.randint(1, 4) * 500_000)


def compressed(_: Random, true: bytes, __: bytes) -> bytes:
    """The same members, compressed."""
    return packed(unpacked(true), ZIP_DEFLATED)


def encrypted(_: Random, true: bytes, __: bytes) -> bytes:
    """A member that claims to be encrypted."""
    changed = bytearray(packed(unpacked(true), ZIP_STORED))
    changed[changed.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def deep_nesting(draw: Random, true: bytes, _: bytes) -> bytes:
    """Lists within lists, a hundred levels or a hundred thousand."""
    return nested(true, draw.choice([101, 500, 1000, 100_000]))


def harmful_type(draw: Random, true: bytes, _: bytes) -> bytes:
    """A type or loader that runs something."""
    return planted(true, draw.choice(list(HARMFUL.values())))


def own_list(draw: Random, true: bytes, _: bytes) -> bytes:
    """The same, with a list inside the file that says what to trust."""
    trusted = {"skops_trusted_types": ["builtins.exec", "os.system"]}
    bad = planted(true, draw.choice(list(HARMFUL.values())))
    return with_schema(bad, lambda schema: {**schema, **trusted})


def old_protocol(draw: Random, true: bytes, _: bytes) -> bytes:
    """A version of the format that other, less checked, readers are chosen for."""
    return with_schema(true, lambda schema: {**schema, "protocol": draw.choice([0, 1, 3, None])})


def no_schema(draw: Random, true: bytes, _: bytes) -> bytes:
    """Something else than an object stands where the schema is."""
    text = draw.choice([b"", b"{", b"[]", b"null", b"\xff\xfe", json.dumps("x").encode()])
    return packed({**unpacked(true), SCHEMA: text})


def false_array(draw: Random, true: bytes, _: bytes) -> bytes:
    """An array whose header does not say what follows, or that would hold objects."""
    header = draw.choice([b"", b"\x93NUMPY\x09\x09", b"\x93NUMPY\x01\x00\x76\x00{'descr': '|O'"])
    return with_member(true, "999999999.npy", header + draw.randbytes(30))


def another_family(_: Random, __: bytes, other: bytes) -> bytes:
    """A sound file of a family that the manifest does not name."""
    return other


FOUND_BY_DIGEST: Mapping[str, Mutation] = {
    one.__name__.replace("_", " "): one
    for one in (bit_flip, truncate, append, splice, swap, swapped_array, compressed)
}
"""Refused since the bytes are not those that the manifest names."""

REFUSED_ALWAYS: Mapping[str, Mutation] = {
    one.__name__.replace("_", " "): one
    for one in (
        cut_open, extra_member, unnamed_array, ignored_path, empty_folder, missing_member,
        renamed_member, member_twice, zip_bomb, compressed, encrypted, deep_nesting,
        harmful_type, own_list, old_protocol, no_schema, false_array, another_family,
    )
}  # fmt: skip
"""Refused even if the signer was fooled and the manifest names just these bytes."""
