"""A project's calendar, played: windows in order, each batch on its way, each decision once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Self

from caf_pipelines.erasing.act import finish, keep_days, overdue
from caf_pipelines.erasing.delivered import ErasedSource
from caf_pipelines.erasing.tokens import TokenSource
from caf_pipelines.lifecycle import provenance
from caf_pipelines.lifecycle.ahead import Ahead, worth_it
from caf_pipelines.lifecycle.calendar import Window, windows
from caf_pipelines.lifecycle.data import Data
from caf_pipelines.lifecycle.deciding import Deciding
from caf_pipelines.lifecycle.judging import Terms
from caf_pipelines.lifecycle.models import Models
from caf_pipelines.lifecycle.registering import Registering
from caf_pipelines.lifecycle.release import Release
from caf_pipelines.lifecycle.session import Session
from caf_pipelines.lifecycle.training import Training
from caf_pipelines.lifecycle.watching import Watching
from caf_pipelines.lifecycle.worker import Worker
from caf_pipelines.stages.data_card import data_card
from caf_pipelines.timeline import Timeline
from caf_platform.door.actor import Actor
from caf_platform.door.plays import adopt, begin
from caf_platform.errors import Refused, Tampered
from caf_platform.ledger.events import PlayFinished, PlayStarted
from caf_platform.ledger.state import ProjectState, read_state
from caf_platform.ledger.streams import DECISIONS
from caf_platform.ports.clock import VirtualClock
from caf_platform.ports.ledger import Ledger
from caf_platform.project.guarded import GuardedSource
from caf_platform.project.model import Project
from caf_platform.project.source import Delivery, DeliveryKind, Source
from caf_platform.wiring import Platform

_STAGES = {
    DeliveryKind.BATCH: ("ingest", "validate", "score"),
    DeliveryKind.LABELS: ("labels",),
}
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Play:
    """One play of one project, ready to move through its windows."""

    session: Session
    models: Models
    data: Data
    deciding: Deciding

    @classmethod
    def open(
        cls,
        platform: Platform,
        project: Project,
        timeline: Timeline,
        *,
        anew: bool = False,
        told: bool = True,
    ) -> Self:
        """Continue the present play; start one when there is none, or `anew` when it is over.

        It is over when it has been `told` as well: killed between its last record and its report,
        it is not played a second time. `anew` also starts over when policy, contract or sample
        differ from the play's own. A play that continues under a changed policy records that it
        was adopted. A data card with gaps is told at once, though only training refuses for it.
        `Refused` for a new play while scoring is stopped, `Tampered` when the chain
        of records is broken: nothing is built on what somebody else wrote.
        """
        _prove(platform.ledger)
        state = read_state(platform.ledger, project.name, platform.signer)
        finish(platform.lake, state)
        over = state.finished and told
        if not state.play or (anew and (over or _differs(state, project, platform))):
            _start(platform, project, state)
        play = cls.at(platform, project, timeline, state)
        _must_hold_tokens(play)
        _adopt(play)
        _warn(play)
        return play

    @classmethod
    def at(
        cls, platform: Platform, project: Project, timeline: Timeline, state: ProjectState
    ) -> Self:
        """The play as it stands, to look at; nothing is recorded."""
        source: Source = GuardedSource(project, Path(platform.home / "cache" / project.name))
        if state.erasures.subjects:
            by = platform.pseudonyms(state.erasures.key_id)
            source = ErasedSource(source, project.declaration, state.erasures, by)
        if state.started is not None and state.started.token_key:
            by = platform.token_keys(project.name).named(state.started.token_key)
            source = TokenSource(source, project.declaration, by)
        clock = VirtualClock(state.moment or LONG_AGO)
        session = Session(platform, project, source, state, clock, timeline)
        models = Models(session)
        release = Release(session, models, Training(session, Registering(session, models)))
        return cls(
            session=session,
            models=models,
            data=Data(session, models),
            deciding=Deciding(session, models, release, Watching(session, models)),
        )

    def all_windows(self) -> Iterator[Window]:
        """Every window of the play, in order."""
        started = self.session.state.started
        deliveries = self.session.source.deliveries(started.sample if started else None)
        return windows(deliveries, self.session.declaration.clock)

    def windows(self) -> Iterator[Window]:
        """The windows that are not over yet, in order, and what came too late for those that are.

        Data may grow between two runs: what is late is taken in and decided about no more.
        """
        closed = self.session.state.closed_windows
        for window in self.all_windows():
            if window.name not in closed:
                yield window
            elif late := tuple(d for d in window.deliveries if not self.data.knows(d)):
                yield Window(window.name, late, None)

    def take(self, window: Window) -> None:
        """Take in everything that arrives in a window, a day a step, then end it.

        A window that has been looked at had taken in everything before: a batch that nobody
        served then is not scored afterwards by the model that was promoted at its end.
        """
        over = self.session.done("monitor", window.name)
        deliveries = self.data.ahead.of(window.deliveries, self.data.knows)
        for day, arrived in groupby(deliveries, self._day):
            awaited = [d for d in arrived if not (over and self.data.knows(d))]
            if awaited:
                stages = dict.fromkeys(name for d in awaited for name in _STAGES[d.kind])
                self.session.conductor.step(
                    str(day), tuple(stages), partial(self._take_in, awaited)
                )
        self.deciding.end(window)

    def _take_in(self, deliveries: Sequence[Delivery]) -> None:
        """A day's deliveries, in order; what is done already is left as it is."""
        for delivery in deliveries:
            self.data.take(delivery)

    def _day(self, delivery: Delivery) -> date:
        return self.session.frames.local_day(delivery.arrives_at)

    def begin(self) -> None:
        """Take in the first file of a new play: something to see while servers come up."""
        first = next(iter(self.windows()), None)
        if first is not None and first.deliveries:
            self.data.receive_first(first.deliveries[0])

    @contextmanager
    def looking_ahead(self) -> Iterator[None]:
        """Within this, batches that come next are judged in a worker process, where that pays.

        A validator that was put in the place of the platform's own is known to this process
        alone, and judges here.
        """
        left = [d for w in self.windows() for d in w.deliveries if not self.data.knows(d)]
        batches = sum(delivery.kind is DeliveryKind.BATCH for delivery in left)
        session = self.session
        if session.platform.has_own_validator and worth_it(batches):
            self.data.ahead = Ahead(Worker(Terms.of(session.declaration, session.policy)))
        try:
            yield
        finally:
            self.data.ahead.stop()

    def run(self) -> None:
        """Play to the end of the data."""
        self.reconcile()
        for window in self.windows():
            self.take(window)
        self.finish()

    def reconcile(self) -> None:
        """Put right what a killed process left behind outside the ledger.

        Also before the first model: its training may have been killed in the middle.
        """
        state = self.session.state
        if state.models or state.play > 1:
            self.models.mirror()
        self.models.close_abandoned()

    def finish(self) -> None:
        """Record that the calendar is at its end."""
        event = PlayFinished(play=self.session.state.play)
        self.session.record("decide", DECISIONS, event, "finished")


