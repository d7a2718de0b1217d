"""Stage validate beside an engine that disagrees, overlooks, fails or is terse: nothing slips."""

from dataclasses import replace

from judged_batches import spoilt, validated
from micro.data import batch
from plain_validator import Contrarian, PlainValidator

from caf_pipelines.stages.validate import row_id
from caf_platform.decision import Verdict
from caf_platform.ports.validator import RuleResult, Validation


def test_an_engine_that_disagrees_with_the_row_rules_accepts_nothing():
    """The contract was compiled wrongly: nobody knows which of the two is right."""
    found = validated(batch(1), validator=Contrarian())

    assert found.decision.verdict is Verdict.CANNOT_JUDGE
    assert [reason.code for reason in found.decision.reasons] == ["engines_disagree"]
    assert found.accepted.empty


class Blind(PlainValidator):
    """An engine that finds every row good."""

    def validate(self, _frame, _contract):
        """Nothing fails."""
        return Validation((), frozenset())


def test_an_engine_that_overlooks_a_row_accepts_nothing():
    """The other way round."""
    found = validated(spoilt(heat="99"), validator=Blind())

    assert found.decision.verdict is Verdict.CANNOT_JUDGE


class Broken(PlainValidator):
    """An engine that could not judge."""

    def validate(self, _frame, _contract):
        """One failed table rule."""
        failed = RuleResult("unreadable", "table", False, None, "the engine raised KeyError")
        return Validation((failed,), frozenset())


def test_an_engine_that_fails_accepts_nothing():
    """What it says about itself is the reason."""
    found = validated(batch(1), validator=Broken())

    assert found.decision.verdict is Verdict.REFUSE
    assert found.decision.summary == "the engine raised KeyError"


class Terse(PlainValidator):
    """An engine that says no more than what it found."""

    def validate(self, frame, contract):
        """A table rule fails, in words of its own."""
        result = RuleResult(
            "too_few_rows", "table", passed=False, failed_rows=None, detail="found 9"
        )
        return replace(super().validate(frame, contract), results=(result,))


def test_a_failed_table_is_told_in_the_contract_s_words():
    """Whichever engine judges: what was found, and what was expected."""
    found = validated(batch(1).head(9), validator=Terse())

    assert found.decision.summary == "9 rows, at least 10 expected"


def test_disagreement_and_earlier_rows_are_counted():
    """How many rows the engines disagree about, and how many had come before."""
    blind = validated(spoilt(heat="99"), validator=Blind())
    left = validated(batch(1), earlier=[row_id("micro", f"01-{row:02d}") for row in range(35)])

    assert blind.decision.summary == "the validation engine and the row rules disagree about 1 rows"
    assert blind.decision.numbers["bad_rows"] == 1
    assert left.decision.summary == "5 rows, at least 10 expected; 35 of 40 rows had come before"
