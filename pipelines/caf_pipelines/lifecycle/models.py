"""Models by version: loaded once through the verified loader, and asked before they serve."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from caf_pipelines.lifecycle.session import Session
from caf_pipelines.stages.evaluate import TrainedOn
from caf_pipelines.stages.score import score_columns
from caf_platform.decision import Decision
from caf_platform.door.door import Door
from caf_platform.errors import BadInput, CafError, Tampered, Unavailable, did_you_mean
from caf_platform.lake_columns import ROW_ID
from caf_platform.ledger.events import MirrorReconciled, ModelTrained
from caf_platform.ledger.state import ModelState
from caf_platform.ledger.streams import MODELS, stream
from caf_platform.ledger.values import Manifest, StoredModel
from caf_platform.model.golden import check_golden
from caf_platform.model.scorer import VerifiedScorer, load_scorer
from caf_platform.ports.scorer import Scorer

ALIAS = "champion"
DUMMY, FALLBACK = "dummy", "fallback"
"""The yardstick that stands in for a version, and what its manifest calls it."""

KEPT_ANSWERS = 8
"""Of so many pairs of version and batches the answers stay in memory: 8 bytes a row."""


@dataclass
class Models:
    """The versions of one play, and the door that moves them."""

    session: Session
    _loaded: dict[str, Scorer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._answers = lru_cache(maxsize=KEPT_ANSWERS)(self._asked)

    def state(self, version: str) -> ModelState:
        """What the ledger says of a version, or `BadInput` with the nearest name."""
        known = self.session.state.models
        if version not in known:
            raise BadInput(
                f"No version '{version}' of {self.session.project.name}.",
                why=did_you_mean(version, known),
                next_step=f"Known: {', '.join(known) or 'none'}.",
            )
        return known[version]

    def scorer(self, version: str) -> Scorer:
        """The verified scorer of a version; loaded once, for its bytes never change.

        `Tampered`, with an incident, for other bytes than those that were recorded.
        """
        if version not in self._loaded:
            try:
                self._loaded[version] = self.load(self.state(version).manifest)
            except Tampered as error:
                self._tell_tampered(version, error)
                raise
        return self._loaded[version]

    def labelled(self, batches: Iterable[str], version: str) -> pd.DataFrame:
        """`Frames.labelled` of some batches, with what a version answers on each row.

        It is asked about every accepted row, once while these stay the same: labels come later.
        """
        frames, names = self.session.frames, tuple(batches)
        keys = tuple(self.session.state.batches[name].validated_keys for name in names)
        return frames.labelled(names, **self._answers(version, names, keys))

    def _asked(self, version: str, batches: tuple[str, ...], _: object) -> dict[str, np.ndarray]:
        rows = self.session.frames.rows(batches)
        return {} if rows.empty else score_columns(self.scorer(version).score(rows))

    def _tell_tampered(self, version: str, error: Tampered) -> None:
        self.session.open_incident(
            "score",
            f"tampered-{version}-{self.session.clock.now():%Y-%m-%d}",
            severity="high",
            title=f"the file of {version} is not the one that was recorded",
            cause=f"{error} Nothing is scored until the right file is back.",
        )

    def load(self, manifest: Manifest) -> VerifiedScorer:
        """Read, verify and open a version's artifact anew."""
        return self._opened(manifest, manifest.keys["artifact"])

    def yardstick(self, version: str, name: str, stored: StoredModel) -> Scorer:
        """The dummy or the baseline that was trained beside a version."""
        manifest = Manifest(
            project=self.session.project.name,
            version=f"{version}/{name}",
            family=stored.family,
            run_id="",
            digests={"artifact": stored.digest},
        )
        return self._opened(manifest, stored.key)

    def fallback(self, version: str) -> Scorer:
        """What answers in a version's place while scoring is stopped: the dummy beside it.

        It is called `v1/dummy`, and is the file that the version's signed manifest names.
        `Unavailable` for a version whose manifest is older than that; nobody answers then.
        """
        name, manifest = f"{version}/{DUMMY}", self.state(version).manifest
        if name not in self._loaded:
            stored = self.state(version).trained.baselines.get(DUMMY)
            if stored is None or FALLBACK not in manifest.digests:
                raise Unavailable(
                    f"{version} has no fallback: its manifest was signed before there were any.",
                    why="While scoring is stopped nobody else answers.",
                    next_step="Promote a newer version, or let it score again: caf resume",
                )
            named = {"key": manifest.keys[FALLBACK], "digest": manifest.digests[FALLBACK]}
            signed = stored.model_copy(update=named)
            self._loaded[name] = self.yardstick(version, DUMMY, signed)
        return self._loaded[name]

    def _opened(self, manifest: Manifest, key: str) -> VerifiedScorer:
        project = self.session.declaration
        return load_scorer(
            self.session.lake,
            manifest,
            key,
            task=project.task,
            features=project.features,
        )

    def trained_on(self, version: str) -> TrainedOn:
        """The rows that a version was trained on, as they were kept then: revisions change none."""
        trained = self.state(version).trained
        key, content = trained.manifest.keys["rows"], trained.manifest.digests["rows"]
        rows = self.session.frames.kept(key, content)
        return TrainedOn(
            rows[ROW_ID], pd.Timestamp(trained.last_event) if trained.last_event else None
        )

    def taught(self, version: str, at_least: int) -> pd.DataFrame:
        """Rows of the newest batches that a version learnt from, with the label they had then.

        As many batches as hold `at_least` so many rows, or all of them. A row that a revision has
        left out since is not among them.
        """
        trained, frames = self.state(version).trained, self.session.frames
        newest: list[str] = []
        held = 0
        for batch in reversed(trained.batches):
            newest.insert(0, batch)
            held += len(frames.rows([batch]))
            if held >= at_least:
                break
        kept = frames.kept(trained.manifest.keys["rows"], trained.manifest.digests["rows"])
        return frames.rows(newest).merge(kept, on=ROW_ID)

    def smoke(self, manifest: Manifest) -> Decision:
        """Load a version afresh and ask it the golden rows."""
        golden = self.session.lake.read(
            manifest.keys["golden"], expected=manifest.digests["golden"]
        )
        return check_golden(self.load(manifest), golden)

    def door(self) -> Door:
        """The door, for this project."""
        platform = self.session.platform
        return Door(
            project=self.session.project,
            ledger=platform.ledger,
            lake=platform.lake,
            signer=platform.signer,
            clock=self.session.clock,
            smoke=self.smoke,
        )

    def mirror(self) -> None:
        """Make the tracking store's alias follow the ledger; a store that is down is told of.

        Without a champion there is no alias either: that of a former play is dropped. So it is
        where the store has lost the champion, or has another model under its number. Each
        repair is recorded, also the second one after the same move.
        """
        champion = self.session.state.champion
        name = self.session.project.name
        try:
            tracked = self._tracked(champion) if champion else None
            found = self._point(name, tracked)
        except CafError as error:
            text = f"alias not mirrored yet: {error}"
            self.session.tell(champion or "tracking", "promote", "incident", text)
            return
        if found == tracked:
            return
        event = MirrorReconciled(
            mirror="tracking alias",
            found=found,
            now=champion,
            measured={"tracked_version": tracked},
        )
        nth = self.session.platform.ledger.version(stream(name, MODELS))
        self.session.record("promote", MODELS, event, "mirror", nth, tracked or "none")

    def _tracked(self, version: str) -> str | None:
        """The tracking store's number of a version; None, and told, when it is not there."""
        trained, name = self.state(version).trained, self.session.project.name
        number = str(trained.measured.get("tracked_version", ""))
        if self.session.platform.tracking.run_of(name, number) == trained.manifest.run_id:
            return number
        text = (
            f"the tracking store has no {version}: it was removed or replaced. Nothing depends on "
            "it, ledger and lake are whole; restore it from a backup, or go on without: versions "
            "trained from now on are in it"
        )
        self.session.tell(version, "promote", "incident", text)
        return None

    def _point(self, project: str, tracked: str | None) -> str | None:
        """Point the alias at a tracked version, or nowhere; where it pointed before."""
        tracking = self.session.platform.tracking
        found = tracking.alias(project, ALIAS)
        if found != tracked and tracked is None:
            tracking.drop_alias(project, ALIAS)
        elif found != tracked and tracked is not None:
            tracking.set_alias(project, ALIAS, tracked)
        return found

    def close_abandoned(self) -> None:
        """End runs that a killed process left running, and mark versions it left unrecorded."""
        platform, name = self.session.platform, self.session.project.name
        recorded = {
            record.payload["manifest"]["run_id"]
            for record in platform.ledger.read(stream=stream(name, MODELS))
            if record.type == ModelTrained.TYPE
        }
        try:
            platform.tracking.close_abandoned(name)
            platform.tracking.mark_abandoned(name, recorded)
        except CafError as error:
            self.session.tell("tracking", "train", "incident", f"runs not looked through: {error}")
