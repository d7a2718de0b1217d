"""What had happened in a group of events up to a moment, answered for many moments at once.

Everything the flagship knows about operations passes through `total_until` or `latest_until`,
and neither can look past the moment it is asked about: that is where leakage is kept out.
Moments are whole minutes since 1970 (UTC); groups are codes from 0.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
NEVER: Final = np.iinfo(np.int64).max
"""The moment of an event that did not happen."""


@dataclass(frozen=True)
class Events:
    """Things that happened: to which group, when, and how much each counts."""

    group: Whole
    moment: Whole
    amount: Whole


@dataclass(frozen=True)
class Questions:
    """Asked of events: which group, up to and including which moment."""

    group: Whole
    moment: Whole


def total_until(events: Events, asked: Questions) -> Whole:
    """The sum of the amounts of the group's events up to the moment; 0 if there were none."""
    order, first, end = _spans(events, asked)
    running = np.concatenate([[0], np.cumsum(events.amount[order])])
    return running[end] - running[first]


def latest_until(events: Events, asked: Questions) -> Whole:
    """The moment of the group's newest event up to the moment; -1 if there was none."""
    order, first, end = _spans(events, asked)
    moments = np.concatenate([[-1], events.moment[order]])
    return np.where(end > first, moments[end], -1)


def _spans(events: Events, asked: Questions) -> tuple[Whole, Whole, Whole]:
    """The events that happened, by group and moment, and each question's half-open span there."""
    happened = np.flatnonzero(events.moment != NEVER)
    order = happened[np.lexsort((events.moment[happened], events.group[happened]))]
    width = 1 + max(events.moment[order].max(initial=0), asked.moment.max(initial=0))
    keys = events.group[order] * width + events.moment[order]
    first = np.searchsorted(keys, asked.group * width, side="left")
    end = np.searchsorted(keys, asked.group * width + asked.moment, side="right")
    return order, first, end
