"""The Makefile explains itself, and hooks and CI call it instead of repeating it."""

import os
import re
import subprocess

import pytest
import yaml
from checkout import ROOT, documents, targets
from written_commands import VENV, commands

QUIET = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}


def _make(*words: str) -> str:
    done = subprocess.run(
        ["make", *words], cwd=ROOT, env=QUIET, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_make_lists_every_target_with_one_line(arguments):
    """Plain `make` is the help: each target once, with a few words, on one line."""
    lines = _make(*arguments).splitlines()

    listed = [line.split()[0] for line in lines]

    assert sorted(listed) == sorted(targets())
    assert all(len(line.split()) > 2 and len(line) < 100 for line in lines)


def test_every_target_is_phony():
    """A file called `test` must not make `make test` do nothing."""
    text = (ROOT / "Makefile").read_text("utf-8")

    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()

    assert sorted(phony) == sorted(targets())


@pytest.mark.parametrize("target", ["demo", "run", "ui", "rollback", "reset"])
def test_targets_run_the_verb_of_their_name(target):
    """`make demo` is `caf demo`, and so on; each depends on the set-up."""
    last = _make("--dry-run", "--always-make", target).splitlines()[-1]

    assert re.match(rf"{re.escape(VENV)}caf {target}\b", last)
    assert "setup" in targets()[target]


def test_offline_is_the_demo_without_a_network():
    """The same verb, behind the program that cuts the network."""
    last = _make("--dry-run", "offline").splitlines()[-1]

    assert last == f"{VENV}python infra/offline.py {VENV}caf demo"


def test_a_targets_project_reaches_the_verb():
    """`make run PROJECT=…` names the project to `caf run`."""
    last = _make("--dry-run", "run", "PROJECT=bikes").splitlines()[-1]

    assert last.endswith("caf run --project bikes")


def test_check_is_the_sum_of_its_parts():
    """Format, lint, types, import floors, docs, overclaims: nothing runs only in CI."""
    planned = _make("--dry-run", "check")

    for part in (
        "ruff format --check",
        "ruff check",
        "mypy",
        "lint-imports",
        "tests/repository",
        "caf capabilities",
    ):
        assert part in planned


def test_hooks_call_make_targets_only():
    """A hook runs what people run, and downloads nothing."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]

    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["entry"] for hook in hooks} <= {f"make {target}" for target in targets()}
    assert {hook["language"] for hook in hooks} == {"system"}


def test_ci_is_a_strict_script_that_calls_make():
    """Executable, stops at the first failure, and runs check, test and a short demo."""
    script = ROOT / ".ci" / "run"
    text = script.read_text("utf-8")

    syntax = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)

    assert syntax.returncode == 0, syntax.stderr
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in text
    for part in ("make setup-dev", "make check", "make test", "make demo", "caf audit verify"):
        assert part in text


def test_ci_needs_a_network_for_set_up_only():
    """Whatever is made after it runs behind the program that cuts the network, once."""
    text = (ROOT / ".ci" / "run").read_text("utf-8")

    after = text.split("\nmake setup-dev\n")[1]

    made = [line for line in after.splitlines() if re.search(r"^[^#]*\bmake ", line)]
    run = [line for line in made if not line.startswith("say ")]
    assert len(run) == 8
    assert all(line.startswith('"${offline[@]}" make ') for line in run)


def test_documents_name_both_first_commands():
    """The README's first block is the two commands that a newcomer types."""
    readme = next(path for path in documents() if path.name == "README.md" and path.parent == ROOT)

    written = [str(command) for command in commands(readme) if command.complete]

    assert written[:2] == ["make demo", "make test"]
