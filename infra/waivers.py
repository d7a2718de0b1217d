"""Findings of the audit, and the waivers that let some of them pass: in writing, and for a time."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SHORTEST_REASON = 20
"""Characters: fewer say nothing."""


class NoVerdict(Exception):
    """Nothing can be said: why, and what to do."""


@dataclass(frozen=True)
class Finding:
    """A published vulnerability of a pinned version."""

    package: str
    version: str
    ids: tuple[str, ...]
    """Its own id, then the others it is known by."""
    summary: str

    def __str__(self) -> str:
        """What a person needs to look it up."""
        return f"{self.package} {self.version}: {', '.join(self.ids)}: {self.summary}"


@dataclass(frozen=True)
class Waiver:
    """Why a finding does not stop anybody, and until when."""

    id: str
    package: str
    reason: str
    until: date

    def __post_init__(self) -> None:
        """Refuse what is no reason and no day."""
        if len(self.reason.strip()) < SHORTEST_REASON or type(self.until) is not date:
            raise NoVerdict(
                f"The waiver of {self.id} needs a reason in words and a day: until = 2027-01-31"
            )

    def covers(self, finding: Finding, today: date) -> bool:
        """The same package, any of its ids, and not expired."""
        return self.package == finding.package and self.id in finding.ids and today <= self.until


def waivers(path: Path) -> list[Waiver]:
    """Those that are written; `NoVerdict` if one lacks something."""
    try:
        return [Waiver(**entry) for entry in tomllib.loads(path.read_text("utf-8"))["waiver"]]
    except (AttributeError, KeyError, OSError, TypeError, tomllib.TOMLDecodeError) as error:
        raise NoVerdict(
            f"{path} is no list of waivers (id, package, reason, until): {error}"
        ) from error


def unwaived(found: Sequence[Finding], written: Sequence[Waiver], today: date) -> list[Finding]:
    """The findings that no waiver of today covers."""
    return [one for one in found if not any(waiver.covers(one, today) for waiver in written)]
