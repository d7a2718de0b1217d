"""Many game days, two at a time, while the year without a fault is played as far as they need."""

import gc
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from caf_pipelines.scenarios.catalogue import find
from caf_pipelines.scenarios.grounds import Grounds
from caf_pipelines.scenarios.holding import Held, hold
from caf_pipelines.scenarios.outcome import Outcome
from caf_pipelines.scenarios.scenario import Told
from caf_platform.quiet import quiet

AT_ONCE = 2
"""Processes: what the machine that the bars are measured on has cores."""

Work = Callable[[], tuple[Outcome | None, float]]
"""Something to be done in a process of its own; gives what came of it, and its CPU seconds."""


@dataclass
class Rehearsal:
    """Some game days of one project, and who wants to hear what is being done."""

    grounds: Grounds
    told: Mapping[str, Told]
    tell: Callable[[str], None]
    cpu_seconds: float = field(default=0.0, init=False)

    def held(self) -> Iterator[Held]:
        """Each game day as it is over. A process that is stopped takes its workers with it."""
        days = sorted(
            {day for one in self.told.values() for day in (one.scenario.begins, one.scenario.ends)}
        )
        waiting, played = dict(self.told), set[str]()
        running: dict[Future[tuple[Outcome | None, float]], str] = {}
        with _workers() as pool:
            while days or waiting or running:
                while len(running) < AT_ONCE and (
                    job := self._next(days, waiting, played, set(running.values()))
                ):
                    running[pool.submit(job[1])] = job[0]
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    name = running.pop(future)
                    outcome, seconds = future.result()
                    self.cpu_seconds += seconds
                    if outcome is None:
                        played.add(name)
                    else:
                        home = self.grounds.root / name
                        yield Held(told=self.told[name], home=home, outcome=outcome)

    def _next(
        self, days: list[str], waiting: dict[str, Told], played: set[str], running: set[str]
    ) -> tuple[str, Work] | None:
        """The year goes first, one stretch at a time; then the longest game day that can begin."""
        if days and not any(name not in self.told for name in running):
            day = days.pop(0)
            self.tell(f"playing {self.grounds.name} up to {day}, without a fault")
            return day, partial(_base, self.grounds, day)
        ready = [
            name
            for name, one in waiting.items()
            if {one.scenario.begins, one.scenario.ends} <= played
        ]
        if not ready:
            return None
        name = max(ready, key=lambda one: _length(waiting[one]))
        del waiting[name]
        return name, partial(_held, self.grounds, name)


def _length(told: Told) -> int:
    begins, ends = map(date.fromisoformat, (told.scenario.begins, told.scenario.ends))
    return (ends - begins).days


@contextmanager
def _workers() -> Iterator[ProcessPoolExecutor]:
    """Processes that end with this one's work, however that ends: what they do is done again."""
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        AT_ONCE, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )
    try:
        yield pool
    except BaseException:
        for worker in set(multiprocessing.active_children()) - before:
            worker.kill()
        raise
    finally:  # a worker that nobody killed takes its named semaphores with it
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """A worker's start. Ctrl-C is its parent's affair, who then ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    quiet()


def _base(grounds: Grounds, day: str) -> tuple[None, float]:
    begun = time.process_time()
    grounds.base(day)
    gc.collect()  # a play is a circle that holds hundreds of frames
    return None, time.process_time() - begun


def _held(grounds: Grounds, name: str) -> tuple[Outcome, float]:
    """A game day; what crosses over to the parent is plain values."""
    begun = sum(_cpu())
    told = find(grounds.settings.projects, grounds.name, name)
    outcome = hold(grounds, told, grounds.root / name).outcome
    gc.collect()
    return outcome, sum(_cpu()) - begun


def _cpu() -> tuple[float, float]:
    """CPU seconds of this process and of those it waited for."""
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), children.ru_utime + children.ru_stime
