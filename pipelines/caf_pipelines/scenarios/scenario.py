"""A scenario: its story for people, its fault as code, and what the platform must do about it."""

from collections.abc import Callable
from dataclasses import dataclass

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
    With `same_state` the play comes to the very same records as without the fault: its state hash.
    """

    by: str
    codes: frozenset[str]
    also: dict[str, str]
    silent: frozenset[str]
    action: str | None
    champion: str | None
    same_state: bool = False


def expect(
    by: str,
    *codes: str,
    also: dict[str, str] | None = None,
    silent: tuple[str, ...] = (),
    action: str | None = None,
    champion: str | None = None,
    same_state: bool = False,
) -> Expected:
    """`expect("calibrated", "bias", also={"value_holds": "a biased model costs money"})`.

    `expect(NOBODY, ...)` where nobody at all should object.
    """
    return Expected(
        by, frozenset(codes), also or {}, frozenset(silent), action, champion, same_state
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
