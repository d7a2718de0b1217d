"""What ledger and lake hold of each type of event, with every byte that the events name."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from caf_governance.capability_map.judging import Kept
from caf_platform.digest import digest as hashed
from caf_platform.digest import short
from caf_platform.errors import CafError
from caf_platform.ledger.record import Record
from caf_platform.ports.lake import Lake, Zone

SHOWN = 3
"""As many faults of one type of event are named."""

_KEY, _DIGEST = "_key", "_digest"
_ZONES = tuple(f"{zone}/" for zone in Zone)


def kept(records: Iterable[Record], lake: Lake) -> dict[str, Kept]:
    """By type of event: how many, and what is wrong with the bytes they name."""
    counts: dict[str, int] = {}
    named: dict[str, dict[str, str]] = {}
    for record in records:
        counts[record.type] = counts.get(record.type, 0) + 1
        named.setdefault(record.type, {}).update(objects(record.payload))
    every = {key: digest for keys in named.values() for key, digest in keys.items()}
    with ThreadPoolExecutor() as threads:
        looked = threads.map(lambda key: _fault(lake, key, every[key]), every)
        faults = dict(zip(every, looked, strict=True))
    return {
        name: Kept(count, len(named[name]), _told([faults[key] for key in named[name]]))
        for name, count in counts.items()
    }


def objects(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each key of the lake in an event, with the digest that stands beside it.

    Where none does, with the beginning of one that the key itself ends with.
    """
    keys, digests = payload.get("keys"), payload.get("digests")
    if isinstance(keys, Mapping) and isinstance(digests, Mapping):
        yield from ((key, digests.get(name, "")) for name, key in keys.items())
    for name, value in payload.items():
        if isinstance(value, Mapping):
            yield from objects(value)
        elif isinstance(value, list):
            yield from (pair for one in value if isinstance(one, Mapping) for pair in objects(one))
        elif isinstance(value, str) and value.startswith(_ZONES) and _is_key(name):
            digest = payload.get(f"{name.removesuffix('key')}digest")
            yield value, digest if isinstance(digest, str) else _in_its_name(value)


def _is_key(name: str) -> bool:
    return name == "key" or name.endswith(_KEY)


def _in_its_name(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]


def _fault(lake: Lake, key: str, expected: str) -> str:
    """What is wrong with an object; empty when its bytes are those that were recorded."""
    try:
        found = hashed(lake.read(key))
    except CafError as error:
        return error.what
    if found.startswith(expected):
        return ""
    return f"'{key}' is not what was recorded: {short(found)}, not {short(expected)}"


def _told(every: list[str]) -> tuple[str, ...]:
    faults = [fault for fault in every if fault]
    more = len(faults) - SHOWN
    return (*faults[:SHOWN], *([f"and {more} more"] if more > 0 else []))
