"""The verb that tells performance while labels are late: what was estimated, what came true."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from caf_pipelines.cli.opening import chosen, open_platform, records_of, state_from
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.lifecycle.estimating import OPEN, Expected
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Silent
from caf_platform.measures.estimate import Compared, Outcome, Ranged, Trust, told, trust

SHOWN = ("loss", "skill")
"""What the table shows of each window; JSON has every number."""

COLUMNS = (
    "window", "champion", "served", "labelled", "number", "estimate", "came true", "difference",
    "within",
)  # fmt: skip

ASSUMED = (
    "An estimate assumes that what follows from a row's features is what it was. Where that has "
    "changed it is wrong, and says nothing of it: no gate and no monitor goes by it."
)


def show_performance(project: str, *, as_json: bool) -> None:
    """Each window's performance as estimated without labels and as it came true; the open one too.

    JSON: project, play, windows, trust. Each window has window, open, champion, rows,
    labelled_rows, labelled_share, enough (labels for the policy to judge on), method,
    method_version, level, learnt_rows, learnt_clusters, reason (why nothing could be estimated)
    and numbers: by name estimate, low, high, realised, realised_low, realised_high, difference
    (realised minus estimate), inside (the interval; null where either is missing). `trust` has by
    name windows, mean_absolute_error, bounded (windows with an interval), inside, over those with
    labels enough that are over.
    """
    platform = open_platform()
    name = chosen(platform, project)
    state = state_from(name, records_of(platform, name))
    play = Play.at(platform, platform.project(name), Silent(), state)
    found = play.deciding.watching.estimating.windows()
    trusted = trust(_over(found))
    if as_json:
        measured = {number: one.model_dump() for number, one in trusted.items()}
        windows = [_told(one) for one in found]
        show_json({"project": name, "play": state.play, "windows": windows, "trust": measured})
        return
    title = f"Performance of {name}, play {state.play}; est.: estimated without labels"
    show_table(title, COLUMNS, [row for one in found for row in _rows(one)])
    for line in (*summary(trusted), *_reasons(found), ASSUMED):
        console().print(line, markup=False, soft_wrap=True)


def summary(trusted: Mapping[str, Trust]) -> Iterator[str]:
    """How good the estimates were, a sentence for each number; none before one came true."""
    for name, one in trusted.items():
        yield (
            f"{name.replace('_', ' ')}: off by {one.mean_absolute_error:.4f} on average over "
            f"{one.windows} windows, {one.inside} of {one.bounded} within the interval"
        )


def _over(found: Iterable[Expected]) -> dict[str, Compared]:
    return {one.window: one.compared for one in found if one.compared and one.window != OPEN}


def _rows(one: Expected) -> Iterator[tuple[object, ...]]:
    """A line for each number that is shown; the window's own facts stand on the first."""
    compared = one.compared
    share = f"{compared.labelled_rows / max(compared.rows, 1):.1%}" if compared else "0.0%"
    facts: tuple[object, ...] = (one.window, one.estimate.champion, one.estimate.rows, share)
    for name, expected in told(one.estimate.numbers):
        if name in SHOWN:
            outcome = compared.numbers.get(name) if compared else None
            yield (*facts, name, f"est. {expected.text}", *_outcome(outcome, compared))


def _outcome(outcome: Outcome | None, compared: Compared | None) -> tuple[str, str, str]:
    if outcome is None or compared is None or outcome.error is None:
        return "not yet", "", ""
    within = {True: "yes", False: "no", None: ""}[outcome.inside]
    said = within if compared.enough else "too few labels"
    return outcome.realised.text, f"{outcome.error:+.4f}", said


def _reasons(found: Iterable[Expected]) -> Iterator[str]:
    for one in found:
        if one.estimate.reason:
            yield f"{one.window}: nothing estimated, for {one.estimate.reason}"


def _told(one: Expected) -> dict[str, Any]:
    estimate, compared = one.estimate, one.compared
    labelled = compared.labelled_rows if compared else 0
    outcomes = compared.numbers if compared else {}
    return {
        "window": one.window,
        "open": one.window == OPEN,
        "champion": estimate.champion,
        "rows": estimate.rows,
        "labelled_rows": labelled,
        "labelled_share": labelled / max(estimate.rows, 1),
        "enough": compared.enough if compared else False,
        "method": estimate.method,
        "method_version": estimate.method_version,
        "level": estimate.level,
        "learnt_rows": estimate.learnt_rows,
        "learnt_clusters": estimate.learnt_clusters,
        "reason": estimate.reason,
        "numbers": {
            name: _number(outcomes.get(name) or Outcome(estimated=expected, realised=Ranged()))
            for name, expected in told(estimate.numbers)
        },
    }


def _number(outcome: Outcome) -> dict[str, Any]:
    return {
        "estimate": outcome.estimated.value,
        "low": outcome.estimated.low,
        "high": outcome.estimated.high,
        "realised": outcome.realised.value,
        "realised_low": outcome.realised.low,
        "realised_high": outcome.realised.high,
        "difference": outcome.error,
        "inside": outcome.inside,
    }
