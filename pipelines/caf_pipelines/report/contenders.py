"""What would have been: each window scored as served, by the first champion, and by the newest.

*Frozen* is the first champion that is never replaced. *Newest* is the version trained last before
the window, whatever the gate said about it: a platform that always retrains and never asks.
All three are measured on the same rows, those that were served and have a label by now; the
served scores are the recorded ones, the others come from the verified loader.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.chapters import Chapter
from caf_pipelines.report.derived import Derived
from caf_pipelines.stages.monitor import answers
from caf_platform.decision import Frozen, Number
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.ledger import events as e
from caf_platform.measures.bootstrap import paired_interval
from caf_platform.measures.interval import Interval
from caf_platform.measures.metrics import performance, row_losses
from caf_platform.project.model import Task

METHOD: Final = 1
"""Raised when the same inputs would give other numbers, so that nothing old is read back."""

CHAMPION: Final = "champion"
Floats = NDArray[np.float64]


class Contender(Frozen):
    """One way to have served a window.

    `skill` is 1 minus the loss over that of the best constant on the same rows, which is held
    fixed in its interval; `excess` the loss minus the served one's, None for the served itself.
    """

    versions: tuple[str, ...]
    loss: Number
    bias: Number
    skill: Interval
    excess: Interval | None = None


class Comparison(Frozen):
    """The three ways on one window's labelled rows."""

    window: str
    rows: int
    served: Contender
    frozen: Contender
    newest: Contender


@dataclass(frozen=True)
class Served:
    """A window's scored batches in order, with what a comparison needs of each."""

    window: str
    batches: tuple[str, ...]
    frozen: str
    newest: str


def compare(play: Play, chapters: Sequence[Chapter]) -> tuple[Comparison, ...]:
    """Every window in which somebody served; kept as evidence and read back the next time."""
    windows = list(_served(play, chapters))
    if not windows:
        return ()
    session = play.session
    kept = Derived(session.platform.lake, session.project.name).get(
        "comparison",
        _inputs(play, windows),
        lambda: {"windows": [found.model_dump(mode="json") for found in _measured(play, windows)]},
    )
    return tuple(Comparison.model_validate(one) for one in kept["windows"])


def _served(play: Play, chapters: Sequence[Chapter]) -> Iterator[Served]:
    """What was served in each window, as chapters tell it; a batch keeps its first window."""
    state, seen = play.session.state, set[str]()
    frozen = next((move.version for move in state.moves), None)
    newest: str | None = None
    for chapter in chapters:
        arrived = [event.batch for event in chapter.of(e.BatchReceived) if event.batch not in seen]
        seen.update(arrived)
        scored = tuple(name for name in arrived if _by_champion(play, name))
        if chapter.name and scored and frozen and newest:
            yield Served(chapter.name, scored, frozen, newest)
        for trained in chapter.of(e.ModelTrained):
            newest = trained.manifest.version


def _by_champion(play: Play, name: str) -> bool:
    """Whether a champion answered for a batch: nobody did, or a fallback, is neither measured."""
    return any(by.role == CHAMPION for by in play.session.frames.scored(name))


def _inputs(play: Play, windows: Sequence[Served]) -> dict[str, Any]:
    """Everything that the numbers rest on, by digest."""
    session, state = play.session, play.session.state
    release, project = session.policy.release, session.declaration
    return {
        "method": METHOD,
        "windows": [
            [w.window, w.frozen, w.newest, [_files(play, name) for name in w.batches]]
            for w in windows
        ],
        "labels": [event.labels_digest for event in state.labels],
        "models": {
            version: model.manifest.digests["artifact"] for version, model in state.models.items()
        },
        "level": release.interval_level.value,
        "draws": release.bootstrap_draws.value,
        "seed": session.policy.training.seed.value,
        "cluster": project.cluster,
        "task": project.task.value,
    }


def _files(play: Play, name: str) -> list[Any]:
    batch = play.session.state.batches[name]
    rows = [[key, digest] for key, digest in batch.validated_keys]
    return [name, rows, [by.predictions_digest for by in play.session.frames.scored(name)]]


def _measured(play: Play, windows: Sequence[Served]) -> Iterator[Comparison]:
    for window in windows:
        rows = play.session.frames.labelled(window.batches)
        log = _served_scores(play, window.batches).reindex(rows[ROW_ID])
        served = log["version"].notna().to_numpy()
        if served.any():
            rows = rows[served].reset_index(drop=True)
            yield _Measure(play, rows, log[served]).comparison(window)


def _served_scores(play: Play, batches: Sequence[str]) -> pd.DataFrame:
    """What was answered to whom: the champion's prediction logs, by row."""
    frames = play.session.frames
    served = [
        frames.predictions([name], by.version)
        for name in batches
        for by in frames.scored(name)
        if by.role == CHAMPION
    ]
    return pd.concat(served, ignore_index=True).set_index(ROW_ID)


class _Measure:
    """Measures contenders on one window's rows."""

    def __init__(self, play: Play, rows: pd.DataFrame, log: pd.DataFrame) -> None:
        self._play, self._rows = play, rows
        self._task = play.session.declaration.task
        self._labels = rows[LABEL].to_numpy(dtype=np.float64)
        self._versions = tuple(dict.fromkeys(str(version) for version in log["version"]))
        self._given = answers(log)
        self._losses = self._lost(self._given)
        self._constant = self._lost(_constant(self._task, self._labels, self._given))

    def comparison(self, window: Served) -> Comparison:
        """The three ways side by side."""
        return Comparison(
            window=window.window,
            rows=len(self._rows),
            served=self._contender(self._versions, self._given, self._losses),
            frozen=self._instead(window.frozen),
            newest=self._instead(window.newest),
        )

    def _instead(self, version: str) -> Contender:
        """A version in place of what was served; the very same scores if it was it that served."""
        if self._versions == (version,):
            given, losses = self._given, self._losses
        else:
            given = self._play.models.scorer(version).score(self._rows)
            losses = self._lost(given)
        excess = self._interval(losses - self._losses)
        return self._contender((version,), given, losses, excess)

    def _contender(
        self,
        versions: tuple[str, ...],
        given: Floats,
        losses: Floats,
        excess: Interval | None = None,
    ) -> Contender:
        found = performance(self._task, self._labels, given)
        with np.errstate(all="ignore"):
            gained = (self._constant - losses) / self._constant.mean()
        return Contender(
            versions=versions,
            loss=found["loss"],
            bias=found["bias"],
            skill=self._interval(gained),
            excess=excess,
        )

    def _lost(self, given: Floats) -> Floats:
        return row_losses(self._task, self._labels, given)

    def _interval(self, values: Floats) -> Interval:
        policy = self._play.session.policy
        return paired_interval(
            values,
            self._rows[self._play.session.declaration.cluster].to_numpy(),
            level=policy.release.interval_level.value,
            draws=policy.release.bootstrap_draws.value,
            seed=policy.training.seed.value,
        )


def _constant(task: Task, labels: Floats, given: Floats) -> Floats:
    """The best single answer to all of the rows: their rate, their shares, or their median."""
    match task:
        case Task.BINARY:
            return np.full(len(labels), labels.mean())
        case Task.REGRESSION:
            return np.full(len(labels), np.median(labels))
        case Task.MULTICLASS:
            shares = np.bincount(labels.astype(int), minlength=given.shape[1]) / len(labels)
            return np.tile(shares, (len(labels), 1))
