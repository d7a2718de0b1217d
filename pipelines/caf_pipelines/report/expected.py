"""What was expected without labels, beside what came true: always marked, never a verdict."""

from collections.abc import Iterator, Sequence

from caf_pipelines.lifecycle.estimating import Expected
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.looks import Look
from caf_pipelines.report.parts import Block, Cell, Table, code, counted, table
from caf_platform.decision import Number
from caf_platform.errors import CafError
from caf_platform.measures.estimate import Estimate, Outcome, Ranged, told, trust

SKILL = "skill"
COLUMNS = ("number", "estimated without labels", "came true", "difference", "within the interval")
WITHIN = {True: "yes", False: "no", None: "not measured"}


def expectations(play: Play) -> tuple[Expected, ...]:
    """Each window's estimate and what has come true by now; as recorded where a file is damaged."""
    estimating = play.deciding.watching.estimating
    try:
        return estimating.recorded(*estimating.since())
    except CafError:
        return estimating.recorded()


def estimated_skill(look: Look) -> Ranged | None:
    """The skill that was expected in a window; None where none was."""
    found = look.expected.estimate.numbers.get(SKILL) if look.expected else None
    return found if found and found.value is not None else None


def how_good(seen: Sequence[Look]) -> str:
    """How far the estimates were off over the windows that had labels enough; empty before any."""
    compared = {
        look.name: look.expected.compared
        for look in seen
        if look.expected and look.expected.compared
    }
    found = trust(compared).get(SKILL)
    if found is None:
        return ""
    return (
        f"Estimated without labels, the skill was off by {100 * found.mean_absolute_error:.1f} "
        f"points on average and came true within the estimate\u2019s interval in {found.inside} "
        f"of {counted(found.bounded, 'window')}; an estimate does not notice a change of concept."
    )


def the_estimate(expected: Expected) -> Block:
    """A window's estimate number by number, how it was made, and what has come true by now."""
    estimate, compared = expected.estimate, expected.compared
    labels = f"{compared.labelled_rows:,}" if compared else "none"
    facts = [
        ("method", code(f"{estimate.method} {estimate.method_version}")),
        ("about", Cell(f"{estimate.rows:,} served rows of {estimate.champion}")),
        ("labels by now", Cell(labels)),
        ("recalibrated on", Cell(_learnt(estimate))),
    ]
    if estimate.reason:
        facts.append(("not estimated", Cell(estimate.reason)))
    return Block(
        "What was estimated without labels",
        says="An estimate (est.): no gate and no monitor goes by it.",
        facts=tuple(facts),
        tables=(_table(expected),),
    )


def _table(expected: Expected) -> Table:
    caption = f"Estimated and come true in {expected.window}"
    return table(caption, COLUMNS, _rows(expected), stacked=True)


def _rows(expected: Expected) -> Iterator[list[Cell]]:
    outcomes = expected.compared.numbers if expected.compared else {}
    enough = expected.compared.enough if expected.compared else False
    for name, estimated in told(expected.estimate.numbers):
        found = outcomes.get(name) or Outcome(estimated=estimated, realised=Ranged())
        known = found.error is not None
        yield [
            Cell(name.replace("_", " ")),
            Cell(f"est. {estimated.text}", "number"),
            Cell(found.realised.text if known else "not yet", "number"),
            Cell(_signed(found.error), "number"),
            Cell(_within(found, enough=enough) if known else ""),
        ]


def _learnt(estimate: Estimate) -> str:
    if not estimate.learnt_rows:
        return "nothing: answers are taken as they are"
    clusters = counted(estimate.learnt_clusters, "cluster")
    return f"{estimate.learnt_rows:,} labelled rows of its gate\u2019s days, {clusters}"


def _signed(error: Number) -> str:
    return "" if error is None else f"{error:+.4f}".replace("-", "\u2212")


def _within(found: Outcome, *, enough: bool) -> str:
    return WITHIN[found.inside] if enough else "too few labels"
