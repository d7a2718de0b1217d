"""Whose rows go: those of a person, or of batches; asked of a cell, a CSV row or a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from caf_pipelines.erasing.files import Row
from caf_pipelines.stages.validate import row_id
from caf_platform.lake_columns import ROW_ID
from caf_platform.project.model import Declaration


def plain(cell: object) -> str:
    """A cell as it is compared: no spaces around it, no zeros before a whole number."""
    text = str(cell).strip()
    return str(int(text)) if text.isascii() and text.isdigit() else text


@dataclass
class Whom:
    """Rows by their subject's cell or by their id; `ids` grows while files are looked through.

    `is_subject` and `is_row` answer for a cell and for a row's id.
    """

    declaration: Declaration
    is_subject: Callable[[str], bool]
    is_row: Callable[[str], bool] = lambda _row: False
    ids: set[str] = field(default_factory=set)

    @property
    def columns(self) -> tuple[str, str]:
        """Those of a file by which rows are told apart."""
        return self.declaration.subject, self.declaration.contract.key

    def csv_row(self, row: Row) -> bool:
        """Whether a row of a delivered or quarantined file, or of a label file, goes."""
        own, column = self.own(row), self.declaration.subject
        subject = bool(column) and self.is_subject(plain(row.get(column, "")))
        if subject and own:
            self.ids.add(own)
        return subject or (bool(own) and (own in self.ids or self.is_row(own)))

    def own(self, row: Row) -> str:
        """The id of a row of a file; empty where it has no key."""
        key = self.declaration.contract.key
        return row_id(self.declaration.name, row[key].strip()) if key in row else ""

    def cell(self, text: str) -> bool:
        """Whether a cell of an unreadable file names whom or what goes."""
        own = row_id(self.declaration.name, text)
        return self.is_subject(plain(text)) or own in self.ids or self.is_row(own)

    def table_rows(self, table: Any) -> Sequence[bool]:
        """At which rows of a stored table of rows it goes."""
        names, subject = table.column_names, self.declaration.subject
        ids = table[ROW_ID].to_pylist() if ROW_ID in names else [""] * table.num_rows
        cells = table[subject].to_pylist() if subject and subject in names else None
        found = [own in self.ids or (bool(own) and self.is_row(own)) for own in ids]
        if cells is not None:
            about = [cell is not None and self.is_subject(plain(cell)) for cell in cells]
            self.ids.update(own for own, its in zip(ids, about, strict=True) if its and own)
            found = [one or its for one, its in zip(found, about, strict=True)]
        return found
