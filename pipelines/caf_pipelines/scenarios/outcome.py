"""Whether the platform did the right thing on a game day: exactly that, and nothing else."""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from caf_pipelines.scenarios.finding import INCIDENT, Finding
from caf_pipelines.scenarios.scenario import NOBODY, Expected


@dataclass(frozen=True)
class Ended:
    """How a play ended: what was said, what each window ended in, who serves, its state hash."""

    findings: Sequence[Finding]
    actions: dict[str, str]
    champion: str | None
    state: str = ""

    @property
    def action(self) -> str | None:
        """What the last window ended in; None when none did."""
        return next(reversed(self.actions.values()), None)


@dataclass(frozen=True)
class Outcome:
    """What the fault changed, and every way in which that is not what was expected."""

    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    action: str | None
    champion: str | None
    mistakes: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether exactly the right part objected, for the right reason, and nothing else did."""
        return not self.mistakes

    @property
    def objectors(self) -> tuple[str, ...]:
        """Who objected that would not have without the fault, in order of speaking."""
        return tuple(dict.fromkeys(found.by for found in self.new if found.by != INCIDENT))


def judge(expected: Expected, control: Ended, found: Ended) -> Outcome:
    """Compare a play with a fault to the same play without it."""
    new = _beyond(found.findings, control.findings)
    expected = expected.among({finding.by for finding in new})
    gone = _beyond(control.findings, found.findings)
    return Outcome(
        new=new,
        gone=gone,
        action=found.action,
        champion=found.champion,
        mistakes=(
            *_objections(expected, new),
            *_silences(expected, gone),
            *_incidents(expected, new, gone),
            *_windows(expected, control, found),
            *_endings(expected, control, found),
        ),
    )


def broken_off(error: Exception) -> Outcome:
    """A play that an error ended: nothing else can be said of it than which error, and where."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    text = f"it broke off with {type(error).__name__} in {where}: {error}"
    return Outcome(new=(), gone=(), action=None, champion=None, mistakes=(text,))


def _beyond(these: Sequence[Finding], those: Sequence[Finding]) -> tuple[Finding, ...]:
    known = {finding.same for finding in those}
    return tuple(finding for finding in these if finding.same not in known)


def _objections(expected: Expected, new: Sequence[Finding]) -> Iterator[str]:
    codes = {finding.code for finding in new if finding.by == expected.by}
    if codes != expected.codes:
        wanted, said = _listed(expected.codes), _listed(codes)
        yield f"{expected.by} should object with {wanted}, and objected with {said}"
    allowed = {expected.by, INCIDENT, *expected.also}
    for finding in new:
        if finding.by not in allowed:
            yield f"{finding.by} objected too: {finding.code} ({finding.about}): {finding.text}"
    for by in sorted(set(expected.also) - {finding.by for finding in new}):
        yield f"{by} should have objected too, because {expected.also[by]}"


def _silences(expected: Expected, gone: Sequence[Finding]) -> Iterator[str]:
    spoken = {expected.by, INCIDENT, *expected.also, *expected.silent}
    for finding in gone:
        if finding.by not in spoken:
            yield f"{finding.by} fell silent: {finding.code} ({finding.about})"


def _incidents(
    expected: Expected, new: Sequence[Finding], gone: Sequence[Finding]
) -> Iterator[str]:
    """An incident is what an objection leads to: which ones is expected as exactly as that."""
    for verb, wanted, findings in (
        ("opened", expected.opens, new),
        ("spared", expected.spares, gone),
    ):
        said = {finding.code for finding in findings if finding.by == INCIDENT}
        if said != wanted:
            yield f"incidents {verb} should be {_listed(wanted)}, and are {_listed(said)}"


def _windows(expected: Expected, control: Ended, found: Ended) -> Iterator[str]:
    """What each window ended in, as without the fault where nothing else is said of it."""
    wanted: dict[str, str | None] = {**control.actions, **expected.windows}
    if expected.action and (last := next(reversed(control.actions), None)):
        wanted.setdefault(last, None)
        wanted[last] = expected.windows.get(last, expected.action)
    for window in dict.fromkeys([*wanted, *found.actions]):
        action, now = wanted.get(window), found.actions.get(window)
        if now != action:
            yield f"window {window} should end in {action}, and ended in {now}"


def _endings(expected: Expected, control: Ended, found: Ended) -> Iterator[str]:
    champion = expected.champion or control.champion or NOBODY
    now = found.champion or NOBODY
    if now != champion:
        yield f"the champion should be {champion}, and is {now}"
    if expected.same_state and found.state != control.state:
        yield "it should have come to the same state as without the fault, and came to another"


def _listed(codes: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(codes)) or "nothing"
