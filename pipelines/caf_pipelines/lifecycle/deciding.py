"""What happens when a window ends: look, decide, act, each once."""

from dataclasses import dataclass

from caf_monitoring.budget import retrainings
from caf_monitoring.governor import History, breached
from caf_monitoring.triage import Context, suspect
from caf_pipelines.lifecycle.calendar import Window
from caf_pipelines.lifecycle.data import stale_incident
from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.release import Release
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.training import Trainable
from caf_pipelines.lifecycle.watching import Watching
from caf_pipelines.stages.decide import Decided, decide
from caf_pipelines.stages.move import roll_back
from caf_platform.decision import Action, Decision
from caf_platform.errors import Conflict, Refused
from caf_platform.ledger.events import ActionDecided, RolledBack, WindowClosed
from caf_platform.ledger.streams import DECISIONS
from caf_platform.project.source import DeliveryKind

ROWS_PER_COST_UNIT = 100_000
"""One declared cost unit: a candidate trained on a hundred thousand rows. Declared, not timed,
so that no verdict depends on how busy a machine is."""


def _cost_of_one(trainable: Trainable) -> float:
    return trainable.rows / ROWS_PER_COST_UNIT


def data_incident(window: str) -> str:
    """The incident about a window's data."""
    return f"data-{window}"


