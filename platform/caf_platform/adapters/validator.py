"""Batches judged by Great Expectations.

Importing this module costs seconds, so nothing imports it before a batch must be judged.

Facts about GX 1.24 that live here and nowhere else:
- BOOLEAN_ONLY takes half the time of COMPLETE, so COMPLETE is asked of failed expectations only.
- COMPLETE caps `unexpected_list` at 200 values, but never `unexpected_index_list`.
- An exception inside an expectation (a column is missing) gives success=False, an empty result,
  and an `exception_info` that is either flat or has one entry per metric.
- Results come back in another order than the suite's; `meta` tells which is which.
- A suite that is not added to the context leaves nothing behind in it.
- `Batch.validate` hashes the whole frame twice; the validator under it, which GX's own
  `ValidationDefinition.run` uses too, once (35 ms a batch instead of 47).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import great_expectations as gx
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.validator.v1_validator import Validator as GxValidator

from caf_platform.adapters.validator_suite import Family, compiled
from caf_platform.contract.mask import reasons
from caf_platform.contract.model import MALFORMED, Contract, TableRule, rule
from caf_platform.ports.validator import RuleResult, Validation, Validator

QUICK: Final = {"result_format": "BOOLEAN_ONLY"}
# Values stay out of the report: evidence holds counts and row numbers, never rows.
FULL: Final = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
NOT_ANSWERED: Final = {
    "success": False,
    "exception_info": {"exception_message": "Great Expectations gave no answer"},
}


class GreatExpectations(Validator):
    """Judges by Great Expectations; a suite is compiled once per contract."""

    def __init__(self) -> None:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("batches").add_dataframe_asset("batch")
        self._batches = asset.add_batch_definition_whole_dataframe("whole")
        self._compiled: dict[Contract, list[Family]] = {}

    def validate(self, frame: pd.DataFrame, contract: Contract) -> Validation:
        """Every rule of the contract on every row; `report` is GX's own, without values.

        If GX itself raises, nothing was judged: one failed table rule, neither a pass nor an
        exception.
        """
        try:
            return self._validate(frame, contract)
        except Exception as error:  # noqa: BLE001 (whatever GX raises, the batch was not judged)
            detail = f"Great Expectations raised {type(error).__name__}: {error}"
            failed = _result(TableRule.UNREADABLE.value, "table", failed=True, detail=detail)
            return Validation(results=(failed,), failed_index=frozenset())

    def _validate(self, frame: pd.DataFrame, contract: Contract) -> Validation:
        if contract not in self._compiled:
            self._compiled[contract] = compiled(contract)
        families = self._compiled[contract]
        quick = self._run(frame, families, QUICK)
        found = {_family(result): {"success": result.success} for result in quick.results}
        failed = [f for f in families if not found.get(f.name, NOT_ANSWERED)["success"]]
        full = _by_family(_json(self._run(frame, failed, FULL))) if failed else {}
        found |= full
        broken = _broken(frame, contract) if any(f.level == "row" for f in failed) else None
        results = [
            result
            for family in families
            for result in _results(family, found.get(family.name, NOT_ANSWERED), broken)
        ]
        index = {row for family in families for row in _failed_rows(found.get(family.name, {}))}
        return Validation(tuple(results), frozenset(index), partial(_report, quick, full))

    def _run(
        self, frame: pd.DataFrame, families: Sequence[Family], result_format: Mapping[str, Any]
    ) -> Any:
        suite = gx.ExpectationSuite(
            name="contract", expectations=[family.expectation for family in families]
        )
        judge = GxValidator(
            batch_definition=self._batches,
            batch_parameters={"dataframe": frame},
            result_format=dict(result_format),
        )
        return judge.validate_expectation_suite(suite)


def _report(quick: Any, full: dict[str, Any]) -> dict[str, Any]:
    """GX's report on a batch: the quick answers, and the full one of each family that failed."""
    report = _json(quick)
    if full:
        report["results"] = list((_by_family(report) | full).values())
    return report


def _json(outcome: Any) -> dict[str, Any]:
    """GX's own JSON, a tenth of what judging costs."""
    report: dict[str, Any] = outcome.to_json_dict()
    # The same batch gives the same report on every machine and at every time.
    report["meta"].get("batch_markers", {}).pop("ge_load_time", None)
    return report


def _family(result: Any) -> str:
    return str(result.expectation_config.meta["family"])


def _broken(frame: pd.DataFrame, contract: Contract) -> pd.Series:
    """The mask's reasons by row; none at all for a frame that the mask cannot judge."""
    if {*contract.names, MALFORMED} <= set(frame.columns):
        return reasons(frame, contract)
    return pd.Series([()] * len(frame), index=frame.index, dtype=object)


def _by_family(report: Mapping[str, Any]) -> dict[str, Any]:
    return {r["expectation_config"]["meta"]["family"]: r for r in report["results"]}


def _failed_rows(found: Mapping[str, Any]) -> list[int]:
    return (found.get("result") or {}).get("unexpected_index_list") or []


def _results(
    family: Family, found: Mapping[str, Any], broken: pd.Series | None
) -> Iterator[RuleResult]:
    """One result per rule of a family, from the family's one answer."""
    if found["success"]:
        yield from (_result(code, family.level, failed=False) for code in family.rules)
    elif message := _exception(found):
        yield from (
            _result(code, family.level, failed=True, detail=message) for code in family.rules
        )
    elif family.level == "row" and broken is not None:
        yield from _row_results(family, broken.loc[_failed_rows(found)])
    else:
        yield from _table_results(family, found.get("result") or {})


def _row_results(family: Family, broken: pd.Series) -> Iterator[RuleResult]:
    """GX says which rows fail the family; the mask says by which of its rules."""
    if broken.empty:
        for code in family.rules:
            yield _result(code, "row", failed=True, detail="Great Expectations names no rows")
        return
    counts = Counter(code for codes in broken for code in codes)
    unexplained = sum(not codes for codes in broken)
    for code in family.rules:
        rows = counts[code] + unexplained
        detail = f"{unexplained} rows that only Great Expectations refuses" if unexplained else ""
        yield RuleResult(code, "row", passed=not rows, failed_rows=rows, detail=detail)


def _table_results(family: Family, result: Mapping[str, Any]) -> Iterator[RuleResult]:
    details = result.get("details") or {}
    if "mismatched" in details:
        kinds = {"missing": TableRule.MISSING_COLUMN, "unexpected": TableRule.UNEXPECTED_COLUMN}
        for kind, names in details["mismatched"].items():
            for name in names:
                yield _result(rule(name, kinds[kind]), "table", failed=True)
        return
    for code in family.rules:
        name = code.rpartition(":")[0]
        failed = not name or name in details
        shown = details.get(name, result.get("observed_value"))
        yield _result(code, "table", failed=failed, detail=f"found {shown}" if failed else "")


def _exception(found: Mapping[str, Any]) -> str:
    """The first message of an `exception_info`; empty when nothing was raised."""
    info = found.get("exception_info") or {}
    parts = [info, *(part for part in info.values() if isinstance(part, dict))]
    messages = [part["exception_message"] for part in parts if part.get("exception_message")]
    return str(messages[0]) if messages else ""


def _result(code: str, level: str, *, failed: bool, detail: str = "") -> RuleResult:
    rows = 0 if level == "row" and not failed else None
    return RuleResult(code, level, passed=not failed, failed_rows=rows, detail=detail)
