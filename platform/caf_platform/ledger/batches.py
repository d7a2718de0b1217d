"""What is true of one batch: which revision is in force, and which may not be used any more."""

from dataclasses import dataclass, field

from caf_platform.ledger import events as e


@dataclass
class BatchState:
    """A batch's newest revision and how far it has come.

    `first` is the first revision: a correction that comes months later makes the batch neither
    newer nor its feeds stale. `validated` is the newest revision that was accepted: it is in force
    until another one is accepted, also while a later one is refused. `scored` is what was served,
    once; `served_keys` are the rows it was served on, whatever a revision says of them later.
    `looked_before` counts the windows that had been looked at when the batch first came. A revision
    that was withdrawn or purged is in force no more, and no former one comes back in its place.
    """

    received: e.BatchReceived
    first: e.BatchReceived
    validated: e.BatchValidated | None = None
    refused: e.BatchRefused | None = None
    scored: e.BatchScored | None = None
    replayed: list[e.QuarantineReplayed] = field(default_factory=list)
    served_keys: tuple[tuple[str, str | None], ...] = ()
    looked_before: int = 0
    withdrawn: dict[int, e.BatchWithdrawn] = field(default_factory=dict)
    purged: set[int] = field(default_factory=set)

    @property
    def judged(self) -> bool:
        """Whether the newest revision was validated or refused, or withdrawn since."""
        said = (self.validated, self.refused, *self.withdrawn.values())
        told = (event.revision for event in said if event)
        return self.received.revision in (*told, *self.purged)

    @property
    def validated_keys(self) -> tuple[tuple[str, str | None], ...]:
        """Lake keys of the rows that may be used, each with its digest where it is recorded."""
        if self.validated is None:
            return ()
        own: tuple[tuple[str, str | None], ...] = (
            (self.validated.validated_key, self.validated.validated_digest),
        )
        return own + tuple(
            (r.validated_key, r.validated_digest) for r in self.replayed if r.validated_key
        )

    def withdraw(self, event: e.BatchWithdrawn) -> None:
        """Nothing of that revision counts from here on."""
        self.withdrawn[event.revision] = event
        if self.validated is not None and self.validated.revision == event.revision:
            self.validated, self.replayed = None, []

    def purge(self) -> None:
        """No row of any revision so far is kept any more."""
        self.purged |= set(range(1, self.received.revision + 1))
        self.validated, self.refused, self.replayed = None, None, []
