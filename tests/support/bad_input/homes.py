"""A home that is broken: ledger, lake, keys, disk."""
# ruff: noqa: E501 - what is printed in one line stands here in one line

import random
from dataclasses import replace

from bad_input.case import Case, Fault, FaultCase, Outcome
from bad_input.faults import (
    NEWER,
    appended,
    becomes,
    changed,
    edited_ledger,
    first,
    folder,
    full_disk,
    gone,
    home,
    link,
    locked,
    mode,
    no_file_above,
    read_only_disk,
)

LEDGER, LAKE, KEYS = home("ledger.db"), home("lake"), home("keys")
ROWS = first("lake/validated/micro/*/*", last=True)
MODEL = first("lake/models/micro/v2/*.skops")
NOISE = random.Random(0).randbytes(500_000)  # noqa: S311 - no secret: any bytes will do


def stops(name: str, code: str, told: str, following: str, fault: Fault) -> FaultCase:
    """An error that is told and ends the command; 1 where a rule said no."""
    exit_code = 1 if code in ("Tampered", "Refused") else 2
    return FaultCase(name, Outcome.STOPS, code, exit_code, f"{code}: {told}", following, fault)


def disk(name: str, told: str, following: str, fault: Fault) -> FaultCase:
    """A disk of its own that does not do what it should."""
    return replace(stops(name, "Unavailable", told, following, fault), mounts=True)


def goes_on(name: str, told: str, following: str, fault: Fault) -> FaultCase:
    """Something that a play can do without."""
    return FaultCase(name, Outcome.TOLD, "", 0, told, following, fault)


PLACE = (
    stops(
        "the home is a file",
        "Unavailable",
        "The home 'HOME' cannot be written.",
        "Set CAF_HOME to a folder that can.",
        becomes(home(), b"x"),
    ),
    disk(
        "the home lies on a read-only disk",
        "'HOME/playing/micro.lock' cannot be used.",
        "Put that right and run the same command again: what was recorded stands.",
        read_only_disk(),
    ),
    disk(
        "the disk is full, a little later",
        "Cannot write 'predictions/micro/day-30/v1/….parquet' in the lake at 'HOME/lake'.",
        "Free space (or raise the quota) and repeat: everything written before is kept.",
        full_disk(112_000),
    ),
    disk(
        "the disk is full at once",
        "The ledger at sqlite:///HOME/ledger.db did not answer.",
        "Look at its disk, which may be full, beyond a quota, or failing. Then run the same command again: what was recorded stands.",
        full_disk(0),
    ),
    stops(
        "a quota on the size of files",
        "Unavailable",
        "The ledger at sqlite:///HOME/ledger.db did not answer.",
        "Look at its disk, which may be full, beyond a quota, or failing. Then run the same command again: what was recorded stands.",
        no_file_above(30_000),
    ),
    goes_on(
        "a folder where alerts are written",
        "Alert 'rolled-back-v2' could not be delivered: [Errno 21] Is a directory: 'HOME/alerts.jsonl'",
        "put the folder aside; the incident stands in `caf incidents` too",
        folder(home("alerts.jsonl")),
    ),
    stops(
        "a file where reports are written",
        "Unavailable",
        "'HOME/reports/micro.html' cannot be written.",
        "Make room for it, or name another place with --out.",
        becomes(home("reports"), b"x"),
    ),
)

