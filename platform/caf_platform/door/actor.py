"""Whoever acts at the door: what they do is appended in their own name, signed by their key."""

from dataclasses import dataclass

from caf_platform.capabilities import Capability
from caf_platform.decision import Decision
from caf_platform.digest import digest_of, short
from caf_platform.errors import Conflict, Refused, Tampered
from caf_platform.ledger.events import Event, PromotionRefused
from caf_platform.ledger.record import Envelope, Record
from caf_platform.ledger.signing import sign_event
from caf_platform.ledger.state import ProjectState
from caf_platform.ledger.streams import DECISIONS, key, stream
from caf_platform.ports.clock import Clock
from caf_platform.ports.ledger import Ledger
from caf_platform.ports.signer import Signer

CAPABILITIES = (
    Capability.CHANGE_AND_RELEASE_MANAGEMENT,
    Capability.APPLICATION_SECURITY,
    Capability.SECURITY_GOVERNANCE,
)


@dataclass(frozen=True)
class Actor:
    """One principal at a ledger. The name on record is that of the key, never an argument."""

    ledger: Ledger
    signer: Signer
    clock: Clock

    @property
    def name(self) -> str:
        """Who acts, by their key."""
        return self.signer.principal.name

    def append(
        self,
        state: ProjectState,
        part: str,
        expected: int | None,
        event: Event,
        *parts: object,
        play: int | None = None,
    ) -> Record:
        """One event, signed over everything that it says; `state` knows of it afterwards.

        It belongs to the present play, if no other is named.

        `Conflict` when the stream moved on since `expected`, or somebody else said something else
        under the same key; `Tampered` when another kind of thing stands there. Saying the same
        again gives the former record, as long as it is still the last word of its stream.
        """
        play = state.play if play is None else play
        where, once = stream(state.project, part), key(state.project, play, *parts)
        if expected is not None:
            self._last_word(where, once, expected)
        record = self.ledger.append(
            where,
            expected,
            event,
            key=once,
            envelope=Envelope(
                actor=self.name,
                correlation=f"{state.project}/play-{play}",
                virtual_time=self.clock.now(),
                capabilities=CAPABILITIES,
                signature=sign_event(self.signer, where, once, event),
            ),
        )
        _check(record, where, expected, event)
        state.catch_up(self.ledger)
        return record

    def _last_word(self, where: str, once: str, expected: int) -> None:
        """Nobody is told that a move was made which others have since moved on from."""
        former = self.ledger.find(once)
        if former is None or former.stream != where:
            return
        if former.position < (now := self.ledger.version(where)):
            raise Conflict(where, expected, now)

    def refused(self, state: ProjectState, version: str, verb: str, decision: Decision) -> Refused:
        """Record the refusal, then return it as the exception to raise.

        The platform asks once at any moment of its calendar: killed in between and taken up
        again, it is the same refusal. Each person's try is recorded, also where two of them
        looked at the same moment.
        """
        event = PromotionRefused(version=version, verb=verb, decision=decision)
        attempt: tuple[object, ...] = (self.name, state.seq)
        if self.signer.principal.automatic:
            said = short(digest_of(decision.model_dump(mode="json")))
            attempt = (f"{self.clock.now():%Y-%m-%dT%H:%M:%S}", said)
        self.append(state, DECISIONS, None, event, "refused", verb, version, *attempt)
        about = f"'{version}' of {state.project}" if version else state.project
        return Refused(
            f"The door refused to {verb} {about}: {decision.summary}.",
            next_step=f"See it with: caf history --project {state.project}",
        )


def _check(record: Record, where: str, expected: int | None, event: Event) -> None:
    """A key that was used before gives the former record: it must say what was asked for."""
    if (record.stream, record.type) != (where, event.TYPE):
        raise Tampered(
            f"Record {record.seq} of the ledger stands where a '{event.TYPE}' belongs.",
            why=f"It is a '{record.type}' in stream '{record.stream}', under the same key.",
            next_step="Run: caf audit verify; keep the ledger as evidence, and restore a backup.",
        )
    asked = event.model_dump(mode="json", exclude={"measured"})
    if {name: value for name, value in record.payload.items() if name != "measured"} != asked:
        raise Conflict(where, expected or 0, record.position)
