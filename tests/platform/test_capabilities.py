"""The catalogue of AWS CAF-AI capabilities is the whitepaper's, number by number."""

from collections import Counter
from itertools import groupby

import pytest

from caf_platform.capabilities import (
    NAMED_ONLY,
    NEW_IN_CAF_AI,
    Capability,
    Perspective,
    catalogue,
)


def test_there_are_forty_nine_in_six_perspectives():
    """Counted in the whitepaper: 9 + 7 + 8 + 8 + 9 + 8."""
    counts = Counter(row.perspective for row in catalogue())

    assert counts == {
        Perspective.BUSINESS: 9,
        Perspective.PEOPLE: 7,
        Perspective.GOVERNANCE: 8,
        Perspective.PLATFORM: 8,
        Perspective.SECURITY: 9,
        Perspective.OPERATIONS: 8,
    }
    assert len(catalogue()) == 49


def test_perspectives_stand_together_in_the_whitepapers_order():
    """A perspective is never left and entered again."""
    order = list(dict.fromkeys(row.perspective for row in catalogue()))
    stretches = [perspective for perspective, _ in groupby(row.perspective for row in catalogue())]

    assert order == stretches == list(Perspective)


def test_eighteen_are_only_named():
    """The whitepaper says something about the other 31 for AI."""
    enriched = [row for row in catalogue() if row.enriched]

    assert (len(NAMED_ONLY), len(enriched)) == (18, 31)
    assert {row.capability for row in enriched} >= NEW_IN_CAF_AI


@pytest.mark.parametrize(
    ("capability", "title"),
    [
        (Capability.GENERATIVE_AI, "Generative AI"),
        (Capability.ML_FLUENCY, "ML Fluency"),
        (Capability.PROGRAM_AND_PROJECT_MANAGEMENT, "Program and Project Management"),
        (Capability.AI_LIFECYCLE_MANAGEMENT, "AI Lifecycle Management and MLOps"),
        (Capability.RESPONSIBLE_USE_OF_AI, "Responsible use of AI"),
        (Capability.AVAILABILITY_AND_CONTINUITY, "Availability and Continuity Management"),
    ],
)
def test_titles_are_the_whitepapers(capability, title):
    """Derived from the identifier, or written out where the whitepaper's spelling differs."""
    assert capability.label == title


def test_titles_and_identifiers_are_unique():
    """Two capabilities never look the same."""
    rows = catalogue()

    assert (
        len({row.capability.label for row in rows})
        == len({row.capability.value for row in rows})
        == 49
    )


def test_an_identifier_begins_with_its_perspective():
    """`governance.risk-management`: readable in a tag without the catalogue."""
    for row in catalogue():
        assert row.capability.value.split(".")[0] == row.perspective.value.lower()
