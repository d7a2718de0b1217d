"""A scenario: its story for people, its fault as code, and what the platform must do about it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Self

from caf_pipelines.scenarios.game_day import GameDay

NOBODY = "nobody"
"""Who serves when there is no champion, and who objects when all is well."""

STORY, MODULE = "STORY.md", "scenario"


@dataclass(frozen=True)
class Expected:
    """What must happen, and nothing else: everything beside it must be as without the fault.

    `by` must object with exactly `codes`. `also` names those who must object too, each with the
    reason why: a fault that spoils the data is rightly seen by more than one monitor. `silent`
    are those who speak without the fault and may fall silent with it. `action` is what the
    last window ends in, and `champion` who serves then (or NOBODY); None: as without the fault.
    `windows` says what other windows end in where that is not as without the fault, and `opens`
    which incidents are opened that would not be, `spares` which are not that would.
    `or_else` is who may object in the place of `by`, where the machine decides who meets the fault.
    With `same_state` the play comes to the very same records as without the fault: its state hash.
    """

    by: str
    codes: frozenset[str]
    also: dict[str, str]
    silent: frozenset[str]
    action: str | None
    champion: str | None
    same_state: bool = False
    windows: dict[str, str | None] = field(default_factory=dict)
    opens: frozenset[str] = frozenset()
    spares: frozenset[str] = frozenset()
    or_else: str = ""

    def among(self, objectors: Collection[str]) -> Self:
        """The same, with the one of `by` and `or_else` who did object as the one who must."""
        return replace(self, by=self.or_else) if self.or_else in objectors else self


def expect(
    by: str,
    *codes: str,
    also: dict[str, str] | None = None,
    silent: tuple[str, ...] = (),
    action: str | None = None,
    champion: str | None = None,
    same_state: bool = False,
    windows: dict[str, str | None] | None = None,
    opens: tuple[str, ...] = (),
    spares: tuple[str, ...] = (),
    or_else: str = "",
) -> Expected:
    """`expect("calibrated", "bias", also={"value_holds": "a biased model costs money"})`.

    `expect(NOBODY, ...)` where nobody at all should object.
    """
    return Expected(
        by=by,
        codes=frozenset(codes),
        also=also or {},
        silent=frozenset(silent),
        action=action,
        champion=champion,
        same_state=same_state,
        windows=windows or {},
        opens=frozenset(opens),
        spares=frozenset(spares),
        or_else=or_else,
    )


@dataclass(frozen=True)
class Scenario:
    """What `scenario.py` declares: the day before the fault, the fault, and the expectation.

    `begins` and `ends` are days of the project's calendar, the moment before which deliveries
    count: what happens without the fault up to `begins` is played once for all scenarios.
    """

    begins: str
    ends: str
    act: Callable[[GameDay], None]
    expected: Expected


@dataclass(frozen=True)
class Told:
    """A scenario with its name and its story: title, what happens, and what a person learns."""

    project: str
    name: str
    title: str
    story: str
    lesson: str
    scenario: Scenario
