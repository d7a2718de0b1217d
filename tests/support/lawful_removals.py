"""Events by which rows leave a lake or a platform, as somebody entitled might record them."""

from datetime import UTC, datetime

from caf_platform.ledger import events as e
from caf_platform.ledger.products import ProductSource
from caf_platform.ledger.values import Replaced


def erased(acts: int) -> e.SubjectErased:
    """Somebody's rows leave an object."""
    one = Replaced(key=f"raw/p/{acts}", digest="d", by_key=f"raw/p/{acts}x", by_digest="x", rows=1)
    return e.SubjectErased(
        subject=f"s{acts}", rows=("r",), key_id="k", replaced=(one,), models=(), reason="asked"
    )


def purged(batch: str) -> e.BatchesPurged:
    """A batch was kept long enough."""
    one = Replaced(key=f"raw/p/{batch}", digest="d", rows=1)
    return e.BatchesPurged(
        batches=(batch,),
        until=datetime(2013, 1, 1, tzinfo=UTC),
        keep_days=9,
        replaced=(one,),
        models=(),
    )


def handed_out(number: int) -> e.DataProductReleased:
    """Somebody gets rows."""
    one = ProductSource(name="b", revision=1, key="validated/p/b", digest="d", rows=2)
    return e.DataProductReleased(
        kind="rows",
        digest=f"{number:064d}",
        rows=2,
        columns={"heat": "internal"},
        withheld={"age": "sensitive"},
        sources=(one,),
        labels=(),
        first_day="2013-01-01",
        last_day="2013-01-02",
        purpose="a study",
        recipient="the city",
    )
