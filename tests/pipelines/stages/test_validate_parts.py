"""Parts of the stage *validate*: rows from the future, row ids, and what a refusal tells."""

from datetime import timedelta

import pandas as pd
from micro.data import ROWS, batch, csv, ends
from micro_play import micro
from plain_validator import PlainValidator

from caf_pipelines.stages.validate import (
    Validated,
    from_the_future,
    row_id,
    row_ids,
    validate,
)


def judged(rows: pd.DataFrame, *earlier: str) -> Validated:
    """A frame by the micro project's contract and policy."""
    project = micro()
    return validate(
        csv(rows),
        project="micro",
        contract=project.declaration.contract,
        validator=PlainValidator(),
        policy=project.policy.validation,
        earlier=set(earlier),
    )


def test_a_row_of_two_columns_from_the_future_has_two_reasons() -> None:
    """Each column's own; the rows keep their places."""
    limit = ends(1)
    moments = pd.Series([limit + timedelta(days=1), limit], index=[7, 8])
    frame = pd.DataFrame({"a": moments, "b": moments})

    found = from_the_future(frame, {"a": limit, "b": limit})

    assert found.to_dict() == {7: ("a:future", "b:future"), 8: ()}


def test_row_ids_keep_the_rows_places() -> None:
    """A null key has an id too."""
    found = row_ids("micro", pd.Series(["x", None], index=[7, 8]))

    assert found.to_dict() == {7: row_id("micro", "x"), 8: row_id("micro", "")}


def test_a_share_that_is_too_large_is_told_with_its_commonest_reasons() -> None:
    """By its code, in numbers, and by three reasons at most."""
    rows = batch(1)
    for at, (name, value) in enumerate(
        [("heat", "99"), ("heat", "-99"), ("heat", "hot"), ("site", "z")] + [("heat", "99")] * 16
    ):
        rows.loc[at, name] = value

    (reason,) = judged(rows).decision.reasons

    assert (reason.code, reason.found) == ("quarantine_share", 0.5)
    assert reason.text.startswith(
        "50.0% of rows break the contract (heat:maximum, heat:minimum, heat:type),"
    )


def test_nothing_left_has_no_bad_share() -> None:
    """Zero, and not a number that compares with nothing."""
    found = judged(batch(1), *(row_id("micro", f"01-{row:02d}") for row in range(ROWS)))

    assert found.decision.numbers["bad_share"] == 0.0
