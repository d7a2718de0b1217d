"""The map of this very clone: nothing is overclaimed, and whatever is taken away shows."""

from collections.abc import Callable

import pytest
from played import Played

from caf_governance.capability_map.claims import Status
from caf_pipelines.proving import gathering
from caf_pipelines.proving.checkout import written_pages, written_tests
from caf_pipelines.proving.declared import tags
from caf_pipelines.proving.gathering import CapabilityMap, capability_map, claims
from caf_platform.capabilities import Capability

HELD = Capability.DATA_ENGINEERING


def mapped(played: Played) -> CapabilityMap:
    """The map over what was played."""
    return capability_map(list(played.platform().ledger.read()), played.platform().lake)


def status(found: CapabilityMap, capability: Capability) -> Status:
    """One capability's."""
    return next(row.status for row in found.rows if row.capability is capability)


def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every named test had passed over this tree, and everything had been seen to refuse."""
    each = claims().values()
    named = {test: "passed" for claim in each for test in claim.tests}
    named |= {test: "passed" for one in gathering.rubric_tests() for test in one.tests}
    red = {answer for claim in each for answer in claim.red}
    red |= {tag.refusal for found in tags().values() for tag in found}
    monkeypatch.setattr(gathering, "outcomes", lambda: named)
    monkeypatch.setattr(gathering, "reached", lambda: red)


def test_nothing_is_overclaimed(whole_life: Played) -> None:
    """Every test, tag, page and file that is named is there, and every byte is what was recorded.

    Over tests of this session nothing is asked: that is `make capabilities`, after all of them.
    """
    found = mapped(whole_life)

    texts = [text for text in found.overclaims if not text.endswith((" failed", " skipped"))]
    assert texts == []


def test_what_is_built_reaches_what_it_is_meant_to(
    whole_life: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every test passed, no capability falls short but by what is said to be missing."""
    passing(monkeypatch)

    found = mapped(whole_life)

    short = [row.capability for row in found.rows if not row.reached and not row.claim.missing]
    assert short == []
    assert status(found, Capability.GENERATIVE_AI) is Status.EMPTY
    assert sum(row.status is Status.ENFORCED for row in found.rows) > 20
    assert found.score.whole > 0


@pytest.mark.parametrize(
    ("take", "says"),
    [
        (
            lambda m: m.setattr(gathering, "tags", lambda: {**tags(), HELD: tags()[HELD][1:]}),
            "is not tagged with it in the code",
        ),
        (
            lambda m: m.setattr(
                gathering,
                "written_tests",
                lambda named: written_tests(named) - {claims()[HELD].tests[0]},
            ),
            "there is no test",
        ),
        (
            lambda m: m.setattr(
                gathering,
                "written_pages",
                lambda named: written_pages(named) - {claims()[HELD].pages[0]},
            ),
            "there is no docs/bad-input.md",
        ),
    ],
    ids=["tag", "test", "page"],
)
def test_what_is_taken_away_is_an_overclaim(
    whole_life: Played,
    monkeypatch: pytest.MonkeyPatch,
    take: Callable[[pytest.MonkeyPatch], None],
    says: str,
) -> None:
    """A tag, a test or a page less than claimed is named, and fails `make check`."""
    take(monkeypatch)

    found = mapped(whole_life)

    row = next(row for row in found.rows if row.capability is HELD)
    assert any(says in text for text in row.overclaims)
    assert any(says in text for text in found.overclaims)


def test_a_deleted_artifact_is_an_overclaim(lived: Played) -> None:
    """One raw file less, and nothing that rests on raw files is recorded any more."""
    from caf_platform.ledger.events import BatchReceived

    lived.platform().lake.delete(lived.records(BatchReceived)[0].event.raw_key)

    found = mapped(lived)

    assert status(found, Capability.DATA_GOVERNANCE) is Status.EMPTY
    assert any("has no object 'raw/micro/" in text for text in found.overclaims)


def test_an_empty_home_records_nothing_and_overclaims_nothing(whole_life: Played) -> None:
    """Before the first play there is nothing to be wrong about."""
    found = capability_map([], whole_life.platform().lake)

    assert not any(row.status is Status.RECORDED for row in found.rows)
    assert any("nothing was played in this home" in text for text in found.unproved)
