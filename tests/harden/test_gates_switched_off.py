"""Whoever switches a gate off is found out: the game day that rests on it ends non-zero.

It is not enough that it ends so, which a copy that does not even start does too: it must have been
held, and name the part that was switched off. A copy in which nothing was edited must end well.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from switched_off import Answer, Workshop, missed, said, trials
from tally import Size, Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3_600)]

SHORT = ("leaky-feature", "overlap", "self-approval")
"""One of each kind that is over soon: a gate, a gate on two processes' data, a rule on people."""


def test_every_gate_switched_off_by_one_line(tally: Tally, size: Size, tmp_path: Path) -> None:
    """Edit one line of a copy so that one objector says yes, and hold its game day there."""
    tried = [one for one in trials() if size(1, int(one.told.name in SHORT))]
    workshop = Workshop(tmp_path)
    workshop.play([one.told for one in tried])

    untouched = said(workshop.hold(replace(tried[0], edit=None)))
    for one in tried:
        answer = said(workshop.hold(one))
        amiss = missed(one, answer)
        tally.trial(f"{one.told.name}, '{one.by}' off: {amiss}", good=not amiss)
        tally.say(f"{one.told.name}, '{one.by}' off: {answer.told}")

    tally.whole = not size(0, 1)
    assert untouched.right, f"a copy without any edit: {untouched}"
    tally.held(len(SHORT))


def test_a_copy_that_does_not_start_is_not_found_out() -> None:
    """Nor is one that ends well, or in which somebody else objected."""
    trial = next(trials())
    own = f"{trial.by} should object with x, and objected with nothing"

    found = [
        missed(trial, Answer(2, right=False, mistakes=(), trouble="ImportError")),
        missed(trial, Answer(0, right=True, mistakes=())),
        missed(trial, Answer(1, right=False, mistakes=("nobody objected too: y",))),
        missed(trial, Answer(1, right=False, mistakes=(own,))),
    ]

    assert [bool(one) for one in found] == [True, True, True, False]
