"""What every event is; the kinds of events stand in `events`."""

from typing import ClassVar

from caf_platform.decision import Frozen
from caf_platform.ledger.values import Measured


class Event(Frozen):
    """All events; `TYPE` is the name in the ledger, `INCIDENTAL` ones may be there or not."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    INCIDENTAL: ClassVar[bool] = False

    measured: Measured = {}
