"""Flipped labels among a thousand, in a world that stands still: caught, and falsely alarmed.

The champion is evaluated on one year and watched in the two after it; each trial draws a thousand
rows of those. What `measures.disagreement` cannot see is reported beside what it must: flips in
a tenth of the rows in which the model was never sure.
"""

import numpy as np
import pytest
from census import census
from numpy.typing import NDArray
from tally import Size, Tally

from caf_platform.measures.disagreement import disagreement

pytestmark = [pytest.mark.harden, pytest.mark.timeout(3600)]
ROWS, FALSE_ALARMS, CAUGHT = 1000, 0.001, 0.95
RANDOM, SLICE = 30, 20
"""Flips among a thousand rows: anywhere, and all in one slice."""
SURE = 0.07
"""Deciles in which the evaluation contradicted the model in fewer rows: there it is sure."""

Rows = NDArray[np.int64]


class Attack:
    """Draws rows, turns some labels round, and asks whether that is seen."""

    def __init__(self, seed: int) -> None:
        self.random, self.data = np.random.default_rng(seed), census()
        edges = np.quantile(self.data.evaluated[0], np.arange(1, 10) / 10)
        self.decile = np.searchsorted(edges, self.data.later[0])
        place, label = np.searchsorted(edges, self.data.evaluated[0]), self.data.evaluated[1]
        rate = np.bincount(place, label) / np.bincount(place)
        self.errs = np.minimum(rate, 1 - rate)

    def drawn(self) -> Rows:
        """A thousand rows."""
        rows: Rows = self.random.choice(len(self.decile), ROWS, replace=False)
        return rows

    def p_value(self, rows: Rows, flipped: Rows) -> float:
        """How unlikely the labels are, with those at `flipped` places turned round."""
        score, label = self.data.later[0][rows], self.data.later[1][rows].copy()
        label[flipped] = 1 - label[flipped]
        found = disagreement(score, label, *self.data.evaluated)
        assert found is not None
        return float(found.p_value if found.p_value is not None else np.nan)

    def in_decile(self, decile: int) -> float:
        """Twenty flips among the rows of one decile."""
        rows = self.drawn()
        inside = np.flatnonzero(self.decile[rows] == decile)
        return self.p_value(rows, self.random.permutation(inside)[:SLICE])


def test_three_percent_of_labels_flipped_anywhere(tally: Tally, size: Size) -> None:
    """A failed trial is one that was not caught; the bar is 95 in 100 caught."""
    attack = Attack(1)
    for number in range(size(2000, 200)):
        found = attack.p_value(attack.drawn(), np.arange(RANDOM))  # rows come in random order
        tally.trial(f"{number}: p {found:.2g}", good=found < FALSE_ALARMS)

    tally.say(f"caught: {1 - len(tally.failed) / tally.trials:.1%} of {tally.trials:,}")
    assert len(tally.failed) <= (1 - CAUGHT) * tally.trials


def test_two_percent_of_labels_flipped_in_one_slice(tally: Tally, size: Size) -> None:
    """A slice is a tenth of the rows by score in which the model was sure; the others are told."""
    attack, each = Attack(2), size(500, 50)
    for decile, errs in enumerate(attack.errs):
        found = [attack.in_decile(decile) < FALSE_ALARMS for _ in range(each)]
        tally.say(f"decile {decile + 1}, wrong in {errs:.1%}: {np.mean(found):.1%} caught")
        if errs < SURE:
            for number, caught in enumerate(found):
                tally.trial(f"decile {decile + 1}, {number}", good=caught)

    assert tally.trials >= 2 * each
    assert len(tally.failed) <= (1 - CAUGHT) * tally.trials


def test_clean_labels_raise_no_alarm(tally: Tally, size: Size) -> None:
    """A failed trial is a false alarm; one in a thousand is the most."""
    attack = Attack(3)
    found = [attack.p_value(attack.drawn(), np.empty(0, int)) for _ in range(size(5000, 300))]
    for number, p_value in enumerate(found):
        tally.trial(f"{number}: p {p_value:.2g}", good=p_value >= FALSE_ALARMS)

    assert len(tally.failed) <= FALSE_ALARMS * tally.trials
    assert min(found) < 0.2, "not even the strangest of clean draws looks strange: is it asleep?"
