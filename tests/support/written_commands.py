"""The commands that documents tell people to type, and whether there are such commands."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
from checkout import ROOT, targets

from caf_pipelines.cli.app import app
from caf_platform.settings import Settings

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
VENV = ".venv/bin/"
MAKE_VARIABLES = {
    "PROVED",
    "VERSION",
    "PYTHON",
    "PROJECT",
    "KILLS",
    "SAMPLE",
    "SCENARIO",
    "SHORT",
    "LIVE",
}
OTHERS = {"python", "pre-commit", "prefect", "export", ".ci/run"}


@dataclass(frozen=True)
class Command:
    """One command as it is written: settings before it, its words, and whether it is complete.

    A command in a shell block can be typed as it stands; one inside a sentence may only name a
    verb.
    """

    settings: tuple[str, ...]
    words: tuple[str, ...]
    complete: bool

    @property
    def program(self) -> str:
        """What is run, without the folder of the environment."""
        return self.words[0].removeprefix(VENV)

    def __str__(self) -> str:
        return " ".join((*self.settings, *self.words))


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of a document in one language."""
    return [text for found, text in BLOCK.findall(path.read_text("utf-8")) if found == language]


def spans(path: Path) -> list[str]:
    """What a document shows as code inside sentences and tables."""
    return SPAN.findall(BLOCK.sub("", path.read_text("utf-8")))


def commands(path: Path) -> Iterator[Command]:
    """Every command in a document's shell blocks and sentences."""
    for line in "".join(blocks(path, "sh")).splitlines():
        if line.strip():
            yield _command(line, complete=True)
    for span in spans(path):
        if re.match(rf"(CAF_\w+=\S+ )*({re.escape(VENV)}\S+|caf|make|\.ci/run)\b", span):
            yield _command(span, complete=False)


def _command(line: str, *, complete: bool) -> Command:
    words = shlex.split(line, comments=True)
    start = next(at for at, word in enumerate(words) if not re.match(r"[A-Z_]+=", word))
    return Command(tuple(words[:start]), tuple(words[start:]), complete)


def problem(command: Command) -> str:
    """What is wrong with a written command; empty when it exists as written."""
    known = {f"CAF_{name.upper()}" for name in Settings.model_fields}
    strange = [s for s in command.settings if s.partition("=")[0] not in known]
    if strange:
        return f"unknown settings {strange}"
    if command.program == "make":
        return _make_problem(command.words[1:])
    if command.program == "caf":
        return _caf_problem(command.words[1:], complete=command.complete)
    return "" if command.program in OTHERS else "unknown program"


def _make_problem(words: tuple[str, ...]) -> str:
    variables = {word.partition("=")[0] for word in words if "=" in word}
    named = {word for word in words if "=" not in word}
    wrong = sorted((variables - MAKE_VARIABLES) | (named - targets().keys()))
    return f"make knows no {wrong}" if wrong else ""


def _caf_problem(words: tuple[str, ...], *, complete: bool) -> str:
    found = leaf(words)
    if found is None:
        return "" if list(words) in ([], ["--help"], ["--version"]) else "caf has no such verb"
    command, rest = found
    options = {option for parameter in command.params for option in parameter.opts}
    unknown = [w for w in rest if w.startswith("-") and w not in options | {"--help"}]
    if unknown:
        return f"no options {unknown}"
    if not complete:
        return ""
    try:
        command.make_context(command.name, list(rest))
    except Exception as error:  # noqa: BLE001 - typer's own click raises these; any is a mistake
        return f"{type(error).__name__}: {error}"
    return ""


def verbs() -> dict[str, typer.core.TyperCommand]:
    """Every verb by its words, such as `audit verify`."""
    return dict(_verbs(typer.main.get_command(app), ()))


def _verbs(group, words: tuple[str, ...]):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _verbs(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


def leaf(words: tuple[str, ...]):
    """The verb that words begin with, and the words after it; None when there is none."""
    for length in (2, 1):
        command = verbs().get(" ".join(words[:length]))
        if command is not None:
            return command, words[length:]
    return None


def paths_named(path: Path) -> list[str]:
    """Paths of this repository that a document shows as code, such as `platform/caf_platform/`.

    `build/` holds what commands make; it is no part of a clone.
    """
    tops = {top.name for top in ROOT.iterdir() if top.is_dir() and not top.name.startswith(".")}
    tops.discard("build")
    shaped = (span for span in spans(path) if re.fullmatch(r"[\w.-]+/[\w./-]*", span))
    return [span for span in shaped if span.split("/")[0] in tops]
