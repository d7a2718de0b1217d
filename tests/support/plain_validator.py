"""A validation engine without a library: the contract's own mask, and no import of 5 s."""

import pandas as pd

from caf_platform.contract.mask import reasons, table_problems
from caf_platform.contract.model import Contract
from caf_platform.ports.validator import RuleResult, Validation, Validator


class PlainValidator(Validator):
    """Answers as Great Expectations does, rule by rule where a rule is broken."""

    def validate(self, frame: pd.DataFrame, contract: Contract) -> Validation:
        """Every rule of the contract on every row."""
        codes = reasons(frame, contract)
        broken = [code for row in codes for code in row]
        rows = tuple(
            RuleResult(rule=code, level="row", passed=False, failed_rows=broken.count(code))
            for code in dict.fromkeys(broken)
        )
        failed = frozenset(int(at) for at in codes.index[codes.map(bool).astype(bool)])
        return Validation(
            (*table_problems(frame, contract), *rows), failed, lambda: {"rows": len(frame)}
        )


class Contrarian(Validator):
    """An engine that was given another contract: it fails the first row of every batch."""

    def validate(self, _frame: pd.DataFrame, _contract: Contract) -> Validation:
        """One row fails, whatever it holds."""
        result = RuleResult(rule="heat:maximum", level="row", passed=False, failed_rows=1)
        return Validation((result,), frozenset({0}))
