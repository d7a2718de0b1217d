"""What is looked at when a window ends: served rows, what came true, sources and skew."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from caf_monitoring.measure import REPEATS, feed_digest, held_values
from caf_monitoring.monitors.reading import NOT_ASKED
from caf_pipelines.lifecycle.calendar import Window
from caf_pipelines.lifecycle.estimating import Estimating
from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put_json
from caf_pipelines.stages.monitor import Served, Watched, monitor
from caf_platform.decision import Decision, Verdict
from caf_platform.lake_columns import LABEL, ROW_ID, SCORE
from caf_platform.ledger.events import WindowMonitored
from caf_platform.ledger.streams import DECISIONS
from caf_platform.project.source import DeliveryKind


@dataclass
class Watching:
    """Looks at windows of one play."""

    session: Session
    models: Models
    estimating: Estimating = field(init=False)
    _still: dict[Any, dict[str, str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.estimating = Estimating(self.session, self.models, self._scored)

    def look(self, window: Window) -> dict[str, Decision]:
        """The readings of every monitor for a window, recorded once."""
        found = self.session.found("monitor", window.name)
        if found is not None:
            return {
                name: Decision.model_validate(r) for name, r in found.payload["readings"].items()
            }
        self.session.timeline.progress(f"monitoring {window.name}")
        with self.session.measuring("monitor") as measured:
            watched = self._watched(window)
            evidence, readings = monitor(
                watched,
                project=self.session.declaration,
                policy=self.session.policy,
                meter=self.session.platform.drift,
            )
            value = {
                "evidence": evidence.model_dump(mode="json"),
                "readings": {name: r.model_dump(mode="json") for name, r in readings.items()},
            }
            key, _ = put_json(
                self.session.lake,
                self.session.project.name,
                f"windows/{window.name}",
                value,
            )
            estimation = self.estimating.of(watched, evidence.estimate)
        event = WindowMonitored(
            window=window.name,
            champion=self.session.state.champion,
            readings=readings,
            evidence_key=key,
            estimation=estimation,
            measured=measured,
        )
        self.session.record("monitor", DECISIONS, event, "monitor", window.name)
        self._tell(window.name, readings)
        return readings

    def _watched(self, window: Window) -> Watched:
        names = self.batches(window)
        state, frames = self.session.state, self.session.frames
        recent = [*self._before(names), *names]
        sources: dict[str, Any] = {
            "arrivals": [
                (b.first.arrived_at, b.first.feeds) for b in map(state.batches.get, names) if b
            ],
            "feed_digests": [self._feed_digests(name) for name in recent],
        }
        champion = state.champion
        scored = [n for n in names if any(by.version == champion for by in frames.scored(n))]
        if champion is None or not scored:
            return Watched(window=window.name, **sources)
        served = self._scored(scored, champion)
        since = self._since_promotion()
        return Watched(
            window=window.name,
            served=Served(champion, served, tuple(scored)),
            reference=self._reference(champion),
            gate=self.estimating.gate(champion),
            champion_since=self._scored(since, champion) if since else None,
            former_since=self._scored(since, state.former_champion)
            if since and state.former_champion
            else None,
            former=state.former_champion if since else None,
            recomputed=self._recomputed(served),
            held=[self._held(name) for name in recent],
            held_in_training=[
                self._held(name) for name in self.models.state(champion).trained.batches
            ],
            **sources,
        )

    def compared(self, window: Window, version: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What a version scored in a window, and what it was trained on."""
        frames = self.session.frames
        names = [
            n for n in self.batches(window) if version in {b.version for b in frames.scored(n)}
        ]
        return self._scored(names, version), self._reference(version)

    def batches(self, window: Window) -> list[str]:
        """The window's validated batches, in order of arrival; a revision belongs to the first."""
        known = self.session.state.batches
        came = {(d.name, d.arrives_at) for d in window.deliveries if d.kind is DeliveryKind.BATCH}
        names = self.session.frames.usable()
        return [name for name in names if (name, known[name].first.arrived_at) in came]

    def _before(self, names: list[str]) -> list[str]:
        """The batches just before a window's: a feed may have stood still since then."""
        usable = self.session.frames.usable()
        first = usable.index(names[0]) if names else 0
        return usable[max(0, first - (REPEATS - 1)) : first]

    def _scored(self, batches: list[str], version: str) -> pd.DataFrame:
        """Rows that a version scored, with its scores and the labels known by now, in row order.

        They are the rows that were served: neither those of a later revision, nor those that came
        back from quarantine after their batch was scored.
        """
        rows = self.session.frames.served(batches)
        log = self.session.frames.predictions(batches, version).set_index(ROW_ID)
        scores = [name for name in log if name == SCORE or str(name).startswith(f"{SCORE}_")]
        rows = rows.join(log[scores], on=ROW_ID, how="inner").reset_index(drop=True)
        rows[LABEL] = self.session.frames.labels_of(rows[ROW_ID])
        return rows

    def _reference(self, version: str) -> pd.DataFrame:
        """A version's training rows with its own scores on them.

        They are the rows of its batches as they are now, revised and newly labelled ones among
        them; what it was trained on to the row is named by its manifest's `rows`.
        """
        return self.models.labelled(self.models.state(version).trained.batches, version)

    def _since_promotion(self) -> list[str]:
        """Batches that champion and former champion both scored since the last promotion."""
        state, frames = self.session.state, self.session.frames
        move, former = state.last_promotion, state.former_champion
        if move is None or former is None:
            return []
        first = frames.local_day(move.when)
        return [
            name
            for name in frames.usable(first=first)
            if {state.champion, former} <= {by.version for by in frames.scored(name)}
        ]

    def _recomputed(self, served: pd.DataFrame) -> pd.DataFrame:
        """A sample of served rows built afresh from the origin."""
        sample = served.sample(
            min(len(served), self.session.policy.monitoring.skew_sample_rows.value),
            random_state=self.session.policy.training.seed.value,
        )
        key = self.session.declaration.contract.key
        return self.session.source.recompute(list(sample[key]))

    def _feed_digests(self, batch: str) -> dict[str, str]:
        rows = self.session.frames.rows([batch])
        feeds: dict[str, list[str]] = {}
        for column in self.session.declaration.contract:
            feeds.setdefault(column.feed, []).append(column.name)
        return {feed: feed_digest(rows, columns) for feed, columns in feeds.items()}

    def _held(self, batch: str) -> dict[str, str]:
        """Which features stood still in a batch; looked at once while its rows are the same."""
        keys = self.session.state.batches[batch].validated_keys
        if (batch, keys) not in self._still:
            features = self.session.declaration.features.all
            self._still[batch, keys] = held_values(self.session.frames.rows([batch]), features)
        return self._still[batch, keys]

    def _tell(self, window: str, readings: dict[str, Decision]) -> None:
        for name, reading in readings.items():
            if reading.verdict is Verdict.BREACH:
                self.session.tell(window, "monitor", "breach", f"{name}: {reading.summary}")
        asked = [
            reading.verdict
            for reading in readings.values()
            if not any(reason.code == NOT_ASKED for reason in reading.reasons)
        ]
        if self.session.state.champion is None:
            self.session.tell(window, "monitor", "cannot_judge", "no model serves yet")
        elif set(asked) == {Verdict.OK}:
            text = f"all {len(asked)} monitors that had anything to judge are ok"
            self.session.tell(window, "monitor", "ok", text)
