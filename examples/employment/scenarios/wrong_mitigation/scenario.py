"""A person declares another mitigation than the one that was judged."""

from dataclasses import replace

from caf_pipelines.scenarios.game_day import GameDay
from caf_pipelines.scenarios.scenario import NOBODY, Scenario, expect
from caf_platform.project.model import Reweighing


def act(day: GameDay) -> None:
    """The first model is looked for under the new declaration."""
    first, last = day.project.declaration.alternatives
    day.declare(alternatives=(first, replace(last, mitigation=Reweighing(column="SEX"))))
    day.play()


scenario = Scenario(
    begins="2017-09-14",
    ends="2017-10-16",
    act=act,
    expected=expect("fair", "tpr_difference_broken", "selection_ratio_broken", champion=NOBODY),
)
