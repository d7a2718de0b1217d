"""Proves a ledger without the platform: one file, Python's own library and `cryptography`.

    python verify_audit.py LEDGER --keys KEYS [--witness WITNESS] [--json]

LEDGER is the ledger's SQLite file, or what `caf audit export` printed. KEYS is a folder with public
keys and whose they are (`<id>.public.pem`, `<id>.principal.json`), WITNESS one with the witness's
`checkpoints.jsonl` and public key. What is checked:

1. the chain: each record's hash covers all of it and the hash before it, no number is missing;
2. the witness: every line of it follows from the one before and bears its signature, and every
   record that it was shown is there and is the same;
3. signatures: each privileged event is signed by a known key of its actor that holds a role for it,
   and none was put in a second time.

Exit code 0 when all holds, 1 with the first record or line that is wrong, 2 when nothing can be
proved. After the last checkpoint only chain and signatures hold: whoever owns the store and the
keys could have cut that off or made it anew.
"""

import argparse
import hashlib
import json
import math
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

Row = Mapping[str, Any]
GENESIS = "0" * 64
LONGEST = 32  # characters of a number; canonical JSON needs 25 at most
COLUMNS = {
    "seq": int, "stream": str, "position": int, "key": str, "type": str, "schema_version": int,
    "payload": str, "envelope": str, "real_time": str, "previous": str, "hash": str,
}  # fmt: skip
MAY_SIGN = {
    "play_started": {"platform"}, "policy_adopted": {"platform"}, "model_trained": {"platform"},
    "gate_decided": {"platform"}, "approval_given": {"platform", "approver"},
    "approval_revoked": {"approver", "operator"}, "promoted": {"platform", "publisher"},
    "rolled_back": {"platform", "operator"}, "version_retired": {"operator"},
    "batch_withdrawn": {"operator"},
    "subject_erased": {"operator"},
    "batches_purged": {"operator"},
    "data_product_released": {"operator"},
    "scoring_stopped": {"operator"}, "scoring_resumed": {"operator"},
}  # fmt: skip
"""Privileged events, each with the roles of which the signing key needs one."""


class Wrong(Exception):
    """A record is wrong: its number, and why; without a number, a line of the witness."""


@dataclass
class Found:
    """What was proved: `records` up to the first wrong one, `head` the hash of the last of them."""

    sound: bool = True
    records: int = 0
    signed: int = 0
    attested: int = 0
    head: str = GENESIS
    broken_at: int | None = None
    why: str | None = None


def verify(rows: Iterable[Row], damage: str, keys: "Keys", shown: "Shown") -> Found:
    """Prove rows in order; `damage` says what is wrong with the file that they come from."""
    found = Found(attested=shown.records)
    privileged = []
    try:
        positions: dict[str, int] = {}
        for row in rows:
            _linked(row, found, positions, shown)
            found.records, found.head = row["seq"], row["hash"]
            positions[row["stream"]] = row["position"]
            if row["type"] in MAY_SIGN:
                privileged.append(row)
        if (seen := max(shown.hashes, default=0)) > found.records:
            raise Wrong(found.records + 1, f"it is missing; the witness was shown {seen} records")
        if damage:
            raise Wrong(found.records + 1, f"the file is damaged: {damage}")
        once: set[str] = set()
        for row in privileged:
            _signed(row, keys, once)
            found.signed += 1
    except Wrong as wrong:
        found.sound, (found.broken_at, found.why) = False, wrong.args
    return found


def _linked(row: Row, found: Found, positions: Mapping[str, int], shown: "Shown") -> None:
    """A row is whole, follows from the one before, and is what the witness was shown."""
    number = found.records + 1
    if (seq := row["seq"]) != number:
        if isinstance(seq, int) and seq < number:
            raise Wrong(seq, "it is one too many")
        raise Wrong(number, f"it is missing; the next one is {seq}")
    for name, kind in COLUMNS.items():
        if type(row[name]) is not kind:
            raise Wrong(number, f"column '{name}' holds {type(row[name]).__name__}")
    if _hash(row) != row["hash"]:
        raise Wrong(number, "its content is not what was hashed")
    if why := _unreadable(row):
        raise Wrong(number, why)
    if row["previous"] != found.head:
        raise Wrong(number, "it does not follow from the record before it")
    if row["position"] != positions.get(row["stream"], 0) + 1:
        raise Wrong(number, f"its position in stream '{row['stream']}' is wrong")
    if shown.hashes.get(number, row["hash"]) != row["hash"]:
        raise Wrong(number, "it is not the record that the witness was shown")


