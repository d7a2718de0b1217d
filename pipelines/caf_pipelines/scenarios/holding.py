"""Holding a game day: on a copy of a home, beside the same days without the fault."""

from dataclasses import dataclass, replace
from pathlib import Path

from caf_pipelines.scenarios.finding import actions, findings
from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.grounds import Grounds
from caf_pipelines.scenarios.outcome import Ended, Outcome, broken_off, judge
from caf_pipelines.scenarios.scenario import Told
from caf_pipelines.timeline import Silent, Timeline
from caf_platform.capabilities import Capability
from caf_platform.ledger.fingerprint import fingerprint
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import read_state
from caf_platform.plugins import Kind, register


@dataclass(frozen=True)
class Held:
    """A game day that was held: its scenario, where to look at it, and what came of it."""

    told: Told
    home: Path
    outcome: Outcome


@register(
    Kind.CONTROL,
    "game days",
    Capability.VULNERABILITY_MANAGEMENT,
    Capability.AVAILABILITY_AND_CONTINUITY,
)
def hold(grounds: Grounds, told: Told, home: Path, timeline: Timeline | None = None) -> Held:
    """Play a scenario in a home of its own, and compare it to the same days without the fault.

    One that breaks off has gone wrong, whatever it met: that is told, and others go on.
    """
    scenario = told.scenario
    before = grounds.base(scenario.begins)
    after = grounds.base(scenario.ends)
    known = len(_records(grounds, before))
    day = GameDay(
        grounds=grounds,
        platform=grounds.platform(grounds.copy(before, home)),
        project=grounds.project(),
        ends=scenario.ends,
        timeline=timeline or Silent(),
    )
    try:
        scenario.act(day)
        control, found = (_ended(grounds, one, known) for one in (after, home))
    except Exception as error:  # noqa: BLE001 - a saboteur's or a mistake's, of any kind
        return Held(told=told, home=home, outcome=broken_off(error))
    found = replace(found, findings=[*found.findings, *day.heard])
    return Held(told=told, home=home, outcome=judge(scenario.expected, control, found))


def _records(grounds: Grounds, home: Path) -> list[Record]:
    return list(grounds.platform(home).ledger.read(prefix=f"{grounds.name}/"))


def _ended(grounds: Grounds, home: Path, known: int) -> Ended:
    """How the play in a home ended, beyond the records that were there before."""
    platform, records = grounds.platform(home), _records(grounds, home)
    news = records[known:]
    return Ended(
        findings=findings(news),
        actions={window: action.value for window, action in actions(news).items()},
        champion=read_state(platform.ledger, grounds.name, platform.signer).champion,
        state=fingerprint(grounds.name, records).digest,
    )
