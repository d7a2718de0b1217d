"""What is said about the data itself: where it is from, who answers for it, how it is held."""

from caf_platform.contract.model import Classification
from caf_platform.declared import REQUIRED, declared


@declared
class Dataset:
    """One source that a project uses; `feed` is the name by which columns call it.

    What is left empty was not said. Loading lets that pass, so that a use case can be begun;
    training does not. `classification` is at least that of every column of the feed.
    `keep_days` is how many days after a batch came its rows may be kept (`caf purge`); None: for
    ever. `retention` says it in words.
    """

    feed: str = REQUIRED
    meaning: str = REQUIRED
    origin: str = ""
    licence: str = ""
    lawful_basis: str = ""
    owner: str = ""
    steward: str = ""
    classification: Classification | None = None
    retention: str = ""
    keep_days: int | None = None
    format: str = ""
