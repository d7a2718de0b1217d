"""The verifier without the platform: one file, and the same answers as `caf audit verify`."""

import ast
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from audit_world import AuditWorld, verifier
from checkout import ROOT

from caf_platform.ledger.privileged import MAY_SIGN

FILE = ROOT / "governance" / "verify_audit.py"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small lawful ledger, its keys and its witness."""
    return AuditWorld.made(tmp_path_factory.mktemp("audit")).home


def run(home: Path, *more: str, ledger: str = "ledger.db") -> subprocess.CompletedProcess[str]:
    """The program in a process that cannot even find the platform."""
    words = [sys.executable, "-I", "-S", "-c", ALONE, str(FILE), str(home / ledger)]
    return subprocess.run(
        [*words, "--keys", str(home / "keys"), *more], capture_output=True, text=True, check=False
    )


ALONE = f"""
import runpy, sys
sys.path.append({str(Path(json.__file__).parents[1])!r})
sys.path.append({str(next(p for p in sys.path if p.endswith("site-packages")))!r})
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    assert not [name for name in sys.modules if name.startswith("caf_")]
"""
"""Without site, no `.pth` leads to the platform; only installed packages are found."""


def test_it_imports_nothing_but_python_and_cryptography() -> None:
    """Whoever reads this one file has read all of it."""
    tree = ast.parse(FILE.read_text("utf-8"))
    named = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    named |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}

    roots = {name.partition(".")[0] for name in named}

    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_knows_who_may_sign_what() -> None:
    """Its table is the platform's: whoever adds an event there adds it here."""
    assert {kind: set(map(str, may)) for kind, may in MAY_SIGN.items()} == verifier().MAY_SIGN


def test_a_sound_ledger_is_told_so(home: Path) -> None:
    """From its SQLite file: counts, head, exit code 0; the platform was not even importable."""
    done = run(home, "--witness", str(home / "witness"))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "sound: 12 records chained, 5 privileged ones signed, 12 attested"
    )


def test_an_export_gives_the_same_answer(home: Path, tmp_path: Path) -> None:
    """What `caf audit export` printed proves the same as the file itself."""
    AuditWorld(home).export(home / "export.jsonl")

    answers = [
        json.loads(run(home, "--json", "--witness", str(home / "witness"), ledger=name).stdout)
        for name in ("ledger.db", "export.jsonl")
    ]

    assert answers[0] == answers[1]
    assert (answers[0]["sound"], answers[0]["attested"]) == (True, 12)


def test_without_a_witness_nothing_is_attested(home: Path) -> None:
    """The chain and the signatures alone, and it says how far that goes."""
    done = run(home)

    assert done.returncode == 0
    assert "0 attested by the witness; the 12 after it rest on chain and signatures" in done.stdout


def test_the_wrong_record_is_named(home: Path, tmp_path: Path) -> None:
    """Exit code 1 and its number, in words and in JSON."""
    shutil.copytree(home, tmp_path / "home")
    AuditWorld(tmp_path / "home").change("UPDATE events SET key = 'forged' WHERE seq = 5")

    said, value = run(tmp_path / "home"), run(tmp_path / "home", "--json")

    assert (said.returncode, value.returncode) == (1, 1)
    assert said.stdout == "record 5 is wrong: its content is not what was hashed\n"
    assert json.loads(value.stdout)["broken_at"] == 5


@pytest.mark.parametrize(
    "spoil",
    [
        lambda home: shutil.rmtree(home / "keys"),
        lambda home: (home / "ledger.db").unlink(),
        lambda home: (home / "ledger.db").write_bytes(b"something else"),
        lambda home: (home / "witness" / "checkpoints.jsonl").unlink(),
        lambda home: (home / "witness" / "checkpoints.jsonl").write_bytes(b""),
    ],
    ids=["no keys", "no ledger", "no ledger in it", "no witness", "another witness"],
)
def test_what_cannot_be_used_proves_nothing(home: Path, tmp_path: Path, spoil) -> None:
    """Exit code 2 and a word: neither sound nor broken."""
    shutil.copytree(home, tmp_path / "home")
    spoil(tmp_path / "home")

    done = run(tmp_path / "home", "--witness", str(tmp_path / "home" / "witness"))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("nothing can be proved: ")


def test_a_line_that_is_not_the_witnesses_is_named(home: Path, tmp_path: Path) -> None:
    """Exit code 1 in words and in JSON: then no record is proved, and none is blamed."""
    shutil.copytree(home, tmp_path / "home")
    witness = tmp_path / "home" / "witness"
    (witness / "checkpoints.jsonl").write_bytes(b"{}\n")

    said = run(tmp_path / "home", "--witness", str(witness))
    value = run(tmp_path / "home", "--json", "--witness", str(witness))

    why = "line 1 of the witness does not follow from the one before"
    assert (said.returncode, value.returncode) == (1, 1)
    assert said.stdout == f"its witness is wrong: {why}\n"
    found = json.loads(value.stdout)
    assert (found["sound"], found["broken_at"], found["why"]) == (False, None, why)


def test_a_damaged_page_that_hides_records_is_found(home: Path, tmp_path: Path) -> None:
    """Without any witness: SQLite's own check of its file."""
    shutil.copytree(home, tmp_path / "home")
    file = tmp_path / "home" / "ledger.db"
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        index = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'index'"
        ).fetchone()[0]
    database.close()
    content = bytearray(file.read_bytes())
    content[(index - 1) * 4096 : (index - 1) * 4096 + 8] = bytes(8)
    file.write_bytes(content)

    done = run(tmp_path / "home")

    assert done.returncode in (1, 2)
    assert "damaged" in done.stdout or "malformed" in done.stderr
