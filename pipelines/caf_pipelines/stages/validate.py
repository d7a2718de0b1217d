"""Stage *validate*: a batch against its contract, row by row and as a whole."""

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from caf_pipelines.stage import stage
from caf_platform.capabilities import Capability
from caf_platform.contract.mask import reasons, table_problems
from caf_platform.contract.model import Contract, rule
from caf_platform.contract.parse import Parsed, parse
from caf_platform.decision import Decision, Reason, Verdict
from caf_platform.lake_columns import ROW_ID
from caf_platform.ports.validator import RuleResult, Validation, Validator
from caf_platform.project.policy import ValidationPolicy

REASONS = "_reasons"
"""The column of a quarantine file that lists a row's reason codes, separated by spaces."""

FUTURE = "future"
"""The code of a row that tells of a moment after its own arrival: a wrong clock, or a leak."""

NAME = "contract"


@dataclass(frozen=True)
class Validated:
    """A batch, judged. rows = accepted + quarantined + duplicates, to the row.

    `quarantined` holds the original texts of the rows set aside, with their reason codes;
    `engine` says what the validation engine said, None for a file that it was not shown.
    """

    decision: Decision
    rows: int
    accepted: pd.DataFrame
    quarantined: pd.DataFrame
    duplicates: int
    reasons: dict[str, int]
    engine: Validation | None

    @property
    def report(self) -> dict[str, object]:
        """The validation engine's own report; empty when there is none."""
        return self.engine.report if self.engine else {}


@stage("validate", Capability.DATA_ENGINEERING, Capability.DATA_CURATION)
def validate(
    raw: bytes,
    *,
    project: str,
    contract: Contract,
    validator: Validator,
    policy: ValidationPolicy,
    earlier: Container[str],
    not_after: Mapping[str, datetime] | None = None,
) -> Validated:
    """Read, check and split a batch. `earlier` holds row ids that were accepted before.

    `not_after` says which columns hold moments that had passed when the batch arrived, and that
    moment: a row from the future is set aside, for a model that learnt from it could not be
    judged on anything that comes before it.

    A table-level failure, or more bad rows than the policy allows, refuses the batch. The
    validation engine's word counts: a row that it fails and the row rules pass (or the other
    way round) means that the contract was compiled wrongly, and nothing is accepted.
    """
    parsed = parse(raw, contract)
    if parsed.problems:
        return _stopped(parsed, [_reason(problem) for problem in parsed.problems])
    ids = row_ids(project, parsed.frame[contract.key])
    repeated = parsed.duplicates | pd.Series([row in earlier for row in ids], index=ids.index)
    fresh = parsed.frame[~repeated].reset_index(drop=True)
    texts = parsed.texts[~repeated].reset_index(drop=True)
    ids = ids[~repeated].reset_index(drop=True)
    broken = reasons(fresh, contract)
    codes = broken + from_the_future(fresh, not_after or {})
    bad = codes.map(bool).astype(bool)
    engine = validator.validate(fresh, contract)
    disagreeing = engine.failed_index ^ frozenset(broken.index[broken.map(bool).astype(bool)])
    failed = _in_our_words(engine.failed_tables, fresh, contract)
    decision = _judge(failed, codes, disagreeing, len(parsed.frame), policy)
    if not decision.verdict.good:
        return _stopped(parsed, list(decision.reasons), engine, decision)
    accepted = fresh[~bad][list(contract.names)].copy()
    accepted.insert(0, ROW_ID, ids[accepted.index])
    return Validated(
        decision=decision,
        rows=len(parsed.frame),
        accepted=accepted.reset_index(drop=True),
        quarantined=_set_aside(texts, codes[bad]),
        duplicates=int(repeated.sum()),
        reasons=dict(sorted(Counter(code for row in codes for code in row).items())),
        engine=engine,
    )


