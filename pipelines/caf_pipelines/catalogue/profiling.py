"""Counts the stored rows of a play column by column, one batch in memory at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from caf_governance.catalogue.profile import Counted, Profile, told
from caf_pipelines.lifecycle.frames import Frames
from caf_platform.contract.model import Column, Contract
from caf_platform.ledger.state import ProjectState
from caf_platform.ports.lake import Lake
from caf_platform.project.classified import stored_classes


@dataclass
class Counting:
    """One column so far."""

    column: Column
    rows: int = 0
    missing: int = 0
    different: set[Any] = field(default_factory=set)

    def add(self, values: pd.Series) -> None:
        """Count some rows more."""
        known = values.dropna()
        self.rows += len(values)
        self.missing += len(values) - len(known)
        self.different.update(known.unique().tolist())

    def counted(self) -> Counted:
        """What was counted; a column that is no number has no smallest and no largest."""
        numbers = self.different if self.column.kind.numeric else set()
        return Counted(
            rows=self.rows,
            missing=self.missing,
            distinct=len(self.different),
            low=min(numbers, default=None),
            high=max(numbers, default=None),
        )


def profiles(lake: Lake, state: ProjectState, contract: Contract) -> dict[str, Profile]:
    """The profile of every column over the rows that may be used, as far as it may be told."""
    counting = {column.name: Counting(column) for column in contract}
    for rows in _stored(lake, state):
        for name, one in counting.items():
            if name in rows:
                one.add(rows[name])
    classes = _newest_classes(lake, state)
    return {
        name: told(one.counted(), one.column.classification).model_copy(
            update={"stored_as": classes.get(name, "")}
        )
        for name, one in counting.items()
        if one.rows
    }


def _newest_classes(lake: Lake, state: ProjectState) -> dict[str, str]:
    """What the newest file of usable rows says of its own columns."""
    names = Frames(lake, state, keeps=1).usable()
    keys = state.batches[names[-1]].validated_keys if names else ()
    return stored_classes(lake.read(keys[0][0], expected=keys[0][1])) if keys else {}


def _stored(lake: Lake, state: ProjectState) -> Iterator[pd.DataFrame]:
    frames = Frames(lake, state, keeps=1)
    for name in frames.usable():
        yield frames.rows([name])
