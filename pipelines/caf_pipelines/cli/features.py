"""The verb that says what features are worth and cost: `caf features`."""

from collections.abc import Iterator

from caf_pipelines.cli.opening import chosen, open_platform, records_of, state_from
from caf_pipelines.cli.output import console, show_json, show_table
from caf_pipelines.explanations.features import Kept, as_dict, features
from caf_pipelines.explanations.worth import UNTOLD, Worth
from caf_pipelines.lifecycle.play import Play
from caf_pipelines.timeline import Silent
from caf_platform.digest import short
from caf_platform.errors import BadInput

COLUMNS = ("without", "is", "loses", "value per 1,000 rows", "encoded columns", "seconds saved")


def show_features(version: str, project: str, *, as_json: bool) -> None:
    """What each feature of a version (default: the champion) is worth and costs.

    JSON: project, play, version, family, key and digest (of the evidence), rows, clusters,
    training_rows, value_unit, encoded, seconds, features and together: the fields of
    `caf_pipelines.explanations.worth`, each feature with its verdict.
    """
    platform = open_platform()
    name = chosen(platform, project)
    state = state_from(name, records_of(platform, name))
    play = Play.at(platform, platform.project(name), Silent(), state)
    asked = version or state.champion
    if asked is None:
        raise BadInput(
            f"{name} has no champion yet.", next_step="Name a version that was judged: v1"
        )
    found = features(play, asked)
    if as_json:
        show_json({"project": name, "play": state.play, **as_dict(found)})
        return
    worth = found.worth
    every = (*worth.features, *((worth.together,) if worth.together else ()))
    show_table(
        f"Features of {asked}, {found.family}: each left out, and trained again",
        COLUMNS,
        [_row(one, worth.seconds) for one in every],
    )
    for line in _says(found):
        console().print(line, markup=False, soft_wrap=True)


def _row(one: Worth, whole: float) -> tuple[object, ...]:
    name = one.columns[0] if len(one.columns) == 1 else f"the {len(one.columns)} others together"
    return (
        name,
        one.verdict,
        one.loss.text,
        one.value.text,
        one.encoded,
        f"{whole - one.seconds:+.4f}",
    )


def _says(found: Kept) -> Iterator[str]:
    worth = found.worth
    untold = [one.columns[0] for one in worth.features if one.verdict == UNTOLD]
    yield (
        f"On {worth.rows:,} rows of {worth.clusters} clusters that it did not learn from; "
        f"value in {worth.value_unit}."
    )
    yield (
        f"Scoring them takes {worth.seconds:.4f} s with {worth.encoded} encoded columns; "
        "seconds depend on the machine and its load."
    )
    if untold:
        yield f"Not told from nothing, one by one: {', '.join(untold)}."
    yield (
        "Intervals are of each column alone: of twenty useless ones about one looks useful or "
        "harmful by chance."
    )
    if found.key:
        yield f"Evidence {found.key}, digest {short(found.digest or '')}."
