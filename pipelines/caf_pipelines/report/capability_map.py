"""The 49 capabilities as views, one for each perspective."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from caf_governance.capability_map.claims import Status
from caf_governance.capability_map.judging import PASSED, Row
from caf_pipelines.proving.gathering import CapabilityMap
from caf_pipelines.report.parts import Cell, Table, counted, number, table, verdict
from caf_platform.capabilities import Perspective
from caf_platform.ledger.record import Record

SIGNS = {
    Status.ENFORCED: "●",
    Status.RECORDED: "◐",
    Status.DOCUMENTED: "◔",
    Status.EMPTY: "○",
    Status.OUT_OF_SCOPE: "-",
}
MEANING = {
    Status.ENFORCED: "what acts for it passed its tests over this tree, and was seen to refuse",
    Status.RECORDED: "this home's ledger has its records, with every byte that they name",
    Status.DOCUMENTED: "a page describes it",
    Status.EMPTY: "nothing shows it here",
    Status.OUT_OF_SCOPE: "not for software to do",
}


@dataclass(frozen=True)
class Mapped:
    """One capability with how many of a play's events carried it."""

    row: Row
    events: int = 0

    @property
    def label(self) -> str:
        """The capability's name."""
        return self.row.capability.label

    @property
    def css(self) -> str:
        """The status as a style's name."""
        return self.row.status.replace(" ", "-")

    @property
    def sign(self) -> str:
        """The status as a sign."""
        return SIGNS[self.row.status]

    @property
    def says(self) -> str:
        """The status in words: *enforced, in part*."""
        if self.row.overclaims:
            return "overclaimed"
        partly = self.row.claim.missing and self.row.status is self.row.claim.reach
        return f"{self.row.status}, in part" if partly else str(self.row.status)


@dataclass(frozen=True)
class View:
    """One perspective with its capabilities."""

    perspective: Perspective
    rows: tuple[Mapped, ...]

    @property
    def table(self) -> Table:
        """Each capability in one line."""
        columns = (
            "capability",
            "status",
            "to reach",
            "built by",
            "tests",
            "events",
            "missing",
        )
        return table(
            f"{self.perspective} perspective",
            columns,
            [
                (
                    Cell(one.label),
                    verdict(one.says),
                    Cell(str(one.row.claim.reach)),
                    Cell(", ".join(one.row.claim.by) or "nothing yet"),
                    Cell(passed(one.row)),
                    number(one.events),
                    Cell(missing(one.row)),
                )
                for one in self.rows
            ],
            stacked=True,
        )


def views(found: CapabilityMap, records: Sequence[Record] = ()) -> tuple[View, ...]:
    """Every capability by perspective, in the whitepaper's order."""
    carried = Counter(one for record in records for one in record.envelope.capabilities)
    mapped = [Mapped(row, carried[row.capability]) for row in found.rows]
    return tuple(
        View(view, tuple(one for one in mapped if one.row.capability.perspective is view))
        for view in Perspective
    )


def passed(row: Row) -> str:
    """`3 of 4 passed`."""
    if not row.ended:
        return "none"
    good = sum(how == PASSED for how in row.ended.values())
    return f"{good} of {len(row.ended)} passed over this tree"


def missing(row: Row) -> str:
    """What is not there, or why it is out of scope."""
    return row.claim.why or "; ".join((*row.overclaims, *row.claim.missing)) or "nothing"


def in_short(found: CapabilityMap) -> str:
    """How many capabilities have which status, and the ML Test Score."""
    counts = Counter(row.status for row in found.rows)
    told = ", ".join(f"{counts[status]} {status}" for status in Status)
    wrong = counted(len(found.overclaims), "overclaim")
    return (
        f"Of the whitepaper\u2019s {len(found.rows)} capabilities: {told}; {wrong}. "
        f"ML Test Score: {found.score.whole:g} of 7. Each status is computed from the code, "
        "from tests over exactly this tree, from ledger and lake, and from pages; none is typed in."
    )
