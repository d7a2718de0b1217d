"""A small contract, and for each of its row rules a record that keeps it and one that breaks it."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from caf_platform.contract.model import Column, ColumnKind, Contract


def column(name: str, kind: str, **more: Any) -> Column:
    """A column whose meaning does not matter to the test."""
    return Column(name=name, kind=ColumnKind(kind), meaning="-", feed="-", **more)


CONTRACT = Contract(
    key="flight",
    columns=(
        column("flight", "text", max_length=8),
        column("wind", "number", minimum=0.0, maximum=150.0, nullable=True, max_null_share=0.58),
        column("seats", "integer", minimum=1.0, maximum=900.0),
        column("origin", "category", allowed=("EWR", "JFK", "LGA")),
        column("tail", "text", nullable=True, max_length=6),
        column("departs", "timestamp"),
    ),
)

GOOD: Mapping[str, Any] = {
    "flight": "UA1545",
    "wind": 12.5,
    "seats": 149,
    "origin": "EWR",
    "tail": "N14228",
    "departs": "2013-01-01T05:15:00Z",
}


def changed(**cells: Any) -> dict[str, Any]:
    """The good record with some cells changed."""
    return {**GOOD, **cells}


ROW_CASES: Sequence[tuple[str, dict[str, Any]]] = (
    ("flight:null", changed(flight=None)),
    ("flight:too_long", changed(flight="UA1545-01")),
    ("wind:type", changed(wind=True)),
    ("wind:type", changed(wind=float("nan"))),
    ("wind:minimum", changed(wind=-0.1)),
    ("wind:maximum", changed(wind=150.1)),
    ("seats:type", changed(seats=148.5)),
    ("seats:null", changed(seats=None)),
    ("seats:minimum", changed(seats=0)),
    ("seats:maximum", changed(seats=901)),
    ("origin:type", changed(origin=1)),
    ("origin:null", changed(origin="")),
    ("origin:not_allowed", changed(origin="BOS")),
    ("tail:too_long", changed(tail="N14228A")),
    ("departs:type", changed(departs="yesterday")),
    ("departs:null", changed(departs=None)),
)
"""A rule and a record that breaks this rule and no other."""


def csv_bytes(header: Sequence[str], *rows: Sequence[str]) -> bytes:
    """A UTF-8 CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()