def _unreadable(row: Row) -> str:
    """Why it does not say what was done, by whom, in which train of thought, and when."""
    payload, envelope = _json(row["payload"]), _json(row["envelope"])
    if not (isinstance(payload, dict) and isinstance(envelope, dict)):
        return "its payload or envelope is not a JSON object"
    signature = envelope.get("signature")
    said = (envelope.get("actor"), envelope.get("correlation"))
    signed = signature is None or (
        isinstance(signature, dict) and {"key_id", "value"} <= signature.keys()
    )
    try:
        for moment in (row["real_time"], envelope.get("virtual_time")):
            datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        said = ()
    readable = signed and said and all(type(one) is str for one in said)
    return "" if readable else "its envelope or time cannot be read"


def _hash(row: Row) -> str:
    """SHA-256 over the canonical JSON of all other columns; the two JSON texts are canonical."""
    parts = {name: json.dumps(row[name], ensure_ascii=False) for name in COLUMNS if name != "hash"}
    parts |= {"payload": row["payload"], "envelope": row["envelope"]}
    text = ",".join(f'"{name}":{parts[name]}' for name in sorted(parts))
    return hashlib.sha256(f"{{{text}}}".encode("utf-8", "surrogateescape")).hexdigest()


def _signed(row: Row, keys: "Keys", once: set[str]) -> None:
    """A privileged record is signed by a key of its actor that may, and for the first time."""
    envelope, payload = _json(row["envelope"]), _json(row["payload"])
    signature, actor, kind = envelope.get("signature"), envelope.get("actor"), row["type"]
    if signature is None:
        raise Wrong(row["seq"], f"it is a '{kind}' that nobody signed")
    said = {
        "stream": row["stream"], "key": row["key"], "type": kind,
        "event": {name: value for name, value in payload.items() if name != "measured"},
    }  # fmt: skip
    owner = keys.signatory(b"event", said, signature)
    if owner is None or owner.get("name") != actor:
        raise Wrong(row["seq"], f"it is a '{kind}' without a valid signature by '{actor}'")
    if not MAY_SIGN[kind] & set(owner.get("roles", ())):
        raise Wrong(row["seq"], f"it is a '{kind}' by '{actor}', whose key holds no role for it")
    if row["key"] in once:
        raise Wrong(row["seq"], "it is a copy of a signed record, put in a second time")
    once.add(row["key"])


class Number(str):
    """A number as it is spelled, so that it is written again exactly so."""

    def __new__(cls, text: str) -> "Number":
        """Canonical JSON writes none that is so long or infinite, and no NaN."""
        if len(text) > LONGEST or not math.isfinite(float(text)):
            raise ValueError(text)
        return super().__new__(cls, text)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        return None


def _canonical(value: Any) -> str:
    """Canonical JSON (RFC 8785) of what `_json` read, numbers as they were spelled."""
    if isinstance(value, Number):
        return value
    if isinstance(value, list):
        return f"[{','.join(_canonical(one) for one in value)}]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        texts = (f"{json.dumps(n, ensure_ascii=False)}:{_canonical(value[n])}" for n in names)
        return f"{{{','.join(texts)}}}"
    return json.dumps(value, ensure_ascii=False)


