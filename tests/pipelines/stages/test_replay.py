"""Stage *replay*: every row that comes in goes out once, accepted or set aside."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_validator import Contrarian, PlainValidator

from caf_pipelines.stages.replay import Replayed, replay
from caf_pipelines.stages.validate import row_id
from caf_platform.contract.model import Column, ColumnKind, Contract
from caf_platform.errors import Refused

CONTRACT = Contract(
    key="row",
    min_rows=1000,
    columns=(
        Column(name="row", kind=ColumnKind.TEXT, meaning="name", feed="f", max_length=8),
        Column(
            name="heat", kind=ColumnKind.NUMBER, meaning="degrees", feed="f", minimum=0, maximum=10
        ),
    ),
)


def judged(*rows: tuple[str, str], accepted: tuple[str, ...] = ()) -> Replayed:
    """Rows of (key, heat) that were set aside once, judged now."""
    lines = ["_reasons,row,heat", *(f"heat:maximum,{row},{heat}" for row, heat in rows)]
    return replay(
        "\n".join(lines).encode() + b"\n",
        project="p",
        contract=CONTRACT,
        validator=PlainValidator(),
        accepted={row_id("p", row) for row in accepted},
    )


def test_good_rows_are_accepted_and_bad_ones_keep_their_texts() -> None:
    """Red and green side by side; rules for a whole batch (1,000 rows) do not apply to a part."""
    found = judged(("a", "5"), ("b", "11"), ("c", "hot"))

    assert list(found.accepted["row"]) == ["a"]
    assert list(found.accepted["_row_id"]) == [row_id("p", "a")]
    assert found.quarantined.to_dict("list") == {
        "_reasons": ["heat:maximum", "heat:type"],
        "row": ["b", "c"],
        "heat": ["11", "hot"],
    }


def test_a_row_that_was_accepted_elsewhere_stays() -> None:
    """Good as it is, its key belongs to a row that the platform has already."""
    found = judged(("a", "5"), ("b", "6"), accepted=("b",))

    assert list(found.accepted["row"]) == ["a"]
    assert list(found.quarantined["_reasons"]) == ["row:key_conflict"]


def test_two_rows_with_one_key_stay_both() -> None:
    """Nobody can say which of them is right."""
    found = judged(("a", "5"), ("a", "6"))

    assert found.accepted.empty
    assert list(found.quarantined["_reasons"]) == ["row:key_conflict"] * 2


def test_engines_that_disagree_accept_nothing() -> None:
    """The engine fails a row that the rules pass: the contract was compiled wrongly."""
    with pytest.raises(Refused, match="disagree about 1 rows"):
        replay(
            b"_reasons,row,heat\nheat:maximum,a,5\n",
            project="p",
            contract=CONTRACT,
            validator=Contrarian(),
            accepted=(),
        )


cells = st.sampled_from(["", "5", "11", "-1", "hot", "1e400", "true", '"7"'])


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", ""]), cells), min_size=1, max_size=8))
def test_no_row_is_lost_or_taken_twice(rows: list[tuple[str, str]]) -> None:
    """Whatever was set aside, accepted and kept rows add up to it."""
    found = judged(*rows, accepted=("c",))

    assert len(found.accepted) + len(found.quarantined) == len(rows)
    assert found.accepted["row"].is_unique
    assert "c" not in set(found.accepted["row"])


def test_a_row_from_the_future_stays_until_its_moment_has_passed() -> None:
    """Set aside because its time had not come; judged again before it, and after it."""
    contract = Contract(
        key="row",
        columns=(
            Column(name="row", kind=ColumnKind.TEXT, meaning="name", feed="f", max_length=8),
            Column(name="at", kind=ColumnKind.TIMESTAMP, meaning="when", feed="f"),
        ),
    )
    moment = datetime(2020, 1, 2, tzinfo=UTC)
    for now, left in ((moment - timedelta(days=1), ["at:future"]), (moment, [])):
        found = replay(
            b"_reasons,row,at\nat:future,a,2020-01-02T00:00:00Z\n",
            project="p",
            contract=contract,
            validator=PlainValidator(),
            accepted=(),
            not_after={"at": now},
        )

        assert list(found.quarantined["_reasons"]) == left