@dataclass
class Deciding:
    """Ends windows of one play."""

    session: Session
    models: Models
    release: Release
    watching: Watching

    def end(self, window: Window) -> None:
        """Look at a window that is over, decide, and do it. Each part happens once."""
        if window.decides_at is None:
            return
        self.session.clock.advance_to(window.decides_at)
        step = self.session.conductor.step
        readings = step(window.name, ("monitor",), lambda: self.watching.look(window))
        decided = step(window.name, ("decide",), lambda: self._decided(window, readings))
        self._act(window, decided)
        closed = WindowClosed(window=window.name)
        self.session.record("decide", DECISIONS, closed, "closed", window.name)

    def _decided(self, window: Window, readings: dict[str, Decision]) -> ActionDecided:
        found = self.session.found("decide", window.name)
        if found is not None:
            return ActionDecided.model_validate(found.payload)
        with self.session.measuring("decide") as measured:
            trainable = self.release.training.trainable()
            decided = decide(
                window.name,
                readings,
                self._context(window, trainable),
                self._history(readings),
                cost_units=self._cost(trainable),
                policy=self.session.policy,
                now=self.session.clock.now(),
            )
        event = ActionDecided(
            window=window.name,
            action=decided.action,
            cause=decided.cause,
            decision=decided.decision,
            suppressed=decided.suppressed,
            champion=self.session.state.champion,
            target=self.session.state.former_champion,
            measured=measured,
        )
        self.session.record("decide", DECISIONS, event, "decide", window.name)
        self._tell(window, decided)
        return event

    def _context(self, window: Window, trainable: Trainable) -> Context:
        state = self.session.state
        inside = {d.name for d in window.deliveries if d.kind is DeliveryKind.BATCH}
        refused = tuple(
            name for name in sorted(inside) if name in state.batches and state.batches[name].refused
        )
        feeds = self.session.policy.validation.max_feed_age_hours
        of_inside = {stale_incident(feed, name) for feed in feeds for name in inside}
        stale = tuple(
            incident
            for incident in state.incidents
            if incident in of_inside and incident not in state.closed
        )
        return Context(
            has_champion=state.champion is not None,
            former_champion=state.former_champion if state.last_promotion else None,
            refused_batches=refused,
            withdrawn_batches=self._withdrawn(),
            open_data_incidents=(*stale, *self._suspect_labels(window)),
            new_labelled_rows=self.release.training.labelled_since_last(),
            trainable_rows=trainable.rows,
            trainable_days=trainable.days,
            previous=dict(state.windows[-2].readings) if len(state.windows) > 1 else {},
        )

    def _withdrawn(self) -> tuple[str, ...]:
        """The withdrawn batches that the champion learnt from."""
        state = self.session.state
        champion = state.models.get(state.champion or "")
        return state.withdrawn_of(champion.learnt) if champion else ()

    def _suspect_labels(self, window: Window) -> tuple[str, ...]:
        """Open incidents of earlier windows whose labels are suspect and would be learnt from.

        They hold retraining back until they are closed, or their days are too old to be learnt
        from.
        """
        state, split = self.session.state, self.release.training.split()
        if split is None:
            return ()
        learnt = self.session.frames.usable(split.train_from, split.gate_to)
        came_in = {state.batches[name].looked_before for name in learnt}
        return tuple(
            incident
            for place, past in enumerate(state.windows)
            if place in came_in and past.window != window.name and suspect(past.readings)
            for incident in (data_incident(past.window),)
            if incident in state.incidents and incident not in state.closed
        )

    def _history(self, readings: dict[str, Decision]) -> History:
        """What the governor looks back on."""
        state = self.session.state
        return History(
            retrainings=retrainings(state.trainings),
            breached=(*(breached(w.readings) for w in state.windows[:-1]), breached(readings)),
        )

    def _cost(self, trainable: Trainable) -> float:
        """What a retraining costs at most: every candidate, and every alternative after them."""
        project = self.session.declaration
        return _cost_of_one(trainable) * (len(project.candidates) + len(project.alternatives))

    def _tell(self, window: Window, decided: Decided) -> None:
        text = f"{decided.cause}: {decided.decision.summary}"
        self.session.tell(window.name, "decide", decided.action.value, text)
        for other in decided.suppressed:
            if other.action in (decided.action, Action.WATCH):
                continue
            text = f"{other.action} for '{other.cause}' not done: {other.reason}"
            self.session.tell(window.name, "decide", "suppressed", text)

    def _act(self, window: Window, decided: ActionDecided) -> None:
        """Do what was decided. A data incident is opened also where something safer came first."""
        if Action.DATA_INCIDENT in (decided.action, *(s.action for s in decided.suppressed)):
            self._open_data_incident(window, decided)
        if decided.action is Action.RETRAIN:
            cost = _cost_of_one(self.release.training.trainable())
            self.release.challenge(window.name, decided.cause, cost)
        elif decided.action is Action.ROLL_BACK:
            self.session.conductor.step(
                window.name, ("rollback",), lambda: self._roll_back(window, decided)
            )

    def _open_data_incident(self, window: Window, decided: ActionDecided) -> None:
        causes = [s.cause for s in decided.suppressed if s.action is Action.DATA_INCIDENT]
        if decided.action is Action.DATA_INCIDENT:
            causes.insert(0, decided.decision.summary)
        self.session.open_incident(
            "decide",
            data_incident(window.name),
            severity="high",
            title=f"data of window {window.name}",
            cause="; ".join(causes),
        )

    def _roll_back(self, window: Window, decided: ActionDecided) -> None:
        state, mistaken = self.session.state, decided.champion
        if decided.target is None or mistaken is None:
            return
        if state.champion == mistaken:
            reason = f"{decided.cause} in {window.name}: {decided.decision.summary}"
            self._back(mistaken, decided.target, reason=reason)
            return
        for move in state.moves:
            if move.verb == "rolled_back" and move.replaces == mistaken:
                self._report(mistaken, move.reason)

    def _back(self, mistaken: str, target: str, *, reason: str) -> None:
        """Back to the target, or the next lawful one before it; a refusal needs a person."""
        others = [name for name in self.session.state.former_champions if name != target]
        for version in (target, *others):
            if self.back_to(version, reason=reason) is not None:
                return
            tried = "the next former champion is tried" if version != (target, *others)[-1] else ""
            self.session.open_incident(
                "rollback",
                f"rollback-refused-{mistaken}-{version}",
                severity="high",
                title=f"the door refused to put {version} back instead of {mistaken}",
                cause=f"{self._refused(version)}; {tried or 'no other former champion is left'}",
            )

    def _refused(self, version: str) -> str:
        """Why the door last refused a version."""
        refusals = [one for one in self.session.state.refusals if one.version == version]
        return refusals[-1].decision.summary if refusals else "no reason on record"

    def back_to(self, version: str, *, reason: str) -> RolledBack | None:
        """Roll back through the door, mirror it, and open an incident about the mistake."""
        state = self.session.state
        mistaken = state.champion
        try:
            record = roll_back(self.models.door(), state, version, reason=reason)
        except Conflict:
            raise
        except Refused as refusal:
            self.session.tell(version, "rollback", "refuse", refusal.what)
            return None
        self.models.mirror()
        event = RolledBack.model_validate(record.payload)
        seconds = event.measured.get("seconds")
        text = f"{version} is back instead of {mistaken}, restored in {seconds:.2f} s: {reason}"
        self.session.tell(version, "rollback", "rolled back", text)
        self._report(event.replaces, reason)
        return event

    def _report(self, mistaken: str, reason: str) -> None:
        self.session.open_incident(
            "rollback",
            f"rolled-back-{mistaken}",
            severity="medium",
            title=f"{mistaken} was rolled back",
            cause=reason,
        )
