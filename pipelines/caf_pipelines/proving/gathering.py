"""The capability map of this clone and home: claims, and everything they are judged by."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from caf_governance.capability_map.claims import Claims, parse, read_text
from caf_governance.capability_map.judging import Found, Kept, Row, judge
from caf_governance.capability_map.score import RubricTest, Score, rubric, score
from caf_pipelines.proving.checkout import ROOT, written_pages, written_tests
from caf_pipelines.proving.declared import tags
from caf_pipelines.proving.keeping import kept
from caf_pipelines.proving.ran import by_test, outcomes, reached
from caf_platform.capabilities import Capability
from caf_platform.ledger.record import Record
from caf_platform.ports.lake import Lake

CLAIMS: Final = ROOT / "governance" / "capabilities.yaml"
RUBRIC: Final = ROOT / "governance" / "ml_test_score.yaml"


@dataclass(frozen=True)
class CapabilityMap:
    """All 49 capabilities and the ML Test Score, as they are found here and now."""

    rows: tuple[Row, ...]
    score: Score

    @property
    def overclaims(self) -> list[str]:
        """Everything that contradicts a claim, named."""
        rows = [f"{row.capability}: {text}" for row in self.rows for text in row.overclaims]
        return rows + [f"{one.test.id}: {one.why}" for one in self.score.tests if one.wrong]

    @property
    def unproved(self) -> list[str]:
        """Everything that is claimed, and did not run or was not played here, named."""
        return [f"{row.capability}: {text}" for row in self.rows for text in row.unproved]

    def asked_by(self, capability: Capability) -> tuple[str, ...]:
        """The tests of the ML Test Score that ask for a capability."""
        tests = (one.test for one in self.score.tests)
        return tuple(test.id for test in tests if capability in test.capabilities)


def claims() -> Claims:
    """What is claimed in this clone; `Mistakes` with all that is wrong."""
    return parse(read_text(CLAIMS), CLAIMS.relative_to(ROOT).as_posix())


def rubric_tests() -> tuple[RubricTest, ...]:
    """The 28 tests of the ML Test Score, with what shows them in this clone."""
    return rubric(read_text(RUBRIC), RUBRIC.relative_to(ROOT).as_posix())


def capability_map(records: Iterable[Record], lake: Lake) -> CapabilityMap:
    """Everything judged by this tree's tests, and by some plays' records and bytes.

    Without a record nothing was played. `BadInput` outside a clone.
    """
    claimed, tests = claims(), rubric_tests()
    found = _found(claimed, tests, kept(records, lake) or None)
    return CapabilityMap(judge(claimed, found), score(tests, found.ended, found.tests, found.pages))


def _found(claimed: Claims, tests: tuple[RubricTest, ...], held: dict[str, Kept] | None) -> Found:
    each = claimed.values()
    named = [*(one for claim in each for one in claim.tests), *(o for t in tests for o in t.tests)]
    pages = [*(one for claim in each for one in claim.pages), *(t.by_hand for t in tests)]
    return Found(
        tags=tags(),
        tests=written_tests(named),
        ended=by_test(outcomes()),
        answered=reached(),
        kept=held,
        pages=written_pages(page for page in pages if page),
        files=written_pages(name for claim in each for name in claim.files),
    )
