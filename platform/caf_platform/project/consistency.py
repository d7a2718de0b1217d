"""What each part of a project allows on its own and the whole does not."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any, Final
from zoneinfo import ZoneInfo

from caf_platform.contract.consistency import mistakes as contract_mistakes
from caf_platform.contract.model import ColumnKind
from caf_platform.errors import BadInput, Mistake, did_you_mean
from caf_platform.plugins import PLUGINS, Kind
from caf_platform.project.model import (
    Candidate,
    Declaration,
    ErrorValue,
    HitValue,
    OutcomeValue,
    Period,
    Task,
)
from caf_platform.project.policy import Policy
from caf_platform.project.removable import (
    retention_mistakes,
    subject_mistakes,
    token_mistakes,
)

Found = Iterator[tuple[str, object, str]]

VALUES: Final = {
    Task.BINARY: OutcomeValue,
    Task.REGRESSION: ErrorValue,
    Task.MULTICLASS: HitValue,
}
TWO: Final = 2
WORTH_ACTING: Final = (
    "a true_positive worth more than a false_negative, and a true_negative worth at least "
    "a false_positive: otherwise no probability makes acting right (costs are negative)"
)


def declaration_mistakes(project: Declaration, name: str, file: str) -> list[Mistake]:
    """Every inconsistency of a declaration whose field types are right; `name` is its folder's."""
    found = [
        *_names(project, name),
        *_clock(project),
        *_target(project),
        *_columns(project),
        *_kinds(project),
        *_candidates(project),
        *_protected(project),
        *_datasets(project),
        *subject_mistakes(project),
        *token_mistakes(project),
        *_value(project),
    ]
    return _told(found, file) + contract_mistakes(project.contract, file)


def policy_mistakes(policy: Policy, project: Declaration, file: str) -> list[Mistake]:
    """Every limit that this project could never keep, or never break."""
    found = [*_feeds(policy, project), *_windows(policy), *_groups(policy, project)]
    found += retention_mistakes(policy, project)
    return _told(found, file)


def _told(found: list[tuple[str, object, str]], file: str) -> list[Mistake]:
    return [Mistake(file, key, repr(value), expected) for key, value, expected in found]


def _names(project: Declaration, name: str) -> Found:
    if project.name != name:
        yield "name", project.name, f"the folder's name '{name}'"
    if not project.features.all:
        yield "features", "none", "at least one column"
    if not project.candidates:
        yield "candidates", "none", "at least one candidate"
    if not 0 < project.rehearsed_on <= 1:
        yield "rehearsed_on", project.rehearsed_on, "a share of the rows above 0 and up to 1"


def _clock(project: Declaration) -> Found:
    clock = project.clock
    if clock.decide is not Period.BATCHES and clock.event_time is None:
        yield "clock.event_time", None, "a timestamp column, or decide by batches"
    if clock.every < 1:
        yield "clock.every", clock.every, "one batch or more"
    try:
        ZoneInfo(clock.timezone)
    except (OSError, ValueError, LookupError):  # whatever it is, it is no zone on this machine
        yield "clock.timezone", clock.timezone, "a time zone such as 'Europe/Berlin'"


def _target(project: Declaration) -> Found:
    classes = project.target.classes
    if (project.task is Task.REGRESSION) != (not classes):
        yield "target.classes", classes, "classes for a classification, none for a regression"
    if project.task is Task.BINARY and len(classes) != TWO:
        yield "target.classes", classes, "two classes, the positive one last"
    if project.task is Task.MULTICLASS and len(classes) < TWO:
        yield "target.classes", classes, "two classes or more"
    if len(set(classes)) < len(classes):
        yield "target.classes", classes, "each class once"
    if project.target.name in project.contract.names:
        yield "target.name", project.target.name, "no column of the contract: it would leak"


def _columns(project: Declaration) -> Found:
    columns = project.contract.names
    used = {
        "cluster": (project.cluster,),
        "clock.event_time": (project.clock.event_time,) if project.clock.event_time else (),
        "features": project.features.all,
        "segments": project.segments,
        "protected": project.protected,
    }
    for key, names in used.items():
        for column in names:
            if column not in columns:
                hint = did_you_mean(column, columns)
                yield key, column, f"a column of the contract. {hint}".strip()
    for column, times in Counter(project.features.all).items():
        if times > 1:
            yield "features", column, "each column once"


def _kinds(project: Declaration) -> Found:
    kinds = {column.name: column.kind for column in project.contract}
    event_time = project.clock.event_time
    if event_time in kinds and kinds[event_time] is not ColumnKind.TIMESTAMP:
        yield "clock.event_time", event_time, f"a timestamp, not a {kinds[event_time]} column"
    for column in project.features.numeric:
        if column in kinds and not kinds[column].numeric:
            yield "features.numeric", column, f"a number, not a {kinds[column]} column"
    for column in project.features.categorical:
        if column in kinds and kinds[column] not in (ColumnKind.CATEGORY, ColumnKind.TEXT):
            yield "features.categorical", column, f"a category, not a {kinds[column]} column"


def _protected(project: Declaration) -> Found:
    kinds = {column.name: column.kind for column in project.contract}
    if project.protected and project.task is not Task.BINARY:
        yield "protected", project.protected, "a binary task: groups are compared by yes and no"
    for column, times in Counter(project.protected).items():
        if times > 1:
            yield "protected", column, "each column once"
        if column in kinds and kinds[column] is not ColumnKind.CATEGORY:
            yield "protected", column, f"a category, not a {kinds[column]} column"


