"""A source out of which people were erased: what it delivers again comes without their rows."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from caf_pipelines.erasing.files import csv_without
from caf_pipelines.erasing.whom import Whom
from caf_platform.adapters.pseudonyms import Pseudonyms
from caf_platform.ledger.erasures import Erasures
from caf_platform.project.model import Declaration
from caf_platform.project.source import Delivery, Source

if TYPE_CHECKING:
    import pandas as pd

SUBJECT, ROW = "subject", "row"


class ErasedSource(Source):
    """Another source without the rows of whoever was erased, in files that come anew too.

    The ledger knows people and rows by keyed digests only, so each row of each file is asked.
    """

    def __init__(
        self, source: Source, declaration: Declaration, erasures: Erasures, by: Pseudonyms
    ) -> None:
        self._source = source
        self._declaration = declaration
        self._erasures = erasures
        self._by = by

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:
        """Everything that arrives; bytes are read, and rows left out, when they are asked for."""
        told = self._source.deliveries(sample)
        return [replace(one, read=partial(self._without, one)) for one in told]

    def recompute(self, keys: Sequence[str]) -> "pd.DataFrame":
        """Features of the named rows; who was erased is not asked for."""
        return self._source.recompute(keys)

    def _without(self, delivery: Delivery) -> bytes:
        erased = self._erasures
        whom = Whom(
            self._declaration,
            is_subject=lambda cell: self._by.of(SUBJECT, cell) in erased.subjects,
            is_row=lambda row: self._by.of(ROW, row) in erased.rows,
        )
        return csv_without(delivery.read(), whom.csv_row, whom.cell, whom.columns)[0]
