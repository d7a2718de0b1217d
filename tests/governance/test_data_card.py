"""What training asks of the data card: owner, steward, class, and a lawful basis for people."""

from dataclasses import replace

import pytest
from micro_play import micro

from caf_governance.catalogue.completeness import described
from caf_platform.contract.model import Classification, Contract
from caf_platform.decision import Verdict


@pytest.fixture
def declaration():
    """The micro project's, in which nothing is missing."""
    return micro().declaration


def with_dataset(declaration, **changes):
    """The declaration with another dataset."""
    return replace(declaration, datasets=(replace(declaration.datasets[0], **changes),))


def told(declaration):
    """The codes, and the sentences."""
    decision = described(declaration)
    return {reason.code for reason in decision.reasons}, decision.summary


def test_a_complete_card_passes(declaration):
    """Every column and the label have a class, their dataset an owner and a steward."""
    decision = described(declaration)

    assert decision.verdict is Verdict.PASS
    assert decision.numbers == {"datasets": 1, "columns": 7, "missing": 0}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"owner": ""}, "no_owner"),
        ({"owner": "  "}, "no_owner"),
        ({"steward": ""}, "no_steward"),
        ({"classification": None}, "no_class"),
        (
            {"classification": Classification.PERSONAL, "lawful_basis": " "},
            "no_lawful_basis",
        ),
    ],
)
def test_what_is_missing_of_a_dataset_refuses_and_names_it(declaration, changes, code):
    """One gap, one reason, with the dataset's name in it."""
    decision = described(with_dataset(declaration, **changes))

    assert decision.verdict is Verdict.REFUSE
    assert [reason.code for reason in decision.reasons] == [code]
    assert "'sensor'" in decision.summary


def test_data_about_nobody_needs_no_lawful_basis(declaration):
    """It is asked for where the class says that single people are meant."""
    assert described(with_dataset(declaration, lawful_basis="")).verdict is Verdict.PASS


def test_a_column_without_a_class_refuses_and_is_named(declaration):
    """Also one that no model looks at: it is stored all the same."""
    columns = tuple(
        replace(column, classification=None) if column.name == "day" else column
        for column in declaration.contract
    )
    contract = Contract(columns=columns, key="row", min_rows=10)

    codes, text = told(replace(declaration, contract=contract))

    assert codes == {"no_class"}
    assert "'day'" in text


def test_a_label_without_a_class_refuses(declaration):
    """What is predicted is data too."""
    target = replace(declaration.target, classification=None)

    codes, text = told(replace(declaration, target=target))

    assert codes == {"no_class"}
    assert "'fails'" in text


def test_a_feed_that_no_dataset_describes_refuses(declaration):
    """The label's own feed counts, also one that was never named."""
    assert told(replace(declaration, datasets=()))[0] == {"no_dataset"}

    codes, text = told(replace(declaration, target=replace(declaration.target, feed="")))
    assert codes == {"no_dataset"}
    assert "label 'fails'" in text


def test_every_gap_is_named_at_once(declaration):
    """Nobody mends them one by one."""
    decision = described(with_dataset(declaration, owner="", steward="", classification=None))

    assert [reason.code for reason in decision.reasons] == ["no_owner", "no_steward", "no_class"]
    assert decision.numbers["missing"] == 3
