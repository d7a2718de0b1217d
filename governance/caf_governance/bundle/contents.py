"""A bundle as files by name, and how they are read. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caf_governance.bundle.index import EVIDENCE, KEYS, member
from caf_platform.ledger.record import Record
from caf_platform.ledger.stored import Stored
from caf_platform.ports.signer import Signer


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what is wrong with it; nothing when it holds."""

    name: str
    wrong: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether it holds."""
        return not self.wrong


@dataclass(frozen=True)
class Bundle:
    """A bundle's files by name, and a signer that knows the keys in it.

    `vouched` are the ids of keys that somebody outside of the bundle vouches for.
    """

    files: Mapping[str, bytes]
    signer: Signer
    vouched: frozenset[str] = frozenset()


def read_records(data: bytes) -> list[Record]:
    """The records of `records.jsonl`; `Tampered` for a row that is not what was hashed."""
    return [Stored(**json.loads(line)).record() for line in data.splitlines()]


def read_evidence(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest's JSON objects by name."""
    return {name: json.loads(files[member(name)]) for name in EVIDENCE}


def keys_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of the public keys that a bundle brings along, by name."""
    return {name: data for name, data in files.items() if name.startswith(f"{KEYS}/")}