def _datasets(project: Declaration) -> Found:
    held = [(one.feed, one.name, one.classification) for one in project.contract]
    if project.target.feed:
        held.append((project.target.feed, project.target.name, project.target.classification))
    feeds = {feed for feed, _, _ in held}
    for feed, times in Counter(dataset.feed for dataset in project.datasets).items():
        if times > 1:
            yield "datasets", feed, "each feed once"
        if feed not in feeds:
            hint = did_you_mean(feed, feeds)
            yield "datasets", feed, f"a feed of the contract or of the target. {hint}".strip()
    for dataset in project.datasets:
        closest = max(
            (one for one in held if one[0] == dataset.feed and one[2] is not None),
            key=lambda one: one[2].rank if one[2] else 0,
            default=None,
        )
        if closest is None or closest[2] is None or dataset.classification is None:
            continue
        if dataset.classification.rank < closest[2].rank:
            yield (
                f"datasets.{dataset.feed}.classification",
                dataset.classification.value,
                f"at least {closest[2].value}, as its column {closest[1]} is",
            )


def _candidates(project: Declaration) -> Found:
    for at, candidate in enumerate(project.candidates):
        yield from _candidate(candidate, f"candidates.{at}", project)
    yield from _candidate(project.baseline, "baseline", project)
    for at, candidate in enumerate(project.alternatives):
        yield from _candidate(candidate, f"alternatives.{at}", project)
    if project.alternatives and not project.protected:
        yield (
            "alternatives",
            len(project.alternatives),
            "protected columns: nothing else tries them",
        )


def _candidate(candidate: Candidate, key: str, project: Declaration) -> Found:
    for column in candidate.features or ():
        if column not in project.features.all:
            hint = did_you_mean(column, project.features.all)
            yield f"{key}.features", column, f"a feature of the project. {hint}".strip()
    if candidate.mitigation and candidate.mitigation.column not in project.protected:
        weighed = candidate.mitigation.column
        hint = did_you_mean(weighed, project.protected)
        yield f"{key}.mitigation", weighed, f"a protected column. {hint}".strip()
    try:
        details: dict[str, Any] = PLUGINS.get(Kind.MODEL_FAMILY, candidate.family).details
    except BadInput as error:
        known = ", ".join(plugin.name for plugin in PLUGINS.of(Kind.MODEL_FAMILY))
        yield f"{key}.family", candidate.family, f"one of {known}. {error.why}".strip()
        return
    if project.task not in details.get("tasks", Task):
        yield f"{key}.family", candidate.family, f"a family that serves a {project.task} task"
    parameters = details.get("parameters", {})
    for parameter in candidate.parameters:
        if parameter not in parameters:
            known = ", ".join(sorted(parameters)) or "none"
            yield f"{key}.parameters", parameter, f"a parameter of {candidate.family}: {known}"


def _value(project: Declaration) -> Found:
    value, wanted = project.value, VALUES[project.task]
    if not isinstance(value, wanted):
        yield "value", type(value).__name__, f"{wanted.__name__} for a {project.task} task"
    elif not all(math.isfinite(n) for n in astuple(value) if isinstance(n, float)):
        yield "value", value, "finite numbers"
    elif isinstance(value, OutcomeValue) and not value.worth_acting:
        yield "value", value, WORTH_ACTING


def _feeds(policy: Policy, project: Declaration) -> Found:
    feeds = {column.feed for column in project.contract}
    known = ", ".join(sorted(feeds))
    limited, free = policy.validation.max_feed_age_hours, policy.validation.feeds_of_any_age
    for key, named in (("max_feed_age_hours", limited), ("feeds_of_any_age", free)):
        for feed in named:
            if feed not in feeds:
                yield f"validation.{key}", feed, f"a feed of the contract: {known}"
    for feed in sorted(feeds):
        if (feed in limited) == (feed in free):
            expected = f"'{feed}' here, or under feeds_of_any_age with its reason, not both"
            yield "validation.max_feed_age_hours", feed if feed in free else None, expected


def _groups(policy: Policy, project: Declaration) -> Found:
    key, fairness = "release.fairness", policy.release.fairness
    if fairness is None:
        if project.protected:
            yield key, None, f"how groups are judged, for {', '.join(project.protected)}"
        return
    for part, named in (("bound", fairness.bound), ("shown", fairness.shown)):
        for column in named:
            if column not in project.protected:
                hint = did_you_mean(column, project.protected)
                yield f"{key}.{part}", column, f"a protected column of the project. {hint}".strip()
    for column in project.protected:
        if (column in fairness.bound) == (column in fairness.shown):
            expected = f"'{column}' here, or under shown with its reason, not both"
            yield f"{key}.bound", column if column in fairness.shown else None, expected
    if not fairness.bound:
        yield f"{key}.bound", "nothing", "at least one column: what is only shown refuses nobody"


def _windows(policy: Policy) -> Found:
    training, governor = policy.training, policy.governor
    days, window = training.min_training_days.value, training.window_days.value
    if days > window:
        yield "training.min_training_days", days, f"at most window_days, which is {window}"
    breached, last = governor.breached_windows.value, governor.of_last_windows.value
    if breached > last:
        yield "governor.breached_windows", breached, f"at most of_last_windows, which is {last}"
