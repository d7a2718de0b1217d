"""Stage validate: every row of a batch is accepted, set aside or a duplicate."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_batches import CONTRACT, spoilt, validated
from micro.data import ROWS, batch, ends
from micro_play import under

from caf_pipelines.stages.validate import REASONS, row_id
from caf_platform.decision import Verdict
from caf_platform.lake_columns import ROW_ID


def test_a_good_batch():
    """All rows, typed, in order, each with its id."""
    found = validated(batch(1))

    assert found.decision.verdict is Verdict.PASS
    assert (found.rows, len(found.accepted), len(found.quarantined)) == (ROWS, ROWS, 0)
    assert found.accepted[ROW_ID][0] == row_id("micro", "01-00")
    assert list(found.accepted.columns) == [ROW_ID, *CONTRACT.names]
    assert found.accepted["heat"].dtype == "float64"


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"heat": "99"}, "heat:maximum"),
        ({"heat": "-99"}, "heat:minimum"),
        ({"heat": "hot"}, "heat:type"),
        ({"heat": ""}, "heat:null"),
        ({"site": "z"}, "site:not_allowed"),
        ({"row": "a-very-long-key"}, "row:too_long"),
        ({"at": "soon", "site": "z"}, "at:type site:not_allowed"),
    ],
)
def test_a_row_that_breaks_the_contract_is_set_aside(cells, reasons):
    """With its original texts and every reason."""
    found = validated(spoilt(**cells))

    assert found.decision.verdict is Verdict.PASS
    assert (len(found.accepted), found.duplicates) == (ROWS - 1, 0)
    assert found.quarantined.loc[0, REASONS] == reasons
    assert [found.quarantined.loc[0, name] for name in cells] == list(cells.values())
    assert found.reasons == dict.fromkeys(reasons.split(), 1)


def test_two_rows_with_one_key_are_both_set_aside():
    """Nobody can know which of them is right."""
    rows = batch(1)
    rows.loc[1, "row"] = rows.loc[0, "row"]

    found = validated(rows)

    assert len(found.accepted) == ROWS - 2
    assert list(found.quarantined[REASONS]) == ["row:key_conflict"] * 2


def test_a_copy_is_a_duplicate():
    """The same row again, and rows that another batch brought before."""
    rows = pd.concat([batch(1), batch(1).head(3)])

    found = validated(rows, earlier=[row_id("micro", "01-05"), row_id("micro", "99-99")])

    assert (found.rows, len(found.accepted), found.duplicates) == (ROWS + 3, ROWS - 1, 4)
    assert row_id("micro", "01-05") not in set(found.accepted[ROW_ID])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (b"", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (batch(1).drop(columns="noise"), "noise:missing_column"),
        (batch(1).assign(extra="1"), "extra:unexpected_column"),
        (batch(1).head(9), "too_few_rows"),
    ],
    ids=["empty", "no text", "missing", "unexpected", "too few"],
)
def test_a_table_that_breaks_the_contract_is_refused(rows, code):
    """Nothing is accepted; the raw bytes keep every row."""
    found = validated(rows)

    assert found.decision.verdict is Verdict.REFUSE
    assert [reason.code for reason in found.decision.reasons] == [code]
    assert found.accepted.empty
    assert found.quarantined.empty


def test_too_large_a_share_of_bad_rows_refuses_the_batch():
    """At the limit it is cleaned, above it it is stopped, with the policy's because."""
    rows = batch(1)
    rows.loc[:7, "heat"] = "99"
    at_limit = validated(rows)
    rows.loc[8, "heat"] = "99"

    above = validated(rows)

    reason = above.decision.reasons[0]
    assert (at_limit.decision.verdict, len(at_limit.quarantined)) == (Verdict.PASS, 8)
    assert above.decision.verdict is Verdict.REFUSE
    assert (reason.found, reason.limit) == (9 / ROWS, 0.2)
    assert "heat:maximum" in reason.text
    assert reason.because


cells = st.sampled_from(["0.5", "99", "", "x", "-11", "1e400", "nan"])
keys = st.sampled_from([f"k{n}" for n in range(6)] + ["", "far too long"])
lines = st.lists(st.tuples(keys, cells, st.sampled_from(["a", "b", "z"])), min_size=1, max_size=25)