class Keys:
    """The public keys of a folder, and whose they are where that is written beside them."""

    def __init__(self, folder: Path) -> None:
        self._known: dict[str, tuple[Ed25519PublicKey, dict[str, Any]]] = {}
        for path in sorted(folder.glob("*.public.pem")):
            name = path.name.removesuffix(".public.pem")
            try:
                key = load_pem_public_key(path.read_bytes())
            except (ValueError, UnsupportedAlgorithm):
                continue
            if not isinstance(key, Ed25519PublicKey):
                continue
            if hashlib.sha256(key.public_bytes_raw()).hexdigest()[:12] == name:
                owner = folder / f"{name}.principal.json"
                said = json.loads(owner.read_bytes()) if owner.exists() else {}
                if not isinstance(said, dict):
                    raise ValueError(f"'{owner}' does not say whose key that is")
                self._known[name] = key, said
        if not self._known:
            raise ValueError(f"no public key in '{folder}'")

    def signatory(self, purpose: bytes, said: Any, signature: Any) -> dict[str, Any] | None:
        """Whose signature over a statement this is; None when it is nobody's known here."""
        try:
            (key, owner), value = self._known[signature["key_id"]], signature["value"]
            if signature["algorithm"] != "ed25519" or not re.fullmatch("[0-9a-f]{128}", value):
                return None
            key.verify(bytes.fromhex(value), purpose + b"\0" + _canonical(said).encode())
        except (InvalidSignature, KeyError, TypeError, ValueError):
            return None
        return owner


class Shown:
    """What a witness was shown: `hashes` by number, and how many `records` there were last."""

    def __init__(self, folder: Path | None) -> None:
        self.hashes: dict[int, str] = {}
        self.records = 0
        if folder is None:
            return
        keys, previous = Keys(folder), GENESIS
        lines = (folder / "checkpoints.jsonl").read_bytes().split(b"\n")
        for at, line in enumerate(lines[:-1], 1):  # behind the last: one that was not finished
            said = _json(line.decode("utf-8", "replace"))
            if not isinstance(said, dict) or said.get("previous") != previous:
                raise Wrong(None, f"line {at} of the witness does not follow from the one before")
            if keys.signatory(b"checkpoint", said, said.pop("signature", None)) is None:
                raise Wrong(None, f"line {at} of the witness bears no signature of it")
            previous = hashlib.sha256(line).hexdigest()
            self.records, hashes = int(said["records"]), said["hashes"] or [said["head"]]
            for number, value in enumerate(hashes, self.records - len(hashes) + 1):
                if number and self.hashes.setdefault(number, value) != value:
                    self.hashes[number] = "two different hashes"


def rows_of(ledger: Path) -> tuple[Iterator[dict[str, Any]], str]:
    """The rows of a SQLite file or an export in order, and what is damaged in the file."""
    with ledger.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return (json.loads(line) for line in ledger.open(encoding="utf-8")), ""
    database = sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)
    database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    told = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    query = f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY seq"  # nosec B608 # noqa: S608 - constants
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in database.execute(query))
    return rows, "" if told == "ok" else " ".join(told.split())


def main(arguments: list[str]) -> int:
    """Prove one ledger and say so."""
    parser = argparse.ArgumentParser(description="Prove a ledger without the platform.")
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--witness", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        keys, shown = Keys(given.keys), Shown(given.witness)
        found = verify(*rows_of(given.ledger), keys, shown)
        if given.witness and found.sound and found.signed and not found.attested:
            raise ValueError("the witness was never shown this ledger, or it is not this one")
    except Wrong as forged:
        found = Found(sound=False, why=forged.args[1])
    except (OSError, KeyError, TypeError, ValueError, sqlite3.Error) as error:
        print(f"nothing can be proved: {error}", file=sys.stderr)
        return 2
    print(json.dumps(asdict(found)) if given.json else _told(found))
    return 0 if found.sound else 1


def _told(found: Found) -> str:
    after = found.records - found.attested
    rest = f"; the {after} after it rest on chain and signatures alone" if after > 0 else ""
    if found.sound:
        return (
            f"sound: {found.records} records chained, {found.signed} privileged ones signed, "
            f"{found.attested} attested by the witness{rest}\nhead: {found.head}"
        )
    which = "its witness" if found.broken_at is None else f"record {found.broken_at}"
    return f"{which} is wrong: {found.why}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
