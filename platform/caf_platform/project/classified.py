"""How closely each stored column is held, and Parquet files that carry it wherever they are copied.

The class of a column stands in its Arrow field's metadata, that of the whole file in the schema's,
so that a copy that left the lake still says how it is to be treated. Raw files are kept byte for
byte as they came: theirs stands in the catalogue.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from caf_platform.capabilities import Capability
from caf_platform.contract.model import Classification
from caf_platform.lake_columns import LABEL, ROW_ID
from caf_platform.plugins import Kind, register
from caf_platform.project.model import Declaration

if TYPE_CHECKING:  # what only declares need not wait for pandas
    import pandas as pd

KEY: Final = b"classification"
"""The name under which a class stands in the metadata of a field and of a file."""
UNDECIDED: Final = "undecided"
"""The class of what nobody has classed; it counts as the closest of all."""


@dataclass(frozen=True)
class Classes:
    """The class of each stored column by name; `closest` is that of any other one.

    What the platform adds is held as closely as what it was made of: a row's id as its key, the
    label as the target, and whatever else is in a file (scores, digests of features) as the closest
    column of the project.
    """

    closest: str = UNDECIDED
    columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, declaration: Declaration) -> "Classes":
        """A project's own."""
        contract, target = declaration.contract, declaration.target
        known = {column.name: _named(column.classification) for column in contract}
        label = _named(target.classification)
        own = {ROW_ID: known[contract.key], LABEL: label, target.name: label}
        return cls(closest([*known.values(), label]), {**own, **known})

    def __getitem__(self, column: str) -> str:
        """The class of a column, whoever made it."""
        return self.columns.get(column, self.closest)


NOBODY_DECIDED: Final = Classes()


def closest(classes: list[str]) -> str:
    """The class that is held most closely; nothing at all is undecided."""
    order = [*(one.value for one in Classification), UNDECIDED]
    return max(classes, key=order.index, default=UNDECIDED)


@register(Kind.CONTROL, "classified files", Capability.DATA_PROTECTION, Capability.DATA_GOVERNANCE)
def to_parquet(frame: "pd.DataFrame", classes: Classes) -> bytes:
    """A frame as Parquet bytes with its classes; equal frames give equal bytes with one pyarrow."""
    import pyarrow as pa  # type: ignore[import-untyped] # ships no types
    import pyarrow.parquet as pq  # type: ignore[import-untyped] # ships no types

    table = pa.Table.from_pandas(frame, preserve_index=False)
    held = [classes[name] for name in table.column_names]
    fields = [
        one.with_metadata({KEY: held_as.encode()})
        for one, held_as in zip(table.schema, held, strict=True)
    ]
    told = {**(table.schema.metadata or {}), KEY: closest(held).encode()}
    buffer = io.BytesIO()
    schema = pa.schema(fields, metadata=told)
    pq.write_table(pa.Table.from_arrays(table.columns, schema=schema), buffer)
    return buffer.getvalue()


def stored_classes(data: bytes) -> dict[str, str]:
    """The class of each column as a Parquet file says it; undecided where it says nothing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema: Any = pq.read_schema(pa.BufferReader(data))
    return {one.name: (one.metadata or {}).get(KEY, UNDECIDED.encode()).decode() for one in schema}


def _named(classification: Classification | None) -> str:
    return UNDECIDED if classification is None else classification.value
