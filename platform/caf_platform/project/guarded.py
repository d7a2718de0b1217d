"""A project's source as the platform calls it: what it raises or returns is judged at the edge.

A source is code that a person wrote, and files that somebody delivers: either may be broken at
any moment. Whatever it does becomes one of our errors, named after what was asked of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from caf_platform.errors import BadInput, CafError, Unavailable
from caf_platform.project.load import WHOLE, line_in
from caf_platform.project.model import Project
from caf_platform.project.source import Delivery, DeliveryKind, Source

if TYPE_CHECKING:
    import pandas as pd

AGAIN = "and run the same command again: everything before it is kept."


class GuardedSource(Source):
    """A project's own source, made with a cache folder.

    `Unavailable` where a file or a disk does not answer, `BadInput` for everything else that the
    project's code raises, and for an answer that is none. Errors of ours come through.
    """

    def __init__(self, project: Project, cache: Path) -> None:
        self._project = project
        with self._answers(f"The source of '{project.name}' cannot be made."):
            self._source = project.declaration.source(cache)

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:
        """Everything that arrives, each checked; bytes are read when they are asked for."""
        with self._answers(f"The source of '{self._project.name}' cannot say what arrives."):
            told = list(self._source.deliveries(sample))
        return [self._checked(one) for one in told]

    def recompute(self, keys: Sequence[str]) -> "pd.DataFrame":
        """Features of the named rows, built afresh from the origin."""
        with self._answers(f"The source of '{self._project.name}' cannot rebuild served rows."):
            return self._source.recompute(keys)

    def _checked(self, told: object) -> Delivery:
        problem = problem_of(told)
        if problem or not isinstance(told, Delivery):
            name = getattr(told, "name", None)
            raise BadInput(
                f"A delivery of '{self._project.name}' cannot be taken in: {name or told!r}.",
                why=f"{problem}.",
                next_step=f"Mend the project's source {AGAIN}",
            )
        return replace(told, read=partial(self._read, told))

    def _read(self, delivery: Delivery) -> bytes:
        what = f"Delivery '{delivery.name}' of '{self._project.name}' cannot be read."
        with self._answers(what):
            raw: object = delivery.read()
            if not isinstance(raw, bytes):
                raise TypeError(f"read() gave {type(raw).__name__}, not bytes")
            return raw

    @contextmanager
    def _answers(self, what: str) -> Iterator[None]:
        try:
            yield
        except CafError:
            raise
        except OSError as error:
            at = f": '{error.filename}'" if error.filename else ""
            why = f"{error.strerror or error}{at}."
            step = f"Put the file in its place {AGAIN}"
            raise Unavailable(what, why=why, next_step=step) from error
        except (Exception, SystemExit) as error:
            where = line_in(error, Path(self._project.folder))
            at = "" if where == WHOLE else f" ({where})"
            why = f"{type(error).__name__}: {error}{at}."
            step = f"Mend the project's source {AGAIN}"
            raise BadInput(what, why=why, next_step=step) from error


def problem_of(told: object) -> str:
    """What is wrong with something that should be a delivery; empty when nothing is."""
    if not isinstance(told, Delivery):
        return f"It is {type(told).__name__}, not a Delivery"
    kind: object = told.kind
    name: object = told.name
    feeds: object = told.feeds
    if not isinstance(kind, DeliveryKind):
        return f"Its kind is {kind!r}, not a DeliveryKind"
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        return "It has no name that can be printed"
    if not _moment(told.arrives_at):
        return f"It arrives at {told.arrives_at!r}, which is no moment with a time zone"
    if not isinstance(feeds, Mapping) or not all(map(_moment, feeds.values())):
        return f"Its feeds are {feeds!r}: each needs a moment with a time zone"
    return ""


def _moment(value: object) -> bool:
    return isinstance(value, datetime) and value.utcoffset() is not None