def _prove(ledger: Ledger) -> None:
    audit = ledger.verify()
    if not audit.sound:
        raise Tampered(
            f"Record {audit.broken_at} of the ledger is wrong.",
            why=f"{audit.why.removeprefix(f'record {audit.broken_at}: ')}.",
            next_step="Run: caf audit verify; keep the file as evidence, and restore a backup.",
        )


def _differs(state: ProjectState, project: Project, platform: Platform) -> bool:
    started = state.started
    return started is None or (started.policy_digest, started.contract_digest, started.sample) != (
        project.policy.digest,
        project.declaration.contract.digest,
        platform.settings.sample,
    )


def _start(platform: Platform, project: Project, state: ProjectState) -> None:
    event = PlayStarted(
        play=state.play + 1,
        policy_digest=project.policy.digest,
        contract_digest=project.declaration.contract.digest,
        sample=platform.settings.sample,
        token_key=_token_key(platform, project),
        measured={"commit": str(provenance.code()["commit"])},
    )
    begin(Actor(platform.ledger, platform.signer, VirtualClock(LONG_AGO)), state, event)


def _token_key(platform: Platform, project: Project) -> str:
    """The name of the key by which a new play's identifiers become tokens, if it has any."""
    if not project.declaration.contract.tokenised:
        return ""
    return platform.token_keys(project.name).newest().key_id


def _must_hold_tokens(play: Play) -> None:
    """A play that began with plain identifiers cannot go on as one of tokens."""
    started, names = play.session.state.started, play.session.declaration.contract.tokenised
    if names and started is not None and not started.token_key:
        raise Refused(
            f"This play of '{play.session.project.name}' began with plain {', '.join(names)}.",
            why="Columns that were declared tokenised since would be stored as they come.",
            next_step="Begin a new play: caf demo",
        )


def _adopt(play: Play) -> None:
    """Note a policy that is not the one in force; from here on it is."""
    session = play.session
    if adopt(play.models.door().actor, session.state, session.policy.digest) is not None:
        session.tell("policy", "decide", "watch", "another policy is in force from here on")


def _warn(play: Play) -> None:
    """Say what the data card lacks, without which nothing is trained, and what is overdue."""
    said = data_card(play.session.declaration)
    if not said.verdict.good:
        text = f"nothing will be trained before this is declared: {said.summary}"
        play.session.tell("data", "data_card", "watch", text)
    late = overdue(play.session.declaration, play.session.state)
    if late:
        days = keep_days(play.session.declaration)
        text = f"{len(late)} batches are kept longer than {days} days; remove them with: caf purge"
        play.session.tell("data", "ingest", "watch", text)
