"""A model file as a bounded set of bytes: every limit is kept before anything is interpreted.

A skops file is a ZIP of `schema.json` and plain arrays. A 0.7 MB bomb costs 1.5 GiB before skops
refuses it, so the file is measured first. Members are stored, never compressed: what is stored
cannot expand, and a size that lies about itself is found out.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from caf_platform.errors import Refused, Tampered

SCHEMA: Final = "schema.json"
_ARRAY: Final = re.compile(r"[0-9]{1,20}\.npy")
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True)
class Limits:
    """The largest file that is opened; the biggest boosting model of the examples is a tenth.

    Sizes in bytes. `members`: one boosted tree takes three arrays. `depth`: nesting of
    `schema.json`; a pipeline needs about 40.
    """

    file: int = 64 * 1024 * 1024
    schema: int = 16 * 1024 * 1024
    members: int = 20_000
    depth: int = 100


LIMITS: Final = Limits()


def members(data: bytes, limits: Limits = LIMITS) -> Mapping[str, bytes]:
    """The members of a model file by name: `schema.json` and arrays, nothing else.

    Raises `Refused` with what was found and the limit, or `Tampered` when it is no sound ZIP.
    """
    _within("bytes", len(data), limits.file)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            _check(listed, len(data), limits)
            found = {member.filename: archive.read(member) for member in listed}
    except (BadZipFile, EOFError, NotImplementedError, OSError, OverflowError, ValueError) as error:
        raise Tampered("The model file is no sound ZIP archive.", why=str(error)) from error
    for name, content in found.items():
        if name != SCHEMA:
            _check_array(name, content)
    return found


def _check(listed: list[ZipInfo], size: int, limits: Limits) -> None:
    """Names, counts and sizes as the archive's directory states them."""
    _within("members", len(listed), limits.members)
    names = [member.filename for member in listed]
    if len(set(names)) != len(names):
        raise Refused("The model file has two members of one name.")
    if SCHEMA not in names:
        raise Refused(f"The model file has no {SCHEMA}.")
    for member in listed:
        _check_member(member, limits)
    _within("bytes in members", sum(member.file_size for member in listed), size)


def _check_member(member: ZipInfo, limits: Limits) -> None:
    name = member.filename
    if name != SCHEMA and not _ARRAY.fullmatch(name):
        raise Refused(f"The model file has a member {name!r}: neither {SCHEMA} nor an array.")
    if member.flag_bits & _ENCRYPTED:
        raise Refused(f"Member '{name}' is encrypted.")
    if member.compress_type != ZIP_STORED or member.file_size != member.compress_size:
        raise Refused(
            f"Member '{name}' is compressed, {member.compress_size} to {member.file_size} bytes.",
            why="A compressed member may expand without bound.",
        )
    if name == SCHEMA:
        _within(f"bytes in {SCHEMA}", member.file_size, limits.schema)


def _check_array(name: str, content: bytes) -> None:
    """An array holds numbers or text only, and exactly as many as its header says."""
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        shape, _, dtype = _HEADERS[version](stream)
        stated = int(np.prod(shape, dtype=object)) * dtype.itemsize
    except (KeyError, TypeError, ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise Tampered(f"Member '{name}' is no array.", why=str(error)) from error
    if dtype.hasobject:
        raise Refused(f"Member '{name}' is an array of objects, which only a pickle could fill.")
    if stated != len(content) - stream.tell():
        raise Tampered(f"Member '{name}' does not hold the {stated} bytes that its header says.")


_HEADERS: Final[Mapping[tuple[int, int], Any]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def nodes(schema: Any, limits: Limits = LIMITS) -> Iterator[dict[str, Any]]:
    """Every JSON object of a parsed schema, at any depth; too deep raises `Refused`."""
    waiting = [(schema, 1)]
    while waiting:
        value, depth = waiting.pop()
        _within(f"levels in {SCHEMA}", depth, limits.depth)
        if isinstance(value, dict):
            yield value
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)


def _within(what: str, found: int, limit: int) -> None:
    if found > limit:
        raise Refused(f"The model file has {found} {what}; the limit is {limit}.")
