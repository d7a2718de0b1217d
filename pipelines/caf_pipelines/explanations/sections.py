"""An explanation in parts, for a terminal and a page alike."""

from collections.abc import Iterator

from caf_governance.bundle.card import Section
from caf_pipelines.explanations.values import Cell, Dependence, Explanation, Input
from caf_platform.digest import short


def title(found: Explanation) -> str:
    """Which answer it is about."""
    one = found.lineage.prediction
    return f"Prediction {one.prediction_id if one else '?'} of {found.lineage.project}"


def sections(found: Explanation) -> tuple[Section, ...]:
    """What was answered, by whom, whether it is so still, from what, and what would change it."""
    return tuple(
        one
        for one in (
            _answer(found),
            _replay(found),
            *_what_if(found),
            _drivers(found),
            *_dependence(found.dependence),
            _counterfactual(found),
            Section(
                "Inputs",
                text="Each column as it came, as it was validated, and what the model is given.",
                columns=("column", "raw", "validated", "given to the model"),
                rows=tuple(_input(one) for one in found.inputs),
            ),
            Section("How to read this", items=found.says),
        )
        if one is not None
    )


def _answer(found: Explanation) -> Section:
    way, one, model = found.lineage, found.lineage.prediction, found.lineage.model
    threshold = found.action.threshold
    scores = one.scores if one else {}
    return Section(
        "Answer",
        facts=(
            *((name, f"{value:.9g}") for name, value in scores.items()),
            ("Decision", found.action.decision),
            *((("Acts above", f"{threshold:.6g}"),) if threshold is not None else ()),
            ("Given on", f"{one.scored_at:%Y-%m-%d}" if one else ""),
            ("By", f"{one.version} as {one.role}" if one else ""),
            ("Kind of model", model.family),
            ("Row", f"{one.row_id} of {one.batch.batch}" if one else ""),
            ("Model file", short(model.digests.get("artifact", ""))),
            ("Contract", short(model.digests.get("contract", ""))),
            ("Policy", short(model.digests.get("policy", ""))),
            ("Code commit", model.commit or "unknown"),
            (
                "Every byte is what was recorded",
                "yes" if way.verified else f"NO: {', '.join(way.wrong)}",
            ),
        ),
    )


def _replay(found: Explanation) -> Section:
    one = found.replay
    if not one.same:
        return Section("Replay", text=f"NOT the recorded answer: {one.failure}.")
    return Section(
        "Replay",
        text="The verified model gives the stored row the recorded answer: "
        f"apart by {one.largest_difference:.3g}, at most {one.tolerance:.0e} may be.",
    )


def _drivers(found: Explanation) -> Section | None:
    one = found.drivers
    if one is None:
        return None
    start = ("the mean answer to the golden rows", "", f"{one.base:+.6f}", "")
    end = ("the answer", "", f"{one.score:+.6f}", "")
    return Section(
        "What drove it",
        text=f"{one.method} ({one.background_rows} golden rows); of: {one.of}. "
        "All lines add up to the answer.",
        columns=("column", "value", "adds", "give or take"),
        rows=(
            start,
            *(
                (driver.column, text(driver.value), f"{driver.worth:+.6f}", f"{driver.error:.6f}")
                for driver in one.columns
            ),
            end,
        ),
    )


def _dependence(curves: tuple[Dependence, ...]) -> Iterator[Section]:
    rows = tuple(
        (curve.column, text(value), f"{score:.6f}")
        for curve in curves
        for value, score in curve.points
    )
    if rows:
        yield Section(
            "How the answer goes with the columns that drove it most",
            columns=("column", "if it were", "the answer would be"),
            rows=rows,
        )


def _counterfactual(found: Explanation) -> Section | None:
    one = found.counterfactual
    if found.drivers is None:
        return None
    name = "The smallest change of one column that changes the decision"
    if one is None:
        return Section(name, text="No observed value of a single column does.")
    return Section(
        name,
        text=f"{one.column} {text(one.after)} instead of {text(one.before)}: {one.score:.6f}, "
        f"{one.decision}. Among values of the golden rows; it moves {one.distance:.1%} of the "
        "column's range there.",
    )


def _what_if(found: Explanation) -> Iterator[Section]:
    one = found.what_if
    if one is None:
        return
    recorded = found.lineage.prediction.scores if found.lineage.prediction else {}
    yield Section(
        "What if",
        facts=(
            *(
                (name, f"{text(after)} instead of {text(before)}")
                for name, (before, after) in one.changes.items()
            ),
            *(
                (name, f"{value:.9g}, {value - recorded.get(name, value):+.6f}")
                for name, value in one.scores.items()
            ),
            ("Decision", one.action.decision),
        ),
    )


def _input(one: Input) -> tuple[str, ...]:
    return (one.column, "not there" if one.raw is None else one.raw, text(one.value), one.seen)


def text(value: Cell) -> str:
    """A cell for people."""
    if value is None:
        return "null"
    return value if isinstance(value, str) else f"{value:g}"
