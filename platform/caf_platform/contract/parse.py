"""Raw bytes or JSON records into the typed columns that every engine judges.

Nothing here raises for bad data. A cell that cannot be read becomes null and is named in the
column MALFORMED; what is wrong with the table as a whole comes back as problems.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from caf_platform.contract import cells, delimited
from caf_platform.contract.model import MALFORMED, Contract, TableRule, rule
from caf_platform.contract.names import unexpected
from caf_platform.contract.typed import DTYPES, typed
from caf_platform.ports.validator import RuleResult


@dataclass(frozen=True)
class Parsed:
    """A batch as it was read; all four parts have the same RangeIndex.

    `frame` holds the typed columns in contract order and MALFORMED; `texts` the same cells as
    they came; `problems` the table-level rules that did not hold; `duplicates` is true for
    later copies of a row (same key, same content), which are counted and dropped.
    """

    frame: pd.DataFrame
    texts: pd.DataFrame
    problems: tuple[RuleResult, ...]
    duplicates: pd.Series

    @property
    def distinct(self) -> "Parsed":
        """The batch without the later copies, numbered afresh."""
        kept = ~self.duplicates
        return Parsed(
            frame=self.frame[kept].reset_index(drop=True),
            texts=self.texts[kept].reset_index(drop=True),
            problems=self.problems,
            duplicates=pd.Series(np.zeros(int(kept.sum()), dtype=bool)),
        )


def parse(raw: bytes, contract: Contract) -> Parsed:
    """UTF-8 CSV bytes, every cell read as text first and then by its column's kind."""
    try:
        file = delimited.read(raw)
    except delimited.UnreadableFile as error:
        problem = _problem(TableRule.UNREADABLE.value, str(error))
        return _parsed(_texts([], [], contract), contract, (problem,))
    texts = _texts(file.header, file.rows, contract)
    return _parsed(texts, contract, tuple(_header_problems(file.header, contract)))


def from_records(records: Sequence[Mapping[str, Any]], contract: Contract) -> Parsed:
    """JSON-like records; a missing key is null, an unexpected one a problem of the table."""
    columns, unreadable, texts = {}, {}, {}
    for column in contract:
        raw = [record.get(column.name) for record in records]
        read = [cells.from_json(value, column.kind) for value in raw]
        unreadable[column.name] = [
            row for row, cell in enumerate(read) if cell is cells.Sign.UNREADABLE
        ]
        known = [None if cell is cells.Sign.UNREADABLE else cell for cell in read]
        columns[column.name] = pd.Series(known, dtype=DTYPES[column.kind])
        texts[column.name] = pd.Series([_as_text(value) for value in raw], dtype="str")
    frame = _marked(columns, unreadable, len(records))
    names = dict.fromkeys(name for record in records for name in record)
    problems = tuple(_strangers([name for name in names if name not in columns], contract))
    return _with_duplicates(frame, pd.DataFrame(texts), problems, contract)


def _header_problems(header: Sequence[str], contract: Contract) -> list[RuleResult]:
    known = contract.names
    counts = Counter(header)
    missing = [
        _problem(rule(name, TableRule.MISSING_COLUMN), "the file has no such column")
        for name in known
        if name not in counts
    ]
    repeated = [
        _problem(rule(name, TableRule.DUPLICATE_COLUMN), f"the file has it {counts[name]} times")
        for name in known
        if counts[name] > 1
    ]
    strangers = _strangers([name for name in counts if name not in known], contract)
    return missing + strangers + repeated


def _strangers(names: Sequence[str], contract: Contract) -> list[RuleResult]:
    return [_problem(code, detail) for code, detail in unexpected(names, contract)]


def _problem(code: str, detail: str) -> RuleResult:
    return RuleResult(rule=code, level="table", passed=False, failed_rows=None, detail=detail)


def _texts(
    header: Sequence[str], rows: Sequence[Sequence[str]], contract: Contract
) -> dict[str, Sequence[str]]:
    """Each column's cells; a column that is not there, or twice, is empty or the first one."""
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    found = dict(reversed(list(zip(header, columns, strict=True))))
    return {name: found.get(name, ("",) * len(rows)) for name in contract.names}


def _parsed(
    texts: Mapping[str, Sequence[str]], contract: Contract, problems: tuple[RuleResult, ...]
) -> Parsed:
    columns, unreadable = {}, {}
    for column in contract:
        columns[column.name], unreadable[column.name] = typed(texts[column.name], column)
    kept = pd.DataFrame(texts, dtype="str")
    return _with_duplicates(_marked(columns, unreadable, len(kept)), kept, problems, contract)


def _marked(
    columns: Mapping[str, pd.Series], unreadable: Mapping[str, Sequence[int]], rows: int
) -> pd.DataFrame:
    """The columns and MALFORMED, from the rows in which each column cannot be read."""
    marks: dict[int, list[str]] = defaultdict(list)
    for name, bad in unreadable.items():
        for row in bad:
            marks[row].append(name)
    named = [",".join(marks[row]) if row in marks else None for row in range(rows)]
    return pd.DataFrame({**columns, MALFORMED: pd.Series(named, dtype="str")}, copy=False)


def _with_duplicates(
    frame: pd.DataFrame, texts: pd.DataFrame, problems: tuple[RuleResult, ...], contract: Contract
) -> Parsed:
    keys = frame[contract.key]
    # Only rows that share a key can be copies, so the costly comparison sees only those.
    sharing = keys.duplicated(keep=False) & keys.notna()
    later = np.zeros(len(frame), dtype=bool)
    if sharing.any():
        shared = texts.assign(**{MALFORMED: frame[MALFORMED]})[sharing]
        later[shared.index[shared.duplicated(keep="first")]] = True
    return Parsed(frame, texts, problems, pd.Series(later))


def _as_text(value: object) -> str:
    """A JSON value as a CSV cell would hold it; what UTF-8 cannot hold is escaped."""
    text = (
        "" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)
    )
    return text.encode(errors="backslashreplace").decode()
