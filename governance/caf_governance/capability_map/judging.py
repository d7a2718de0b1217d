"""Judging claims: what was found, against what is claimed. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from caf_governance.capability_map.claims import Claim, Claims, Status
from caf_platform.capabilities import Capability

PASSED, FAILED, SKIPPED, NOT_RUN = "passed", "failed", "skipped", ""
_GATES = {"gate": "refuse", "monitor": "breach"}


@dataclass(frozen=True)
class Tag:
    """Something that is registered in the code for a capability: `gate fair`, and its file."""

    name: str
    file: str

    @property
    def refusal(self) -> str:
        """What it answers when it refuses, if it is a gate or a monitor: `fair refuse`."""
        kind, _, name = self.name.partition(" ")
        return f"{name} {_GATES[kind]}" if kind in _GATES else ""


@dataclass(frozen=True)
class Kept:
    """What ledger and lake hold of one type of event in the present plays of all projects.

    `objects` are as many bytes in the lake as the events name; `faults` name those that are
    missing or not what was recorded.
    """

    events: int
    objects: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Everything that claims are judged by.

    tags      what is registered, by capability
    tests     the tests that exist, by node id without parameters
    ended     how tests ended that ran over exactly this tree, by the same
    answered  what the platform answered in them: `fair refuse`, `Tampered`, a reason's code
    kept      by type of event; None when nothing was played in this home
    pages     documents and anchors that exist
    files     files that exist
    """

    tags: Mapping[Capability, Collection[Tag]]
    tests: Collection[str]
    ended: Mapping[str, str]
    answered: Collection[str]
    kept: Mapping[str, Kept] | None
    pages: Collection[str]
    files: Collection[str] = ()


@dataclass(frozen=True)
class Row:
    """One capability as it was found.

    `overclaims` contradict what is claimed, and fail a build; `unproved` is what was not run or
    played, and keeps the status down without contradicting it.
    """

    capability: Capability
    claim: Claim
    status: Status
    tags: tuple[Tag, ...]
    ended: Mapping[str, str]
    kept: Mapping[str, Kept]
    overclaims: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    refusals: tuple[str, ...] = field(default=())

    @property
    def reached(self) -> bool:
        """Whether the capability stands where it is meant to, with nothing missing."""
        order = list(Status)
        return not self.claim.missing and order.index(self.status) <= order.index(self.claim.reach)


def judge(claims: Claims, found: Found) -> tuple[Row, ...]:
    """Every capability's row, in the whitepaper's order."""
    return tuple(_row(capability, claims[capability], found) for capability in Capability)


def _row(capability: Capability, claim: Claim, found: Found) -> Row:
    tags = tuple(sorted(found.tags.get(capability, ()), key=lambda tag: tag.name))
    refusals = (*(tag.refusal for tag in tags if tag.refusal), *claim.red)
    wrong = {
        Status.ENFORCED: [*_wrong_parts(claim, tags, found), *_wrong_tests(claim, found)],
        Status.RECORDED: list(_wrong_records(claim, found)),
        Status.DOCUMENTED: [
            f"there is no {page}" for page in claim.pages if page not in found.pages
        ],
    }
    lacking = {
        Status.ENFORCED: list(_not_run(claim, refusals, found)),
        Status.RECORDED: list(_not_played(claim, found)),
        Status.DOCUMENTED: [],
    }
    claimed = {
        Status.ENFORCED: bool(claim.promises),
        Status.RECORDED: bool(claim.records),
        Status.DOCUMENTED: bool(claim.pages),
    }
    shown = [one for one in claimed if claimed[one] and not wrong[one] and not lacking[one]]
    fallen = Status.OUT_OF_SCOPE if claim.why else Status.EMPTY
    return Row(
        capability=capability,
        claim=claim,
        status=shown[0] if shown else fallen,
        tags=tags,
        ended={test: found.ended.get(test, NOT_RUN) for test in claim.tests},
        kept={name: (found.kept or {}).get(name, Kept(0)) for name in claim.records},
        overclaims=(*_too_little(claim), *(text for texts in wrong.values() for text in texts)),
        unproved=tuple(text for texts in lacking.values() for text in texts),
        refusals=tuple(dict.fromkeys(refusals)),
    )


def _too_little(claim: Claim) -> Iterator[str]:
    """A claim to a status with nothing that could ever show it, and nothing said to be missing."""
    could = {
        Status.ENFORCED: bool(claim.promises),
        Status.RECORDED: bool(claim.records),
        Status.DOCUMENTED: bool(claim.pages),
    }
    if not could.get(claim.reach, True) and not claim.missing:
        yield f"nothing could show that it is {claim.reach}, and nothing is said to be missing"


def _wrong_parts(claim: Claim, tags: Collection[Tag], found: Found) -> Iterator[str]:
    """Code that is claimed and not tagged, and tagged and not claimed."""
    tagged = {tag.name for tag in tags}
    parts = set(claim.parts)
    yield from (f"'{name}' is not tagged with it in the code" for name in sorted(parts - tagged))
    yield from (f"'{name}' is tagged with it and not claimed" for name in sorted(tagged - parts))
    yield from (f"there is no {name}" for name in claim.files if name not in found.files)


def _wrong_tests(claim: Claim, found: Found) -> Iterator[str]:
    for test in claim.tests:
        if test not in found.tests:
            yield f"there is no test {test}"
        elif (ended := found.ended.get(test, NOT_RUN)) not in (PASSED, NOT_RUN):
            yield f"{test} {ended}"


def _wrong_records(claim: Claim, found: Found) -> Iterator[str]:
    kept = found.kept or {}
    yield from (fault for name in claim.records if name in kept for fault in kept[name].faults)


def _not_run(claim: Claim, refusals: Collection[str], found: Found) -> Iterator[str]:
    if not claim.promises:
        return
    waiting = [test for test in claim.tests if found.ended.get(test, NOT_RUN) == NOT_RUN]
    if waiting:
        first = f"{waiting[0]} did not run over this tree"
        yield first if len(waiting) == 1 else f"{first}, nor did {len(waiting) - 1} more"
    answers = [one for one in refusals if "::" not in one]
    unseen = [one for one in answers if not _answered(one, found.answered)]
    if unseen:
        yield f"not seen over this tree: {', '.join(unseen)}"
    if not refusals:
        yield "nothing that acts for it was ever seen to refuse"


def _answered(answer: str, answers: Collection[str]) -> bool:
    """Whether something was answered, by whichever module."""
    return answer in answers or any(one.endswith(f" {answer}") for one in answers)


def _not_played(claim: Claim, found: Found) -> Iterator[str]:
    kept = found.kept
    if not claim.records:
        return
    if kept is None:
        yield "nothing was played in this home"
        return
    names = [name for name in claim.records if not kept.get(name, Kept(0)).events]
    if names:
        yield f"not in this home's ledger: {', '.join(names)}"
