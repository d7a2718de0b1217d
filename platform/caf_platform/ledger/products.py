"""Data products: what rows left the platform, for whom and what for, and what they were made of."""

from dataclasses import dataclass
from datetime import datetime

from caf_platform.decision import Frozen
from caf_platform.ledger.event import Event


class ProductSource(Frozen):
    """One object of the lake, as it was read, and how many of the product's rows it gave.

    `name` and `revision` are those of the batch; a file of labels has no revision, and rows of a
    batch have no `version`.
    """

    name: str
    revision: int | None
    key: str
    digest: str
    rows: int
    version: str | None = None


class DataProductReleased(Event):
    """A file of rows was handed out. `digest` is that of its bytes, by which it is known again.

    `columns` are those in it, each with its class; `withheld` those that nobody named, by class.
    """

    TYPE = "data_product_released"
    kind: str
    digest: str
    rows: int
    columns: dict[str, str]
    withheld: dict[str, str]
    sources: tuple[ProductSource, ...]
    labels: tuple[ProductSource, ...]
    first_day: str
    last_day: str
    purpose: str
    recipient: str


@dataclass(frozen=True)
class Product:
    """A release with where it stands: in which play, when by its calendar, and by whom."""

    released: DataProductReleased
    play: int
    when: datetime
    actor: str
    seq: int
