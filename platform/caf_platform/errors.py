"""Every exception the platform raises, in one tree.

    CafError                 caught by the CLI; its text says what, why and what next
    ├── BadInput             wrong usage or unusable input: exit code 2
    │   └── Mistakes         several at once, each with file, key, found, expected
    ├── Refused              the verb that was asked for was refused by a rule: exit code 1
    │   └── Conflict         somebody else wrote first; read again and retry
    ├── Tampered             stored bytes or records are not what was signed or recorded
    ├── Unavailable          a store or service did not answer; nothing was changed
    └── Fault                the platform itself is wrong: exit code 70

No foreign exception crosses a port: each adapter turns its library's errors into these.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class CafError(Exception):
    """The root of the tree. `next_step` is a command or an action, never a wish."""

    exit_code = 2

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        self.what, self.why, self.next_step = what, why, next_step
        super().__init__(" ".join(part for part in (what, why, next_step) if part))


class BadInput(CafError):
    """Wrong usage or input that cannot be used; nothing was changed."""


class Refused(CafError):
    """A rule said no. The refusal is recorded where the rule lives."""

    exit_code = 1


class Conflict(Refused):
    """The stream moved on since it was read; `expected` and `found` are its versions."""

    def __init__(self, stream: str, expected: int, found: int) -> None:
        self.stream, self.expected, self.found = stream, expected, found
        super().__init__(
            "Somebody else acted first.",
            why=f"Stream '{stream}' is at version {found}, not {expected}.",
            next_step="Look at what was done (caf champion, caf history) and decide anew.",
        )


class Tampered(CafError):
    """Stored bytes or records differ from what was recorded or signed."""

    exit_code = 1


class Unavailable(CafError):
    """A store or service did not answer, or answered wrongly; nothing was changed."""


class Fault(CafError):
    """Something that the platform did not foresee, which is its own fault and nobody else's."""

    exit_code = 70


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a file that a person wrote."""

    file: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: found {self.found}, expected {self.expected}"


class Mistakes(BadInput):
    """All mistakes of a declaration at once, so that they are mended in one go."""

    def __init__(self, subject: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        lines = "\n".join(f"  - {mistake}" for mistake in self.mistakes)
        count = f"{len(self.mistakes)} mistake{'s' if len(self.mistakes) != 1 else ''}"
        step = "Mend them and run the same command again; nothing was changed."
        super().__init__(f"{subject} has {count}:\n{lines}", next_step=step)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint for a mistyped name; empty when nothing known is near."""
    near = get_close_matches(word, list(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else ""
