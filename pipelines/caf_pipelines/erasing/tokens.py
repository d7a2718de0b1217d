"""A source whose identifiers are tokens: what is stored, judged and learnt from never holds one."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from caf_platform.adapters.pseudonyms import Pseudonyms
from caf_platform.adapters.token_keys import token
from caf_platform.capabilities import Capability
from caf_platform.contract import delimited
from caf_platform.plugins import Kind, register
from caf_platform.project.model import Declaration
from caf_platform.project.source import Delivery, DeliveryKind, Source

if TYPE_CHECKING:
    import pandas as pd


@register(Kind.CONTROL, "keyed tokens", Capability.DATA_PROTECTION, Capability.DATA_GOVERNANCE)
def tokenised(raw: bytes, declaration: Declaration, by: Pseudonyms) -> bytes:
    """A batch's CSV file with a token for each identifier; the same file gives the same bytes.

    Of a file in which identifiers cannot be found (it is no CSV file, or a column of them is not
    there) nothing but its header is left, or nothing: it is refused like any such file, and is not
    kept, for an identifier may stand anywhere in it.
    """
    columns = set(declaration.contract.tokenised)
    try:
        file = delimited.read(raw)
    except delimited.UnreadableFile:
        return b""
    if not columns <= set(file.header):
        return _written([file.header])
    known: dict[str, str] = {}

    def cell(name: str, text: str) -> str:
        if name not in columns:
            return text
        if text not in known:
            known[text] = token(by, declaration.name, text)
        return known[text]

    rows = [[cell(*one) for one in zip(file.header, row, strict=True)] for row in file.rows]
    return _written([file.header, *rows])


class TokenSource(Source):
    """Another source, whose batches come with tokens; files of labels hold no identifier."""

    def __init__(self, source: Source, declaration: Declaration, by: Pseudonyms) -> None:
        self._source = source
        self._declaration = declaration
        self._by = by

    def deliveries(self, sample: float | None) -> Sequence[Delivery]:
        """Everything that arrives; identifiers become tokens when bytes are asked for."""
        return [
            replace(one, read=partial(self._read, one)) if one.kind is DeliveryKind.BATCH else one
            for one in self._source.deliveries(sample)
        ]

    def recompute(self, keys: Sequence[str]) -> "pd.DataFrame":
        """Features of the named rows, among which there is no identifier."""
        return self._source.recompute(keys)

    def _read(self, delivery: Delivery) -> bytes:
        return tokenised(delivery.read(), self._declaration, self._by)


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
