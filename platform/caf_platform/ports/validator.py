"""Port: a batch against its contract, judged by a validation engine."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from caf_platform.contract.model import Contract

if TYPE_CHECKING:  # looking at the ledger costs no pandas
    import pandas as pd


@dataclass(frozen=True)
class RuleResult:
    """One rule of the contract on one batch.

    `rule` is the contract's own code (`wind_speed:maximum`), `level` says whether a failure
    stops the batch or only sets rows aside; `failed_rows` counts rows, None for table rules.
    """

    rule: str
    level: str
    passed: bool
    failed_rows: int | None
    detail: str = ""


@dataclass(frozen=True)
class Validation:
    """What the engine says: one result per rule; `reporting` makes its own report, if it has one.

    Most batches are good, and nobody keeps the report of a good one.
    """

    results: tuple[RuleResult, ...]
    failed_index: frozenset[int]
    reporting: Callable[[], dict[str, Any]] = dict

    @cached_property
    def report(self) -> dict[str, Any]:
        """The engine's own report as JSON for the evidence, made when it is first asked for."""
        return self.reporting()

    @property
    def failed_tables(self) -> tuple[RuleResult, ...]:
        """Table-level rules that did not hold: they stop the batch."""
        return tuple(r for r in self.results if not r.passed and r.level == "table")


class Validator(Protocol):
    """Judges a parsed batch. Never raises for bad data: bad data is a result.

    `frame` is what `contract.parse` returns: typed columns, a RangeIndex, and the column
    `MALFORMED` that names the cells which could not be read.
    """

    def validate(self, frame: "pd.DataFrame", contract: Contract) -> Validation:
        """Every rule of the contract on every row."""
        ...
