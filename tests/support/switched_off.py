"""Gates switched off as a saboteur would: one line of the product's code, in a copy of it.

What each game day rests on is told below, one line for each. Gates and monitors need none: the
line by which all of them are asked is edited, so that one of them always says yes.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from checkout import PACKAGES, ROOT

from caf_monitoring.monitors import calls_for
from caf_pipelines.scenarios.catalogue import every, find
from caf_pipelines.scenarios.scenario import Told
from caf_platform.plugins import PLUGINS, Kind

EXAMPLES: Final = ROOT / "examples"


@dataclass(frozen=True)
class Edit:
    """One line of one file, without its indentation, and what stands there instead.

    `shows` is what the game day's mistake says of it where that is not that somebody should have
    objected.
    """

    path: str
    line: str
    instead: str
    shows: str = ""


@dataclass(frozen=True)
class Trial:
    """A game day, who must object on it, and how that one is switched off."""

    told: Told
    by: str
    edit: Edit | None


@dataclass(frozen=True)
class Answer:
    """How a copy held its game day: the exit code and what its matrix says.

    `mistakes` is empty also where there is no matrix; then `trouble` is the end of what it wrote.
    """

    code: int
    right: bool
    mistakes: tuple[str, ...]
    trouble: str = ""

    @property
    def told(self) -> str:
        """In one line: the first mistake, or why there is none."""
        return next(iter(self.mistakes), "") or " ".join(self.trouble.split()) or "all is well"


def said(done: subprocess.CompletedProcess[str]) -> Answer:
    """What a copy answered."""
    try:
        [row] = json.loads(done.stdout)["scenarios"]
    except (ValueError, KeyError):
        return Answer(done.returncode, right=False, mistakes=(), trouble=done.stderr[-500:])
    right = bool(row["right"]) and done.returncode == 0
    return Answer(done.returncode, right, tuple(row["mistakes"]))


def missed(trial: Trial, answer: Answer) -> str:
    """Why a copy with a part switched off was not found out by that; empty when it was."""
    if answer.trouble:
        return f"the game day was not held: {answer.trouble}"
    if answer.code != 1 or not answer.mistakes:
        return f"it ended with {answer.code}, and without a mistake"
    wanted = (trial.edit.shows if trial.edit else "") or f"{trial.by} should "
    if not any(wanted in mistake for mistake in answer.mistakes):
        return f"no mistake says '{wanted}': {'; '.join(answer.mistakes)}"
    return ""


_DOOR = "platform/caf_platform/door"
_LEDGER = "platform/caf_platform/adapters/ledger_engine.py"
_CAUGHT = "except (SQLAlchemyError, OSError, UnicodeError) as error:"

DAYS: Final[dict[str, Edit]] = {
    "batch-withdrawn": Edit(
        "monitoring/caf_monitoring/triage.py",
        "if not (context.has_champion and names):",
        "if True:",
    ),
    "bad-batch": Edit(
        "pipelines/caf_pipelines/stages/validate.py", "if share > limit.value:", "if False:"
    ),
    "changed-after-approval": Edit(
        f"{_DOOR}/approval.py",
        "if not manifest_digest or approval.manifest_digest != manifest_digest:",
        "if False:",
    ),
    "disk-full": Edit(
        "platform/caf_platform/adapters/lake_local.py",
        "except OSError as error:",
        "except UnicodeError as error:",
        shows="broke off with OSError",
    ),
    "downgraded-artifact": Edit(
        "platform/caf_platform/model/scorer.py",
        "expected = manifest.digests.get(ARTIFACT)",
        "from caf_platform.digest import digest; expected = digest(lake.read(model_key))",
    ),
    "drift-without-harm": Edit(
        "monitoring/caf_monitoring/monitors/drift.py",
        "return share > 0 and share >= limit",
        "return share > 0",
        shows="data_drift objected too",
    ),
    "duplicate-batch": Edit(
        "pipelines/caf_pipelines/stages/validate.py",
        "repeated = parsed.duplicates | pd.Series([row in earlier for row in ids], "
        "index=ids.index)",
        "repeated = parsed.duplicates",
    ),
    "expired-approval": Edit(f"{_DOOR}/approval.py", "if expires <= now:", "if False:"),
    "killed": Edit(
        "pipelines/caf_pipelines/lifecycle/play.py",
        "if not state.play or (anew and (over or _differs(state, project, platform))):",
        "if True:",
        shows="the same state as without the fault",
    ),
    "ledger-locked": Edit(
        _LEDGER, _CAUGHT, "except UnicodeError as error:", shows="broke off with OperationalError"
    ),
    "retrain-storm": Edit(
        "monitoring/caf_monitoring/governor.py", "if days < limit.value:", "if False:"
    ),
    "schema-break": Edit(
        "pipelines/caf_pipelines/stages/validate.py", "if parsed.problems:", "if False:"
    ),
    "self-approval": Edit(f"{_DOOR}/approval.py", "if same_person(approver, author):", "if False:"),
    "tampered-artifact": Edit(
        f"{_DOOR}/proofs.py", "return tuple(dict.fromkeys(wrong))", "return ()"
    ),
    "tracking-down": Edit(
        "pipelines/caf_pipelines/lifecycle/registering.py",
        "return self.session.platform.tracking.log_training(record, challenger.model)",
        'return TrackedVersion("1", "none", "none", dump(challenger.model))',
    ),
}
"""What a game day rests on where that is no gate and no monitor."""


def asked_by_name(name: str) -> Edit | None:
    """The edit by which a registered gate or monitor always says yes; None for anybody else."""
    if name in {plugin.name for plugin in PLUGINS.of(Kind.GATE)}:
        line = "said = gate.target(evidence, policy, training)"
        yes = '{"verdict": Verdict.PASS, "numbers": {}}'
        path, who, said = "governance/caf_governance/gates/release.py", "gate", "said"
    elif name in calls_for():
        line = "found = plugin.target(evidence, policy)"
        yes = '{"verdict": Verdict.OK}'
        path, who, said = "monitoring/caf_monitoring/monitors/__init__.py", "plugin", "found"
    else:
        return None
    off = f"{said} = {said}.model_copy(update={yes}) if {who}.name == {name!r} else {said}"
    return Edit(path, line, f"{line}; {off}")


def trials() -> Iterator[Trial]:
    """Each game day with who must object; and those who rightly object too and never must."""
    known = every(EXAMPLES)
    told = [find(EXAMPLES, project, name) for project in known for name in known[project]]
    for one in told:
        by = one.scenario.expected.by
        if (edit := asked_by_name(by) or DAYS.get(one.name)) is None:
            raise LookupError(f"how is '{by}' switched off, on whom '{one.name}' rests?")
        yield Trial(one, by, edit)
    seen = {one.scenario.expected.by for one in told}
    for one in sorted(told, key=_length):
        for by in one.scenario.expected.also:
            if by not in seen and (edit := asked_by_name(by)):
                seen.add(by)
                yield Trial(one, by, edit)


def _length(told: Told) -> int:
    begins, ends = map(date.fromisoformat, (told.scenario.begins, told.scenario.ends))
    return (ends - begins).days


@dataclass(frozen=True)
class Workshop:
    """Copies of the product below a folder, and the days that the true one has played."""

    folder: Path

    def bases(self, project: str) -> Path:
        """What was played of a project without a fault, by the true code."""
        return self.folder / "true" / project

    def play(self, told: Collection[Told]) -> None:
        """Play each project without a fault as far as its game days need it, once for all."""
        for project in dict.fromkeys(one.project for one in told):
            days = {
                day
                for one in told
                if one.project == project
                for day in (one.scenario.begins, one.scenario.ends)
            }
            done = self._python(ROOT, _PLAY, str(self.bases(project)), project, *sorted(days))
            if done.returncode != 0:
                raise RuntimeError(done.stderr[-2000:])

    def hold(self, trial: Trial) -> subprocess.CompletedProcess[str]:
        """`caf scenario run NAME --json` of a copy with the edit, on days of the true code."""
        tree = self.folder / f"{trial.told.name}-{trial.by}".replace(" ", "-")
        for folder in (*PACKAGES, "examples"):
            unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
            shutil.copytree(ROOT / folder, tree / folder, ignore=unwanted)
        if trial.edit is not None:
            edited(tree / trial.edit.path, trial.edit)
        try:
            project = trial.told.project
            return self._python(tree, _HOLD, str(self.bases(project)), project, trial.told.name)
        finally:
            shutil.rmtree(tree)

    def _python(self, tree: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join(str(tree / folder) for folder in PACKAGES)
        home = self.folder / "home" if tree == ROOT else tree / "home"
        return subprocess.run(
            [sys.executable, "-P", "-c", program, *words],
            env=os.environ
            | {"PYTHONPATH": paths, "CAF_PROJECTS": str(tree / "examples"), "CAF_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )


def edited(path: Path, edit: Edit) -> None:
    """Put one line in the place of another. `LookupError` unless it stands there exactly once."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    at = [number for number, line in enumerate(lines) if line.strip() == edit.line]
    if len(at) != 1:
        raise LookupError(f"{path.name} holds {len(at)} lines '{edit.line}'")
    lines[at[0]] = lines[at[0]].replace(edit.line, edit.instead)
    path.write_text("".join(lines), "utf-8")


_PLAY: Final = """
import sys
from pathlib import Path
from caf_pipelines.scenarios.grounds import Grounds
from caf_platform.quiet import quiet
from caf_platform.settings import read_settings

quiet()
root, project, *days = sys.argv[1:]
for day in days:
    Grounds(Path(root), read_settings(), project).base(day)
"""

_HOLD: Final = """
import sys
from pathlib import Path
from caf_pipelines.cli import main
from caf_pipelines.scenarios.grounds import Grounds
from caf_platform.settings import read_settings

root, project, name = sys.argv[1:]
settings = read_settings()
ours = Grounds(settings.home / "scenarios" / project, settings, project)
ours.root.mkdir(parents=True)
for base in Path(root).glob("before-*"):
    day = base.name.removeprefix("before-").rpartition("-")[0]
    ours._before(day, ours._digest()).symlink_to(base)  # the fault is yet to come: true so far
(ours.root / "cache").symlink_to(Path(root) / "cache")
sys.argv[1:] = ["scenario", "run", name, "--project", project, "--json"]
sys.exit(main())
"""
