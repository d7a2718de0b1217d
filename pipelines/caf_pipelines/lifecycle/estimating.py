"""Performance while labels are late: what a look records of it, and what came true since.

An estimate and the comparisons with what came true are part of the look at a window, so they are
recorded with it or not at all, and a process that takes up a killed one records the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.stages.came_true import came_true
from caf_pipelines.stages.monitor import Served, Watched, estimated
from caf_platform.lake_columns import ROW_ID
from caf_platform.measures.estimate import Compared, Estimate, Estimation, newest

OPEN = "open"
"""What the window is called that is not over."""


@dataclass(frozen=True)
class Expected:
    """A window's estimate, and the newest comparison with what came true; None without a label."""

    window: str
    estimate: Estimate
    compared: Compared | None


@dataclass
class Estimating:
    """Estimates of one play. `scored` gives the rows that a version scored in some batches."""

    session: Session
    models: Models
    scored: Callable[[list[str], str], pd.DataFrame]

    def gate(self, version: str) -> pd.DataFrame | None:
        """Labelled rows of the days that a version's gate judged it on, with its scores on them.

        They are the rows as they are now; None where there are none, or no gate judged it.
        """
        frames, gate = self.session.frames, self.models.state(version).gate
        if gate is None or gate.judged_from is None or gate.judged_to is None:
            return None
        days = (date.fromisoformat(gate.judged_from), date.fromisoformat(gate.judged_to))
        rows = self.models.labelled(frames.usable(*days), version)
        return None if rows.empty else rows

    def of(self, watched: Watched, estimate: Estimate | None) -> Estimation | None:
        """What a look records: this window's estimate, and what came true of all by now.

        None while no model has ever been estimated.
        """
        compared = self.since()
        served = watched.served
        if served is None or estimate is None:
            batches: tuple[str, ...] = ()
        else:
            batches = served.batches
            now = self._compared(watched.window, estimate, served)
            compared = (*compared, now) if now.labelled_rows else compared
        if estimate is None and not self._estimated:
            return None
        return Estimation(
            estimate=estimate,
            batches=batches,
            compared=compared,
            label_files=len(self.session.state.labels),
        )

    def recorded(self, *since: Compared) -> tuple[Expected, ...]:
        """Every estimate in order with its newest comparison, on record or in `since`."""
        looks = self._estimated
        compared = newest([*(one for past in looks.values() for one in past.compared), *since])
        return tuple(
            Expected(window, past.estimate, compared.get(window))
            for window, past in looks.items()
            if past.estimate
        )

    def windows(self) -> tuple[Expected, ...]:
        """Every estimate in order with what has come true by now; last the window not over."""
        found, so_far = self.recorded(*self.since()), self.so_far()
        return (*found, so_far) if so_far else found

    def since(self) -> tuple[Compared, ...]:
        """Each estimated window that got labels since the last look, as it has come true by now."""
        touched = self._touched() if self._estimated else set()
        return tuple(
            self._compared(
                window,
                past.estimate,
                Served(
                    past.estimate.champion,
                    self.scored(list(past.batches), past.estimate.champion),
                    past.batches,
                ),
            )
            for window, past in self._estimated.items()
            if past.estimate and touched.intersection(past.batches)
        )

    def so_far(self) -> Expected | None:
        """The window that is not over: what is expected of all that the champion has served in it.

        None while it has served nothing.
        """
        state, frames = self.session.state, self.session.frames
        over = {name for past in self._estimated.values() for name in past.batches}
        batches = tuple(
            name
            for name in frames.usable()
            if state.batches[name].looked_before >= len(state.windows)
            and name not in over
            and any(by.version == state.champion for by in frames.scored(name))
        )
        if state.champion is None or not batches:
            return None
        served = Served(state.champion, self.scored(list(batches), state.champion), batches)
        found = estimated(
            served, self.gate(state.champion), self.session.declaration, self.session.policy
        )
        compared = self._compared(OPEN, found, served)
        return Expected(OPEN, found, compared if compared.labelled_rows else None)

    @property
    def _estimated(self) -> dict[str, Estimation]:
        """What was estimated at each look so far, in their order."""
        windows = self.session.state.windows
        return {seen.window: seen.estimation for seen in windows if seen.estimation is not None}

    def _touched(self) -> set[str]:
        """The batches that got labels since the last look."""
        frames = self.session.frames
        looks, owners = list(self._estimated.values()), frames.owners()
        new = self.session.state.labels[looks[-1].label_files :]
        rows = (frames.kept(one.labels_key, one.labels_digest)[ROW_ID] for one in new)
        return {owners[row] for ids in rows for row in ids if row in owners}

    def _compared(self, window: str, estimate: Estimate, served: Served) -> Compared:
        return came_true(
            window,
            estimate,
            served,
            project=self.session.declaration,
            policy=self.session.policy,
        )
