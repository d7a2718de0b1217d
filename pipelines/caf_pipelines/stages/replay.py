"""Stage *replay*: rows that were set aside, judged again under the present contract."""

import io
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from caf_pipelines.stage import stage
from caf_pipelines.stages.validate import REASONS, from_the_future, row_ids
from caf_platform.capabilities import Capability
from caf_platform.contract.mask import reasons
from caf_platform.contract.model import Contract, RowRule, rule
from caf_platform.contract.parse import Parsed, parse
from caf_platform.errors import Refused
from caf_platform.lake_columns import ROW_ID
from caf_platform.ports.validator import Validator


@dataclass(frozen=True)
class Replayed:
    """Rows judged again; accepted + quarantined = the rows that came, to the row.

    `quarantined` holds the original texts with the reasons that hold now.
    """

    accepted: pd.DataFrame
    quarantined: pd.DataFrame


@stage("replay", Capability.DATA_ENGINEERING, Capability.DATA_CURATION)
def replay(
    file: bytes,
    *,
    project: str,
    contract: Contract,
    validator: Validator,
    accepted: Container[str],
    not_after: Mapping[str, datetime] | None = None,
) -> Replayed:
    """Judge a quarantine file again, row by row; rules for a whole batch do not apply to a part.

    `accepted` holds the row ids that the platform has accepted by now: a row among them stays
    set aside. Raises `Refused` when the file no longer fits the contract's columns, or when the
    validation engine and the row rules disagree; nothing is accepted then.
    """
    parsed = _parsed(file, contract)
    broken = reasons(parsed.frame, contract)
    _agree(validator.validate(parsed.frame, contract).failed_index, broken)
    codes = broken + from_the_future(parsed.frame, not_after or {})
    ids = row_ids(project, parsed.frame[contract.key])
    again = rule(contract.key, RowRule.KEY_CONFLICT)
    found = [
        (*row, again) if not row and (copy or known in accepted) else row
        for row, copy, known in zip(codes, parsed.duplicates, ids, strict=True)
    ]
    good = pd.Series([not row for row in found], index=ids.index, dtype=bool)
    rows = parsed.frame[good][list(contract.names)].copy()
    rows.insert(0, ROW_ID, ids[good])
    left = parsed.texts[~good].copy()
    left.insert(0, REASONS, [" ".join(row) for row in found if row])
    return Replayed(rows.reset_index(drop=True), left.reset_index(drop=True))


def _parsed(file: bytes, contract: Contract) -> Parsed:
    texts = pd.read_csv(io.BytesIO(file), dtype=str, keep_default_na=False)
    parsed = parse(texts.drop(columns=REASONS).to_csv(index=False).encode(), contract)
    if parsed.problems:
        wrong = "; ".join(f"{problem.rule}: {problem.detail}" for problem in parsed.problems[:3])
        raise Refused(
            "The rows that were set aside do not fit the present contract.",
            why=f"{wrong}.",
            next_step="Ask the source to deliver the batch again with the present columns.",
        )
    return parsed


def _agree(failed: frozenset[int], codes: pd.Series) -> None:
    disagreeing = failed ^ frozenset(at for at, row in enumerate(codes) if row)
    if disagreeing:
        raise Refused(
            f"The validation engine and the row rules disagree about {len(disagreeing)} rows.",
            why="Then the contract was compiled wrongly, and nothing may be accepted.",
        )
