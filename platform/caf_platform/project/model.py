"""The typed project: what is predicted, from what, for whom, and what an outcome is worth."""

from enum import StrEnum
from typing import Any

from caf_platform.contract.model import Classification, Contract
from caf_platform.declared import REQUIRED, declared
from caf_platform.project.dataset import Dataset
from caf_platform.project.policy import Policy
from caf_platform.project.source import SourceFactory


class Task(StrEnum):
    """What kind of answer a model gives."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"


class Period(StrEnum):
    """How often the platform stops to look and decide."""

    WEEK = "week"
    MONTH = "month"
    BATCHES = "batches"


@declared
class Target:
    """The label: its name, what it means, and for classes the values in order (last: positive).

    `feed` names the dataset that it comes from, as a column's does.
    """

    name: str = REQUIRED
    meaning: str = REQUIRED
    classes: tuple[str, ...] = ()
    feed: str = ""
    classification: Classification | None = None


@declared
class BatchClock:
    """How time passes for this project.

    `event_time` is the timestamp column that says when a row happened; None means that rows
    are split by arrival. A decision is due at the start of each `decide` (a local midnight in
    `timezone`), or after every `every` batches.
    """

    event_time: str | None = REQUIRED
    decide: Period = REQUIRED
    every: int = 1
    timezone: str = "UTC"


@declared
class Features:
    """The columns a model may look at. Everything else in a batch is for people and checks."""

    numeric: tuple[str, ...] = REQUIRED
    categorical: tuple[str, ...] = REQUIRED

    @property
    def all(self) -> tuple[str, ...]:
        """Numeric first, then categorical: the column order a model is trained and served with."""
        return self.numeric + self.categorical


@declared
class Reweighing:
    """Train on rows weighed until label and group of `column` are independent."""

    column: str = REQUIRED


@declared
class Candidate:
    """A registered model family with its parameters and, optionally, fewer features.

    With a `mitigation` it is trained so that groups are treated more alike.
    """

    family: str = REQUIRED
    parameters: dict[str, Any] = REQUIRED
    features: tuple[str, ...] | None = None
    mitigation: Reweighing | None = None


@declared
class Owners:
    """People who answer for the project. Separation of duties is judged on these names."""

    business: str = REQUIRED
    model: str = REQUIRED
    data: str = REQUIRED
    steward: str = REQUIRED


@declared
class Use:
    """What a model of this project is meant for, and what not; told on its model card."""

    intended: str = ""
    out_of_scope: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@declared
class OutcomeValue:
    """What each outcome of a yes/no decision is worth, in the project's own unit, per row.

    Costs are negative. The platform acts on a prediction when acting is worth more on average.
    """

    unit: str = REQUIRED
    true_positive: float = REQUIRED
    false_positive: float = REQUIRED
    false_negative: float = REQUIRED
    true_negative: float = REQUIRED

    @property
    def threshold(self) -> float:
        """The probability above which acting pays: equal expected value of both actions.

        Cost-loss ratio; only for a table that is `worth_acting`.
        """
        return self._alarm_loss / (self._alarm_loss + self._miss_loss)

    @property
    def worth_acting(self) -> bool:
        """Whether acting helps when it is due and does not when it is not."""
        return self._miss_loss > 0 and self._alarm_loss >= 0

    @property
    def _alarm_loss(self) -> float:
        return self.true_negative - self.false_positive

    @property
    def _miss_loss(self) -> float:
        return self.true_positive - self.false_negative


@declared
class ErrorValue:
    """What one unit of absolute error is worth (for regression), in the project's own unit."""

    unit: str = REQUIRED
    per_unit_error: float = REQUIRED


@declared
class HitValue:
    """What a right and a wrong class are worth (for multiclass), in the project's own unit."""

    unit: str = REQUIRED
    right: float = REQUIRED
    wrong: float = REQUIRED


@declared
class Declaration:
    """What `project.py` declares as `project = Declaration(...)`.

    `protected` are the columns whose groups of people must be treated alike. `alternatives` are
    trained, in their order, while the gate refuses a challenger for how it treats them. Game days
    are held on the share `rehearsed_on` of the rows, on which the platform decides as on all.
    `subject` is the column that says whom a row is about, by which a person is erased.
    `datasets` say of each feed where it is from and who answers for it.
    """

    name: str = REQUIRED
    title: str = REQUIRED
    task: Task = REQUIRED
    target: Target = REQUIRED
    source: SourceFactory = REQUIRED
    clock: BatchClock = REQUIRED
    cluster: str = REQUIRED
    contract: Contract = REQUIRED
    features: Features = REQUIRED
    candidates: tuple[Candidate, ...] = REQUIRED
    baseline: Candidate = REQUIRED
    segments: tuple[str, ...] = REQUIRED
    protected: tuple[str, ...] = ()
    subject: str = ""
    alternatives: tuple[Candidate, ...] = ()
    owners: Owners = REQUIRED
    value: OutcomeValue | ErrorValue | HitValue = REQUIRED
    licence: str = REQUIRED
    rehearsed_on: float = 1.0
    datasets: tuple[Dataset, ...] = ()
    use: Use = Use()


@declared
class Project:
    """A use case, loaded and judged: the declaration, its policy, and where they were read."""

    declaration: Declaration = REQUIRED
    policy: Policy = REQUIRED
    folder: str = REQUIRED

    @property
    def name(self) -> str:
        """The folder's name, and the project's everywhere."""
        return self.declaration.name
