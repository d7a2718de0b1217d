"""Hypothesis strategies: any consistent contract, and records of the nastiest cells for it."""

import math
from typing import Any

from contract_cases import column
from hypothesis import strategies as st

from caf_platform.contract.consistency import mistakes
from caf_platform.contract.model import Column, ColumnKind, Contract

KEYS = tuple(f"k{number}" for number in range(20))
NAMES = (
    *("a", "a b", "%s", "x_y", "x%y", "wind:speed", 'quo"te', "o'clock", "ß", "風", "$", "A1"),
    *("b.c", "(x)", "select", "$PARAMETER", "key.", "?", ":x"),
)
TEXTS = ("", "a", "A", "b ", "True", "nan", "None", "NULL", "it's", '"', "a,b", "%", "_", "\\", "ß")
LONG_TEXTS = ("\u0041\u0301\u0301", "\U0001f926\U0001f3fc\u200d\u2642\ufe0f", "x" * 9)
UNSTORABLE = ("\ud800", "a\0b")
NUMBERS = (0, -0.0, 1, -1, 0.1, 2, 3.5, 5, 5.0, 1e308, 5e-324, 2**53 - 1, 2**53)
UNNUMBERS = (10**400, True, False, "1", "nan", "inf", math.nan, math.inf, -math.inf, [1], {})
MOMENTS = (
    "2013-01-02",
    "2013-01-01T05Z",
    "2013-01-01",
    "2013-01-01T05:15:00Z",
    "2013-01-01 05:15:00.123456789",
    "2013-12-31T23:59+14:00",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "2013-02-30",
    "2013-01-01T24:00",
    "20130101",
    "now",
    "NaT",
)
_ONE_IN_TEN = st.sampled_from([False] * 9 + [True])
SHARES = (None, 0.0, 0.1, 0.3, 0.42, 0.5, 0.58, 2 / 3, 1.0)
WHATEVER = (None, "", *TEXTS, *LONG_TEXTS, *UNSTORABLE, *NUMBERS, *UNNUMBERS, *MOMENTS)

_LIKELY = {
    ColumnKind.NUMBER: NUMBERS,
    ColumnKind.INTEGER: NUMBERS,
    ColumnKind.TIMESTAMP: MOMENTS,
    ColumnKind.TEXT: (*TEXTS, *LONG_TEXTS),
    ColumnKind.CATEGORY: (*TEXTS, *LONG_TEXTS),
}


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """A contract that makes sense, with a key and up to five columns of odd names."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    key = column("key", "text", max_length=draw(st.sampled_from((None, 1, 3))))
    contract = Contract(
        key="key",
        columns=tuple(draw(st.permutations([key, *(draw(_columns(name)) for name in names)]))),
        min_rows=draw(st.integers(0, 3)),
    )
    assert mistakes(contract, "-") == []
    return contract


@st.composite
def _columns(draw: st.DrawFn, name: str) -> Column:
    kind = draw(st.sampled_from(ColumnKind))
    more: dict[str, Any] = {"nullable": draw(st.booleans())}
    if kind.numeric:
        bounds = st.sampled_from((-(2.0**53) + 1, -1.0, 0.0, 0.1, 5.0, 2.0**53 - 1))
        more["minimum"], more["maximum"] = sorted((draw(bounds), draw(bounds)))
    if kind is ColumnKind.CATEGORY:
        values = st.lists(st.sampled_from(TEXTS[1:]), min_size=1, max_size=6, unique=True)
        more["allowed"] = draw(st.none() | values.map(tuple))
    if kind in (ColumnKind.TEXT, ColumnKind.CATEGORY):
        more["max_length"] = draw(st.none() | st.integers(1, 4))
    if more["nullable"]:
        more["max_null_share"] = draw(st.sampled_from(SHARES))
    return column(name, kind, **more)


@st.composite
def records(draw: st.DrawFn, contract: Contract) -> dict[str, Any]:
    """A JSON-like record: mostly cells of the right sort, a few of any sort, some left out."""
    record: dict[str, Any] = {}
    for part in contract:
        likely = ("k1", "k2", "k3", "k4", "k5") if part.name == contract.key else _LIKELY[part.kind]
        cells = WHATEVER if draw(_ONE_IN_TEN) else likely
        if not draw(_ONE_IN_TEN):
            record[part.name] = draw(st.sampled_from(cells))
    return record


@st.composite
def batches(draw: st.DrawFn) -> tuple[Contract, list[dict[str, Any]]]:
    """A contract and up to eight records for it, often repeated."""
    contract = draw(contracts())
    rows = draw(st.lists(records(contract), max_size=8))
    again = draw(st.lists(st.sampled_from(rows), max_size=2)) if rows else []
    return contract, [*rows, *again]
