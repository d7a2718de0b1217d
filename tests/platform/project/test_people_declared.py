"""What a project may say of people in its rows: who they are, how they are named, how long kept."""

from dataclasses import replace
from typing import Any

import pytest
from micro_play import micro, under

from caf_platform.contract.model import Column, ColumnKind
from caf_platform.project.consistency import declaration_mistakes, policy_mistakes


def keys(**changes: Any) -> list[str]:
    """The keys of the mistakes of the micro project with another declaration."""
    found = declaration_mistakes(replace(micro().declaration, **changes), "micro", "project.py")
    return [one.key for one in found]


def with_column(name: str, **changes: Any) -> dict[str, Any]:
    """A contract in which one column is another, or one more."""
    contract = micro().declaration.contract
    if name not in contract.names:
        new = Column(name=name, kind=ColumnKind.TEXT, meaning="who", feed="sensor", **changes)
        return {"contract": replace(contract, columns=(*contract.columns, new))}
    columns = tuple(replace(c, **changes) if c.name == name else c for c in contract)
    return {"contract": replace(contract, columns=columns)}


@pytest.mark.parametrize(
    ("subject", "wrong"),
    [("day", False), ("", False), ("dya", True), ("heat", True), ("site", True), ("at", True)],
)
def test_a_subject_is_a_column_that_names_and_that_no_model_looks_at(
    subject: str, wrong: bool
) -> None:
    """A number or a moment names nobody."""
    assert ("subject" in keys(subject=subject)) is wrong


@pytest.mark.parametrize(
    ("name", "changes", "wrong"),
    [
        ("person", {"tokenised": True}, False),
        ("person", {"tokenised": True, "max_length": 36}, False),
        ("person", {"tokenised": True, "max_length": 35}, True),
        ("row", {"tokenised": True, "max_length": 60}, True),
        ("day", {"tokenised": True, "max_length": 60}, True),
        ("heat", {"tokenised": True}, True),
        ("site", {"tokenised": True}, True),
        ("at", {"tokenised": True}, True),
    ],
)
def test_a_column_that_cannot_hold_tokens_is_a_mistake(
    name: str, changes: dict[str, Any], wrong: bool
) -> None:
    """The key, what something goes by, and what no token is."""
    found = keys(**with_column(name, **changes))

    assert (f"contract.columns.{name}.tokenised" in found) is wrong


def test_a_contract_without_tokens_has_the_digest_that_it_had() -> None:
    """A play of an older home goes on."""
    plain = micro().declaration.contract

    assert "tokenised" not in str(plain.plain)
    assert with_column("person", tokenised=True)["contract"].plain["columns"][-1]["tokenised"]


@pytest.mark.parametrize(("days", "wrong"), [(None, False), (11, False), (10, True)])
def test_data_that_is_kept_for_less_than_is_looked_back_is_a_mistake(
    days: int | None, wrong: bool
) -> None:
    """Eight days of training and three of the gate."""
    declared = micro().declaration
    kept = replace(declared, datasets=(replace(declared.datasets[0], keep_days=days),))
    found = [one.key for one in policy_mistakes(under().policy, kept, "policy.yaml")]

    assert ("training.window_days" in found) is wrong
    assert keys(datasets=(replace(declared.datasets[0], keep_days=0),)) == [
        "datasets.sensor.keep_days"
    ]
