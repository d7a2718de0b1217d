"""The way back from a data product: what it was made of, and what became of that since."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from caf_platform.digest import digest, short
from caf_platform.errors import BadInput, CafError, Unavailable
from caf_platform.ledger.erasures import Erasures
from caf_platform.ledger.events import BatchWithdrawn
from caf_platform.ledger.products import Product, ProductSource
from caf_platform.ledger.record import Record
from caf_platform.ledger.state import ProjectState
from caf_platform.ports.lake import Lake

_A_DIGEST: Final = re.compile(r"[0-9a-f]{12}|[0-9a-f]{64}")


@dataclass(frozen=True)
class Whence:
    """One source as it is now: whether its bytes are what was read, and what happened since.

    `withdrawn` says why the batch counts no more; `erased` are rows that left the object since.
    """

    source: ProductSource
    verified: bool
    withdrawn: str | None
    erased: int


@dataclass(frozen=True)
class ProductOrigin:
    """A release and all of its sources."""

    project: str
    product: Product
    sources: tuple[Whence, ...]
    labels: tuple[Whence, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """Sources of which the bytes are missing, or not what was read."""
        held = (*self.sources, *self.labels)
        return tuple(one.source.key for one in held if not one.verified)

    @property
    def withdrawn(self) -> tuple[str, ...]:
        """Batches in it that were withdrawn since."""
        return tuple(dict.fromkeys(one.source.name for one in self.sources if one.withdrawn))

    @property
    def erased(self) -> int:
        """Rows in it that left the platform since."""
        return sum(one.erased for one in self.sources)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        released = self.product.released.model_dump(mode="json", exclude={"measured"})
        place = {name: value for name, value in asdict(self.product).items() if name != "released"}
        return {
            "verified": not self.wrong,
            "project": self.project,
            "product": {
                **released,
                **place,
                "when": self.product.when.isoformat(),
                "sources": [_plain(one) for one in self.sources],
                "labels": [_plain(one) for one in self.labels],
            },
            "withdrawn": list(self.withdrawn),
            "erased": self.erased,
            "wrong": list(self.wrong),
        }


def _plain(one: Whence) -> dict[str, Any]:
    return {
        **one.source.model_dump(mode="json"),
        "verified": one.verified,
        "withdrawn": one.withdrawn,
        "erased": one.erased,
    }


def asked(subject: str) -> str | None:
    """The digest of a product that is meant: said, or of a file that is named by its path.

    None for a word that means something else. `BadInput` for a path that leads to no file.
    """
    if _A_DIGEST.fullmatch(subject):
        return subject
    if "/" not in subject and not subject.endswith(".parquet"):
        return None
    try:
        return digest(Path(subject).read_bytes())
    except FileNotFoundError:
        raise BadInput(f"There is no file '{subject}'.") from None
    except OSError as error:
        raise Unavailable(f"'{subject}' cannot be read.", why=f"{error.strerror}.") from error


def origin(lake: Lake, records: Sequence[Record], project: str, content: str) -> ProductOrigin:
    """The newest release of some bytes; `records` are the project's of all plays, in order.

    `BadInput` where there is none.
    """
    state, withdrawn = ProjectState(project), {}
    for record in records:
        state.apply(record)
        if isinstance(record.event, BatchWithdrawn):
            withdrawn[record.event.batch, record.event.revision] = record.event.reason
    found = [one for one in state.products if one.released.digest.startswith(content)]
    if not found:
        raise BadInput(
            f"No data product {short(content)} of {state.project} is on record.",
            why="It was changed after its release, or never released from here.",
            next_step=f"See all of them with: caf history --project {state.project}",
        )
    product = found[-1]
    released = product.released
    return ProductOrigin(
        project=state.project,
        product=product,
        sources=tuple(_whence(lake, state.erasures, withdrawn, released.sources)),
        labels=tuple(_whence(lake, state.erasures, {}, released.labels)),
    )


def _whence(
    lake: Lake,
    erasures: Erasures,
    withdrawn: Mapping[tuple[str, int], str],
    sources: Sequence[ProductSource],
) -> Iterator[Whence]:
    for one in sources:
        yield Whence(
            source=one,
            verified=_whole(lake, erasures, one),
            withdrawn=withdrawn.get((one.name, one.revision or 0)),
            erased=erasures.gone_from(one.key),
        )


def _whole(lake: Lake, erasures: Erasures, one: ProductSource) -> bool:
    """Whether the bytes are there; those that were taken away for good are missed by nobody."""
    if erasures.stands(one.key, one.digest)[0] is None:
        return True
    try:
        lake.read(one.key, expected=one.digest)
    except CafError:
        return False
    return True


def holding(state: ProjectState, keys: set[str]) -> tuple[str, ...]:
    """Digests of products that were made of objects which stand at one of some keys now."""
    return tuple(
        dict.fromkeys(
            one.released.digest
            for one in state.products
            if any(state.erasures.led_to(source.key) & keys for source in one.released.sources)
        )
    )
