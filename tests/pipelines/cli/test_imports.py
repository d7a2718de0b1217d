"""What each command imports: whoever asks a question waits for nothing that answers another one."""

import json
import subprocess
import sys

import pytest
from played import Played, environment
from written_commands import verbs

from caf_platform.ports.signer import Role

HEAVY = frozenset(
    {
        "alembic", "boto3", "evidently", "fastapi", "great_expectations", "mlflow", "numpy",
        "pandas", "prefect", "pyarrow", "scipy", "skops", "sklearn",
    }
)  # fmt: skip
NOTHING: frozenset[str] = frozenset()
FRAMES = frozenset({"numpy", "pandas", "pyarrow"})
MODELS = FRAMES | {"scipy", "sklearn", "skops"}

ALLOWED = {
    "champion": NOTHING,
    "history": NOTHING,
    "incidents": NOTHING,
    "projects": NOTHING,
    "cost": NOTHING,
    "portfolio": NOTHING,
    "adoption": NOTHING,
    "cost --by project": NOTHING,
    "quarantine list": NOTHING,
    "audit verify": NOTHING,
    "audit export": NOTHING,
    "audit state": NOTHING,
    "scenario list --project micro": FRAMES,
    "catalog list": NOTHING,
    "catalog search heat": NOTHING,
    "catalog show heat": FRAMES,  # counts stored rows
    "catalog page": FRAMES,
    "reset --yes": NOTHING,
    "risks": NOTHING,
    "identity list": NOTHING,
    "stop --reason harm --as ops": NOTHING,
    "resume --reason mended --as ops": NOTHING,
    "withdraw day-01 --reason wrong --as ops": NOTHING,
    "retire v2 --reason old --as ops": NOTHING,
    "purge --as ops": FRAMES,
    "export rows --purpose study --for city --out /dev/null --dry-run": FRAMES,
    "tokens show": NOTHING,
    "identity create Zoe --role auditor": NOTHING,
    "identity retire ops": NOTHING,
    "lineage v1": FRAMES,  # one id column of one file; no model is opened
    "performance": MODELS,
    "explain 14ec810170aa719b": MODELS,  # v2 on the third row of day 28: it is asked again
    "glossary": frozenset({"numpy"}),
    "features": MODELS,
    "verify v2": NOTHING,
    "card v1": NOTHING,
    "maturity": MODELS | {"boto3"},
    "capabilities": MODELS | {"boto3"},  # what registers itself is on its map
    "report": MODELS | {"boto3", "great_expectations"},  # what registers itself is on its map
    "drift 0004": MODELS | {"evidently"},
}
"""Which heavy packages a command may import."""
TELLING_OF_TESTS = {"capabilities", "risks"}
"""Verbs that end with 1 where a test over this tree has failed."""
WORKING = {"demo", "run", "ui", "promote", "rollback", "quarantine replay", "scenario run"}
"""Verbs that play, serve or open models: they import what they work with."""
NAMED = {"approve", "erase", "tokens rotate"}
"""Verbs with a test of their own below."""

WATCHED = """
import json, sys
from caf_pipelines.cli.app import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def imported(played: Played, *words: str) -> tuple[int, set[str]]:
    """The exit code of a command in a process of its own, and the packages that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *words],
        env=environment(played),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code, set(names)


def test_every_verb_is_listed() -> None:
    """A new verb says what it may import."""
    listed = {name for name in verbs() for line in ALLOWED if f"{line} ".startswith(f"{name} ")}

    assert listed | WORKING | NAMED == set(verbs())


@pytest.mark.parametrize("command", ALLOWED)
def test_a_command_imports_what_it_needs_and_no_more(lived: Played, command: str) -> None:
    """No tracker, no orchestrator, and data frames and models only where rows are looked at."""
    code, names = imported(lived, *command.split())

    assert code == 0 or command in TELLING_OF_TESTS
    assert names & HEAVY <= ALLOWED[command]


def test_an_answer_that_is_a_mistake_is_as_light(lived: Played) -> None:
    """A project that does not exist is looked for in the ledger only."""
    code, names = imported(lived, "champion", "--project", "mikro")

    assert code == 2
    assert names & HEAVY == set()


def test_help_does_not_even_import_the_platform_s_models(whole_life: Played) -> None:
    """The list of verbs needs no typed events and no database."""
    _, names = imported(whole_life, "--help")

    assert names & (HEAVY | {"pydantic", "sqlalchemy", "yaml", "cryptography"}) == set()


def test_approving_imports_no_model_library(waiting: Played) -> None:
    """Saying yes reads a gate's answer and signs; who may not is told as fast."""
    waiting.signer("Mia", Role.AUTHOR, Role.APPROVER)

    code, names = imported(waiting, "approve", "v1", "--as", "Mia")

    assert code == 1
    assert names & HEAVY == set()