@settings(deadline=None)  # a busy machine is no failure
@given(lines, st.sets(st.sampled_from([f"k{n}" for n in range(6)])))
def test_rows_in_are_rows_accounted_for(lines, before):
    """Accepted + set aside + duplicates = all, unless the batch is refused as a whole."""
    rows = pd.DataFrame(lines, columns=["row", "heat", "site"]).assign(
        at="2020-01-01T00:00:00Z", day="day-01", noise="0"
    )
    anything = under(validation={"max_quarantine_share": 1.0})

    found = validated(rows, earlier=[row_id("micro", key) for key in before], project=anything)

    assert found.rows == len(lines)
    if found.decision.verdict.good:
        parts = len(found.accepted) + len(found.quarantined) + found.duplicates
        assert parts == len(lines)
        assert not found.accepted[ROW_ID].duplicated().any()
        assert not set(found.accepted["row"]) & before
    else:
        assert found.accepted.empty


@given(st.text(max_size=5), st.text(max_size=5))
def test_a_row_id_is_its_key_for_ever(one, other):
    """Sixteen hex characters; different for another key and another project."""
    ids = {row_id("micro", one), row_id("micro", other), row_id("macro", one)}

    assert all(len(found) == 16 for found in ids)
    assert len(ids) == len({("micro", one), ("micro", other), ("macro", one)})


def test_a_row_from_the_future_is_set_aside():
    """It tells of a moment after the batch's arrival; one at that very moment is fine."""
    rows = batch(1)
    rows.loc[0, "at"], rows.loc[1, "at"] = "2099-01-01T00:00:00Z", "2020-01-02T00:00:00Z"

    found = validated(rows, not_after={"at": ends(1)})

    assert found.decision.verdict is Verdict.PASS
    assert list(found.quarantined["row"]) == ["01-00"]
    assert found.reasons == {"at:future": 1}


def test_a_batch_that_is_all_from_the_future_is_refused():
    """Its clock is wrong, and nothing that it says can be placed."""
    found = validated(batch(3), not_after={"at": ends(1)})

    assert found.decision.verdict is Verdict.REFUSE
    assert "at:future" in found.decision.summary


def test_a_batch_of_rows_that_came_before_says_so():
    """Nothing is left of it, and the reason is not that the file was empty."""
    found = validated(batch(1), earlier=[row_id("micro", f"01-{row:02d}") for row in range(ROWS)])

    assert found.decision.summary.endswith("; 40 of 40 rows had come before")


def test_a_decision_says_by_whom_and_in_numbers():
    """Rows, bad rows and their share, whether it passes or not; of fresh rows, in counts."""
    rows = batch(1)
    rows.loc[:7, "heat"] = "99"
    passed = validated(pd.concat([rows, rows.head(1)]))
    rows.loc[8, "heat"] = "hot"
    refused = validated(rows)

    assert passed.decision.by == refused.decision.by == "contract"
    assert passed.decision.numbers == {"rows": ROWS + 1, "bad_rows": 8, "bad_share": 8 / ROWS}
    assert refused.decision.numbers == {"rows": ROWS, "bad_rows": 9, "bad_share": 9 / ROWS}
    assert refused.decision.summary == (
        "22.5% of rows break the contract (heat:maximum, heat:type), 20.0% are allowed"
    )


def test_a_refused_batch_keeps_what_was_found():
    """Its rows, its reasons, and the engine's outcome where it came as far as that."""
    few = validated(batch(1).head(9))
    unreadable = validated(b"")

    assert (few.rows, few.duplicates, few.reasons) == (9, 0, {"too_few_rows": 1})
    assert few.engine is not None
    assert (unreadable.rows, unreadable.engine) == (0, None)
    assert unreadable.reasons == {"unreadable": 1}
    assert unreadable.decision.numbers == {"rows": 0}
    assert unreadable.decision.by == "contract"


def test_what_is_accepted_and_set_aside_is_numbered_anew():
    """From zero on, wherever it stood in the batch; reasons in the order of the alphabet."""
    rows = batch(1)
    rows.loc[3, "site"], rows.loc[5, "heat"] = "z", "99"

    found = validated(pd.concat([rows.head(1), rows]))

    assert list(found.accepted.index) == list(range(ROWS - 2))
    assert list(found.quarantined.index) == [0, 1]
    assert list(found.accepted[ROW_ID]) == [row_id("micro", key) for key in found.accepted["row"]]
    assert list(found.reasons) == ["heat:maximum", "site:not_allowed"]
    assert list(found.quarantined.columns)[:1] == [REASONS]
