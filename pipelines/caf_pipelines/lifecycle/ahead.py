"""The batches that come next, judged in a worker while the present one is scored and recorded.

Judging is pure except for one thing, which rows have come before: the worker judges as if none
had, and names the rows that it asked about. Where some of them are known by now, it is told which
and judges once more. Where it died, raised or took too long, the batch is judged here as if nobody
had tried before. So evidence and records are the same with and without a worker.
"""

import os
from collections import deque
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from caf_pipelines.lifecycle.worker import Answer
from caf_platform.digest import digest
from caf_platform.project.source import Delivery, DeliveryKind

LOOKAHEAD = 8
"""Deliveries that are read before their turn: four days of a batch and its labels."""
PATIENCE_SECONDS = 120.0
WORTH_BATCHES = 100
"""From so many batches on a worker saves more than its start costs: a batch takes some 40 ms to
judge, the start some 4 s of a processor."""
CORES = 2


def worth_it(batches: int) -> bool:
    """Whether a worker pays for so many batches on this machine."""
    return batches >= WORTH_BATCHES and len(os.sched_getaffinity(0)) >= CORES


class Judges(Protocol):
    """What judges ahead of time: a `Worker`, which documents these."""

    def judge(
        self, raw: bytes, arrived_at: datetime, known: Collection[str], *, report: bool
    ) -> Answer | None:
        """The answer about one batch, of whose rows some have come before."""
        ...

    def stop(self) -> None:
        """End it, and whoever waits for it."""
        ...


class Ahead:
    """Keeps a worker busy with what comes next; without a worker everything is left as it is."""

    def __init__(self, worker: Judges | None = None) -> None:
        self._worker = worker
        self._thread = ThreadPoolExecutor(1, "ahead") if worker else None
        self._begun: dict[tuple[str, datetime], Future[Answer | None]] = {}

    @property
    def idle(self) -> bool:
        """Whether there is no worker, or none any more."""
        return self._worker is None

    def of(
        self, deliveries: Iterable[Delivery], known: Callable[[Delivery], bool]
    ) -> Iterator[Delivery]:
        """The same deliveries in the same order; unknown batches among the next ones are begun."""
        coming: deque[Delivery] = deque()
        for delivery in deliveries:
            coming.append(self._begin(delivery, known))
            if len(coming) > LOOKAHEAD:
                yield coming.popleft()
        yield from coming

    def judged(self, raw: bytes, arrived_at: datetime, earlier: Container[str]) -> Answer | None:
        """The worker's answer about a batch, once, if it holds here; None otherwise."""
        begun = self._begun.pop((digest(raw), arrived_at), None)
        return self._answered(begun, raw, arrived_at, earlier) if begun else None

    def judged_again(
        self, raw: bytes, arrived_at: datetime, earlier: Container[str]
    ) -> Answer | None:
        """The same about a batch whose turn is over, with the engine's report; None if idle."""
        return None if self.idle else self._answered(None, raw, arrived_at, earlier, report=True)

    def _answered(
        self,
        begun: Future[Answer | None] | None,
        raw: bytes,
        arrived_at: datetime,
        earlier: Container[str],
        *,
        report: bool = False,
    ) -> Answer | None:
        ask = partial(self._judge, raw, arrived_at, report=report)
        try:
            answer = (begun or ask(())).result(PATIENCE_SECONDS)
            known = frozenset(row for row in answer.asked if row in earlier) if answer else ()
            if known:
                answer = ask(known).result(PATIENCE_SECONDS)
        except Exception:  # noqa: BLE001 - whatever became of the worker, the batch is judged here
            self.stop()
            return None
        holds = answer and all(taken == (row in earlier) for row, taken in answer.asked.items())
        return answer if holds else None

    def stop(self) -> None:
        """End the worker, if there is one; from here on everything is judged here."""
        worker, self._worker = self._worker, None
        self._begun.clear()
        if worker is not None and self._thread is not None:
            worker.stop()
            self._thread.shutdown(cancel_futures=True)

    def _begin(self, delivery: Delivery, known: Callable[[Delivery], bool]) -> Delivery:
        """A delivery whose bytes are read now, and judged meanwhile, if that can be done.

        One that cannot be read is left to its own step, which tells why.
        """
        if self._worker is None:
            return delivery
        if delivery.kind is not DeliveryKind.BATCH or known(delivery):
            return delivery
        try:
            raw = delivery.read()
        except Exception:  # noqa: BLE001 - the step reads again, and raises what it raises
            return delivery
        self._begun[digest(raw), delivery.arrives_at] = self._judge(raw, delivery.arrives_at, ())
        return replace(delivery, read=lambda: raw)

    def _judge(
        self, raw: bytes, arrived_at: datetime, known: Collection[str], *, report: bool = False
    ) -> Future[Answer | None]:
        if self._worker is None or self._thread is None:
            raise RuntimeError("there is no worker to judge")
        return self._thread.submit(self._worker.judge, raw, arrived_at, known, report=report)