TRUTH = (
    stops(
        "the ledger is random bytes",
        "Unavailable",
        "The ledger at sqlite:///HOME/ledger.db did not answer.",
        "Something else lies there: keep it aside, and restore a backup. Then run the same command again: what was recorded stands.",
        becomes(LEDGER, NOISE),
    ),
    stops(
        "it is half as long",
        "Unavailable",
        "The ledger at sqlite:///HOME/ledger.db did not answer.",
        "The file is damaged: keep it as evidence, and restore a backup. Then run the same command again: what was recorded stands.",
        changed(LEDGER, lambda data: data[: len(data) // 2]),
    ),
    stops(
        "its pages are damaged",
        "Unavailable",
        "The ledger at sqlite:///HOME/ledger.db did not answer.",
        "The file is damaged: keep it as evidence, and restore a backup. Then run the same command again: what was recorded stands.",
        changed(LEDGER, lambda data: data[:4096] + NOISE[: len(data) - 4096]),
    ),
    stops(
        "it is empty",
        "Unavailable",
        "The home 'HOME' has lost its ledger: 'ledger.db' is missing or empty.",
        "Restore the file from a backup, or set CAF_HOME to a new folder.",
        becomes(LEDGER, b""),
    ),
    stops(
        "it is missing, and its data is there",
        "Unavailable",
        "The home 'HOME' has lost its ledger: 'ledger.db' is missing or empty.",
        "Restore the file from a backup, or set CAF_HOME to a new folder.",
        gone(LEDGER),
    ),
    stops(
        "a folder is in its place",
        "Unavailable",
        "The ledger at sqlite:///HOME/ledger.db did not answer.",
        "See that it is a file, and that its folder can be written. Then run the same command again: what was recorded stands.",
        folder(LEDGER),
    ),
    stops(
        "a record was edited",
        "Tampered",
        "Record 45 of the ledger is not what was recorded:",
        "Verify the ledger, keep the file as evidence, and restore a backup.",
        edited_ledger(
            "UPDATE events SET payload = replace(payload, 'v1', 'v9') WHERE type = 'promoted'"
        ),
    ),
    stops(
        "a record was removed",
        "Tampered",
        "Record 20 of the ledger is wrong.",
        "Run: caf audit verify; keep the file as evidence, and restore a backup.",
        edited_ledger("DELETE FROM events WHERE seq = 20"),
    ),
    stops(
        "a newer platform wrote it",
        "Unavailable",
        "The ledger's tables are of another version than 0001.",
        "Install the version of the platform that wrote them.",
        edited_ledger(NEWER),
    ),
    stops(
        "another process holds it",
        "Unavailable",
        "The ledger at sqlite:///HOME/ledger.db did not answer.",
        "Another process is writing and does not end: look for it, and end it. Then run the same command again: what was recorded stands.",
        locked("ledger.db"),
    ),
)

BYTES = (
    stops(
        "the lake is gone",
        "Unavailable",
        "The lake has no object 'validated/micro/day-01/….parquet'.",
        "Restore it from a backup of the lake, and run the same command again.",
        gone(LAKE),
    ),
    stops(
        "it is a file",
        "Unavailable",
        "Cannot open the lake at 'HOME/lake'.",
        "Check the disk and its mount, and repeat.",
        becomes(LAKE, b"x"),
    ),
    stops(
        "rows are missing",
        "Unavailable",
        "The lake has no object 'validated/micro/day-29/….parquet'.",
        "Restore it from a backup of the lake, and run the same command again.",
        gone(ROWS),
    ),
    stops(
        "rows were altered",
        "Tampered",
        "Object 'validated/micro/day-29/….parquet' is not what was recorded.",
        "Use nothing that rests on it; restore it and open an incident.",
        appended(ROWS, "x"),
    ),
    stops(
        "a link in place of rows",
        "Tampered",
        "'….parquet' in the lake is a symbolic link.",
        "Find out who did, and remove it.",
        link(ROWS, "/etc/passwd"),
    ),
    stops(
        "the champion's file is missing",
        "Unavailable",
        "The lake has no object 'models/micro/v2/….skops'.",
        "Restore it from a backup of the lake, and run the same command again.",
        gone(MODEL),
    ),
    replace(
        stops(
            "it was altered",
            "Tampered",
            "Object 'models/micro/v2/….skops' is not what was recorded.",
            "Use nothing that rests on it; restore it and open an incident.",
            appended(MODEL, "x"),
        ),
        leaves=frozenset({"micro/incidents"}),
    ),
)

SIGNING = (
    stops(
        "all keys are gone",
        "Tampered",
        "Record 1 of the ledger (stream 'micro/champion') is not to be believed:",
        "Run: caf audit verify; keep the ledger as evidence, and restore a backup of it, or of the key folder if a public key is missing.",
        gone(KEYS),
    ),
    stops(
        "the key folder is a file",
        "Unavailable",
        "The key folder 'HOME/keys' cannot be used.",
        "Make it a folder that only this user can read and write.",
        becomes(KEYS, b"x"),
    ),
    stops(
        "the private key is no key",
        "Tampered",
        "'HOME/keys/….private.pem' is not what was stored there.",
        "Restore it from a backup, or remove the three files of this key.",
        becomes(first("keys/*.private.pem"), b"x"),
    ),
    stops(
        "others can read it",
        "Refused",
        "The private key 'HOME/keys/….private.pem' can be read by others.",
        "chmod 600 'HOME/keys/….private.pem', or remove it if it may have been copied.",
        mode(first("keys/*.private.pem"), 0o644),
    ),
    stops(
        "the public key is missing",
        "Tampered",
        "Record 1 of the ledger (stream 'micro/champion') is not to be believed:",
        "Run: caf audit verify; keep the ledger as evidence, and restore a backup of it, or of the key folder if a public key is missing.",
        gone(first("keys/*.public.pem")),
    ),
    stops(
        "nobody knows whose key it is",
        "Tampered",
        "'HOME/keys/….principal.json' is not what was stored there.",
        "Restore it from a backup, or remove the three files of this key.",
        becomes(first("keys/*.principal.json"), b"{}"),
    ),
)

ALL: tuple[Case, ...] = (*PLACE, *TRUTH, *BYTES, *SIGNING)
