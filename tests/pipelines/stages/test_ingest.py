"""Stage ingest: whether bytes are news, and whether feeds were fresh."""

from datetime import UTC, datetime, timedelta

import pytest
from lawful_events import received
from micro_play import micro

from caf_pipelines.stages.ingest import ingest, stale_feeds
from caf_platform.digest import digest

NOW = datetime(2020, 1, 2, tzinfo=UTC)
POLICY = micro().policy.validation


def known(raw, revision=1):
    """These bytes came before."""
    return received("a", revision).model_copy(update={"raw_digest": digest(raw)})


@pytest.mark.parametrize(
    ("former", "revision"),
    [(None, 1), (known(b"row\n1\n"), 0), (known(b"row\n2\n"), 2), (known(b"", 7), 8)],
    ids=["first", "the same", "changed", "changed again"],
)
def test_revisions(former, revision):
    """0 for bytes that are known; otherwise one more than before."""
    found = ingest(b"row\n1\n", former=former)

    assert (found.revision, found.known) == (revision, revision == 0)
    assert (found.digest, found.size) == (digest(b"row\n1\n"), 6)


def test_empty_bytes_are_news_too():
    """Whether they are a batch is for the contract to say."""
    assert ingest(b"", former=None).revision == 1


@pytest.mark.parametrize(
    ("feeds", "ages"),
    [
        ({"sensor": NOW - timedelta(hours=12)}, []),
        ({"sensor": NOW - timedelta(hours=12, seconds=1)}, [pytest.approx(12, abs=0.01)]),
        ({"sensor": NOW + timedelta(hours=5)}, []),
        ({"radar": NOW}, [float("inf")]),
        ({}, [float("inf")]),
    ],
    ids=["at the limit", "above it", "from the future", "another feed", "not mentioned"],
)
def test_stale_feeds(feeds, ages):
    """Older than twelve hours, or not mentioned; each with its limit and the policy's because."""
    found = stale_feeds(feeds, NOW, POLICY)

    assert [stale.age_hours for stale in found] == ages
    assert all((s.feed, s.limit_hours) == ("sensor", 12.0) and s.because for s in found)
