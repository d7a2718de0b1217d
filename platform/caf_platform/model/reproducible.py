"""The same model gives the same file: a skops file without what differs from one dump to the next.

skops numbers objects by their address in memory, names arrays by those numbers, and stamps each
member with the time of day. Renumbered in order of appearance and without the time, two trainings
on the same rows give one digest: a killed training that is done again leaves no second model, and
two machines can be compared.
"""

import io
import json
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

SCHEMA: Final = "schema.json"
NUMBER: Final = "__id__"
LOADER: Final = "__loader__"
FILE: Final = "file"
PLAIN: Final = "JsonNode"
"""Numbers and texts: whether two equal ones are one object is the interpreter's whim."""

_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can hold."""


def reproducible(data: bytes) -> bytes:
    """A skops file that we have just written, in the one form that its content has.

    It builds the same model: numbers say which nodes are one object, and still do.
    """
    with ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(members.pop(SCHEMA))
    files = _renumber(schema)
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for former, name in files.items():
            archive.writestr(ZipInfo(name, _LONG_AGO), members[former])
        archive.writestr(ZipInfo(SCHEMA, _LONG_AGO), json.dumps(schema, separators=(",", ":")))
    return buffer.getvalue()


def _renumber(schema: Any) -> dict[str, str]:
    """Number the nodes anew, in place; the arrays' new names by their former ones, in order."""
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    given = 0
    waiting = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        if not isinstance(value, dict):
            continue
        if isinstance(value.get(LOADER), str):
            former = value[NUMBER]
            if value[LOADER] == PLAIN or former not in numbers:
                given += 1
                numbers[former] = given
            value[NUMBER] = numbers[former]
            if isinstance(value.get(FILE), str):
                value[FILE] = files.setdefault(value[FILE], f"{len(files) + 1}.npy")
        waiting.extend(reversed(value.values()))
    return files