def from_the_future(frame: pd.DataFrame, not_after: Mapping[str, datetime]) -> pd.Series:
    """For each row the codes of the columns that hold a later moment than they may."""
    listed: list[tuple[str, ...]] = [()] * len(frame)
    for column, moment in not_after.items():
        for at in np.flatnonzero((frame[column] > moment).to_numpy(dtype=bool)):
            listed[at] += (rule(column, FUTURE),)
    return pd.Series(listed, index=frame.index, dtype=object)


def row_ids(project: str, keys: pd.Series) -> pd.Series:
    """Sixteen hex characters per row key; a null key has an id too, of its position's text."""
    texts = keys.astype("string").fillna("")
    return pd.Series([row_id(project, key) for key in texts], index=keys.index)


def row_id(project: str, key: str) -> str:
    """The identifier of one row of a project, for ever."""
    return hashlib.sha256(f"{project}/{key}".encode()).hexdigest()[:16]


def _in_our_words(
    failed: Sequence[RuleResult], frame: pd.DataFrame, contract: Contract
) -> list[RuleResult]:
    """Failed table rules with the contract's own details, whatever the engine says of them."""
    problems = table_problems(frame, contract) if failed else ()
    details = {problem.rule: problem.detail for problem in problems}
    return [replace(one, detail=details.get(one.rule, one.detail)) for one in failed]


def _judge(
    failed_tables: Sequence[RuleResult],
    codes: pd.Series,
    disagreeing: frozenset[int],
    rows: int,
    policy: ValidationPolicy,
) -> Decision:
    bad = codes.map(bool).astype(bool)
    share = float(bad.mean()) if len(bad) else 0.0
    numbers = {"rows": rows, "bad_rows": int(bad.sum()), "bad_share": share}
    limit = policy.max_quarantine_share
    if failed_tables:
        known = rows - len(codes)
        before = f"; {known} of {rows} rows had come before" if known else ""
        failed = [_reason(problem, before) for problem in failed_tables]
        return _decision(Verdict.REFUSE, failed, numbers)
    if disagreeing:
        text = f"the validation engine and the row rules disagree about {len(disagreeing)} rows"
        return _decision(
            Verdict.CANNOT_JUDGE, [Reason(code="engines_disagree", text=text)], numbers
        )
    if share > limit.value:
        worst = ", ".join(
            code for code, _ in Counter(c for row in codes for c in row).most_common(3)
        )
        reason = Reason(
            code="quarantine_share",
            text=f"{share:.1%} of rows break the contract ({worst}), {limit.value:.1%} are allowed",
            found=share,
            limit=limit.value,
            because=limit.because,
        )
        return _decision(Verdict.REFUSE, [reason], numbers)
    return _decision(Verdict.PASS, [], numbers)


def _decision(verdict: Verdict, reasons: Iterable[Reason], numbers: dict[str, float]) -> Decision:
    return Decision(by=NAME, verdict=verdict, reasons=tuple(reasons), numbers=dict(numbers))


def _reason(result: RuleResult, more: str = "") -> Reason:
    detail = result.detail or f"the rule {result.rule} does not hold"
    return Reason(code=result.rule, text=f"{detail}{more}")


def _stopped(
    parsed: Parsed,
    reasons: list[Reason],
    engine: Validation | None = None,
    decision: Decision | None = None,
) -> Validated:
    """A refused batch: nothing accepted, every row kept as it came in the raw zone."""
    refused = decision or _decision(Verdict.REFUSE, reasons, {"rows": len(parsed.frame)})
    return Validated(
        decision=refused,
        rows=len(parsed.frame),
        accepted=pd.DataFrame(),
        quarantined=pd.DataFrame(),
        duplicates=0,
        reasons=dict(Counter(reason.code for reason in reasons)),
        engine=engine,
    )


def _set_aside(texts: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    if codes.empty:
        return pd.DataFrame()
    rows = texts.loc[codes.index].copy()
    rows.insert(0, REASONS, [" ".join(row) for row in codes])
    return rows.reset_index(drop=True)
