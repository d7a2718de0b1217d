"""Sequences of what people, forgers, crashes and clocks do at one door; ten thousand of them."""

from typing import Any

import pytest
from door_machine import DoorMachine
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tally import Size, Tally

pytestmark = [pytest.mark.harden, pytest.mark.timeout(4 * 3600)]

SEQUENCES, SHORT, STEPS = 10_000, 2_200, 12
STEPS_IN_CI = 20_000


def test_action_sequences_on_approvals(tally: Tally, size: Size) -> None:
    """Nobody reaches production but by a lawful move, and whoever may move does.

    The first sequence that fails ends the attack: Hypothesis shrinks and prints it.
    """
    moves, steps, sequences = 0, 0, size(SEQUENCES, SHORT)

    class Counted(DoorMachine):
        looks = 0

        def check_invariants(self, *more: Any, **named: Any) -> None:
            self.looks += 1
            super().check_invariants(*more, **named)

        def teardown(self) -> None:
            nonlocal moves, steps
            super().teardown()
            steps += max(self.looks - 1, 0)  # the first look comes before any step
            moves += len(self.door.moves) if hasattr(self, "door") else 0
            if not tally.failed:
                tally.trial("", good=True)

    unhurried = settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(Counted, settings=unhurried)
    except AssertionError as error:
        tally.trial(str(error), good=False)
        raise
    finally:
        tally.say(f"{steps:,} steps, {moves:,} lawful moves in {tally.trials:,} sequences")
    assert tally.trials >= sequences
    assert steps >= size(4, 1) * STEPS_IN_CI
