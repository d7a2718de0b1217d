"""Who answers for a batch: the champion, the former one unseen, or the fallback alone."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.store import put
from caf_pipelines.stages.score import features_digests, score
from caf_platform.digest import digest
from caf_platform.errors import Refused, Tampered
from caf_platform.ledger.events import BatchScored
from caf_platform.ledger.streams import DATA
from caf_platform.ledger.values import ScoredBy
from caf_platform.ports.lake import Zone
from caf_platform.ports.scorer import Scorer
from caf_platform.project.classified import to_parquet

CHAMPION, SHADOW, FALLBACK = "champion", "shadow", "fallback"
"""The roles in which a batch is scored."""


@dataclass
class Scoring:
    """Serves batches of one play."""

    session: Session
    models: Models

    def score(self, name: str) -> None:
        """Serve a batch, once and in its own window: a revision teaches, and is not served.

        Its window is over once that was looked at: what is decided then is about later batches,
        also where another process has looked while this one was still taking the batch in. While
        scoring is stopped the champion is not even asked, and nobody scores unseen.
        """
        state = self.session.state
        batch = state.batches[name]
        over = len(state.windows) > batch.looked_before
        if batch.validated is None or batch.scored or over or state.champion is None:
            return
        with self.session.measuring("score") as measured:
            rows = self.session.frames.rows([name])
            if rows.empty:
                return
            features = features_digests(rows, self.session.declaration.features.all)
            scored = tuple(
                self._predicted(name, rows, features, role, scorer)
                for role, scorer in self._who(state.champion)
            )
        event = BatchScored(
            batch=name, revision=batch.validated.revision, by=scored, measured=measured
        )
        self.session.record("score", DATA, event, "score", name, batch.validated.revision)
        if state.stopped is not None:
            text = f"answered by {scored[0].version}, not {state.champion}: {state.stopped.reason}"
            self.session.tell(name, "score", FALLBACK, text)

    def _who(self, champion: str) -> list[tuple[str, Scorer]]:
        state = self.session.state
        if state.stopped is not None:
            return [(FALLBACK, self.models.fallback(champion))]
        versions = [(CHAMPION, self._opened(champion))]
        if state.former_champion is not None:
            with suppress(Tampered, Refused):  # its incident is told; the champion answers on
                versions.append((SHADOW, self._opened(state.former_champion)))
        return versions

    def _opened(self, version: str) -> Scorer:
        """A version's scorer; a model file that is refused opens an incident, and is not asked."""
        try:
            return self.models.scorer(version)
        except (Tampered, Refused) as error:
            self.session.open_incident(
                "score",
                f"model-refused-{version}",
                severity="high",
                title=f"the model file of {version} was refused",
                cause=str(error),
            )
            raise

    def _predicted(
        self, name: str, rows: pd.DataFrame, features: Sequence[str], role: str, scorer: Scorer
    ) -> ScoredBy:
        log = score(
            rows,
            scorer,
            project=self.session.project.name,
            features=features,
            at=self.session.clock.now(),
        )
        key, content = put(
            self.session.lake,
            Zone.PREDICTIONS,
            self.session.project.name,
            f"{name}/{scorer.version}",
            to_parquet(log, self.session.classes),
            "parquet",
        )
        self.session.frames.keep(key, content, log)
        return ScoredBy(
            role=role,
            version=scorer.version,
            artifact_digest=scorer.artifact_digest,
            rows=len(log),
            predictions_key=key,
            predictions_digest=content,
            features_digest=digest("".join(features).encode()),
        )
