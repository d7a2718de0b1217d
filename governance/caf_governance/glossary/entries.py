"""The glossary of one project: the platform's words beside the project's own numbers. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from caf_governance.cost.worth import POINT, PointWorth, Trained
from caf_governance.glossary.terms import ACTIONS, BUSINESS, MEASURES, VERDICTS
from caf_platform.decision import Frozen, Number
from caf_platform.measures.metrics import NAMES
from caf_platform.plugins import PLUGINS, Kind, Plugins
from caf_platform.project.model import Declaration, ErrorValue, HitValue, OutcomeValue
from caf_platform.project.policy import Policy


class Entry(Frozen):
    """One word: what kind it is, what it means, what it means to the business, and its number.

    `number` is the project's own: of the newest version that was judged, or of its policy; empty
    where there is none yet.
    """

    word: str
    kind: str
    meaning: str
    business: str = ""
    number: str = ""


def entries(
    project: Declaration,
    policy: Policy,
    performance: Mapping[str, Number],
    trained: Sequence[Trained],
    point: PointWorth,
    *,
    membership: Number = None,
    plugins: Plugins = PLUGINS,
) -> tuple[Entry, ...]:
    """Every measure of the project's task, every verdict and action, gate, monitor and policy key.

    `performance` is that of the newest version that was judged, `membership` what it gives away of
    the rows that it learnt from (an area under the ROC curve).
    """
    return (
        *_business(project, trained, point, membership),
        *_measures(project, performance, point),
        *(Entry(word=w, kind="verdict", meaning=m) for w, m in VERDICTS.items()),
        *(Entry(word=w, kind="action", meaning=m) for w, m in ACTIONS.items()),
        *(
            Entry(word=one.name, kind=str(kind), meaning=one.summary)
            for kind in (Kind.GATE, Kind.MONITOR)
            for one in plugins.of(kind)
        ),
        *_limits(policy),
    )


def _business(
    project: Declaration, trained: Sequence[Trained], point: PointWorth, membership: Number
) -> Iterator[Entry]:
    value, unit = project.value, project.value.unit
    judged = [one for one in trained if one.gain is not None]
    gain = f"{judged[-1].version}: {judged[-1].gain:+,.0f} {unit}" if judged else ""
    worth = "" if point.value is None else f"{point.value:,.0f} {unit}"
    acts = isinstance(value, OutcomeValue) and value.worth_acting
    acting = f"{value.threshold:.3g}" if isinstance(value, OutcomeValue) and acts else ""
    numbers = {
        "value gain": gain,
        "worth of a point": worth,
        "membership auc": "" if membership is None else f"{membership:.3f}",
        "threshold of acting": acting,
    }
    for word, meaning in BUSINESS.items():
        yield Entry(word=word, kind="business", meaning=meaning, number=numbers[word])
    for name, amount in _outcomes(value):
        words = name.replace("_", " ")
        yield Entry(
            word=words,
            kind="business",
            meaning=f"What one {words} is worth to this project.",
            number=f"{amount:g} {unit}",
        )


def _outcomes(value: OutcomeValue | ErrorValue | HitValue) -> list[tuple[str, float]]:
    return [(name, amount) for name, amount in vars(value).items() if name != "unit"]


def _measures(
    project: Declaration, performance: Mapping[str, Number], point: PointWorth
) -> Iterator[Entry]:
    for name in NAMES[project.task]:
        meaning, business = MEASURES[name]
        if name == "loss" and point.value is not None:
            business += f" {POINT:g} less was worth {point.value:,.0f} {project.value.unit} here."
        number = performance.get(name)
        yield Entry(
            word=name,
            kind="measure",
            meaning=meaning,
            business=business,
            number="" if number is None else f"{number:,.4g}",
        )


def _limits(part: BaseModel, above: str = "") -> Iterator[Entry]:
    """Every limit of a policy with its value and because, by its key."""
    for key in type(part).model_fields:
        yield from _limit(getattr(part, key), f"{above}{key}")


def _limit(found: object, key: str) -> Iterator[Entry]:
    if isinstance(found, BaseModel) and "value" in type(found).model_fields:
        value, because = getattr(found, "value"), getattr(found, "because", "")  # noqa: B009
        yield Entry(word=key, kind="policy", meaning=str(because), number=f"{value}")
    elif isinstance(found, BaseModel):
        yield from _limits(found, f"{key}.")
    elif isinstance(found, Mapping):
        for name, inner in found.items():
            yield from _limit(inner, f"{key}.{name}")
    elif isinstance(found, str):
        yield Entry(word=key, kind="policy", meaning=found)
