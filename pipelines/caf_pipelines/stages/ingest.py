"""Stage *ingest*: what arrived, whether it is news, and how fresh it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.digest import digest
from caf_platform.ledger.events import BatchReceived
from caf_platform.project.policy import ValidationPolicy

HOUR = 3600.0


@dataclass(frozen=True)
class Stale:
    """A feed whose newest content is older than the policy allows, in hours."""

    feed: str
    age_hours: float
    limit_hours: float
    because: str


@dataclass(frozen=True)
class Ingested:
    """A batch by its content. `revision` is 0 when exactly these bytes are known already."""

    digest: str
    revision: int
    size: int

    @property
    def known(self) -> bool:
        """The same batch again: nothing to do."""
        return self.revision == 0


@stage("ingest", Capability.DATA_ENGINEERING, Capability.DATA_ARCHITECTURE)
def ingest(raw: bytes, *, former: BatchReceived | None) -> Ingested:
    """Keep raw bytes as they came, once; the same batch twice is a no-op, a changed one a revision.

    `former` is the newest revision so far.
    """
    content = digest(raw)
    if former is None:
        return Ingested(content, 1, len(raw))
    revision = 0 if former.raw_digest == content else former.revision + 1
    return Ingested(content, revision, len(raw))


def stale_feeds(
    feeds: Mapping[str, datetime], arrived_at: datetime, policy: ValidationPolicy
) -> tuple[Stale, ...]:
    """The feeds whose newest content was older than the policy allows when a batch arrived.

    A feed that the policy limits and the delivery does not mention counts as infinitely old.
    """
    return tuple(
        Stale(feed, age, limit.value, limit.because)
        for feed, limit in policy.max_feed_age_hours.items()
        if (age := _age(feeds.get(feed), arrived_at)) > limit.value
    )


def _age(newest: datetime | None, now: datetime) -> float:
    return float("inf") if newest is None else (now - newest).total_seconds() / HOUR
