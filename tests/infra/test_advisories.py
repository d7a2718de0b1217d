"""`infra/advisories.py`: ranges as OSV means them, the copy whole, its server."""

import json
import urllib.request
from datetime import date

import pytest
from advisories import Advisory, Copy, answering
from packaging.utils import canonicalize_name
from packaging.version import Version


def advisory(*events: tuple[str, str], name: str = "thing") -> Advisory:
    """One with a single range."""
    spans = [{"type": "ECOSYSTEM", "events": [{kind: value} for kind, value in events]}]
    return {
        "id": "X-1",
        "affected": [{"package": {"ecosystem": "PyPI", "name": name}, "ranges": spans}],
    }


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([("introduced", "0"), ("fixed", "2.0")], ["0.1", "1.9", "2.0rc1"], ["2.0", "3"]),
        ([("introduced", "1.5"), ("last_affected", "2.0")], ["1.5", "2.0"], ["1.4", "2.0.1"]),
        ([("introduced", "1.5")], ["1.5", "99"], ["1.4"]),
        (
            [("introduced", "0"), ("fixed", "2"), ("introduced", "3"), ("fixed", "4")],
            ["1", "3.9"],
            ["2", "2.9", "4"],
        ),
    ],
    ids=["fixed", "last affected", "still open", "two lines of versions"],
)
def test_which_versions_a_range_holds(
    events: list[tuple[str, str]], inside: list[str], outside: list[str]
) -> None:
    """By the order of versions, not of letters."""
    copy = Copy("2026-01-01", {"thing": 1}, [advisory(*events)])

    held = [version for version in inside + outside if copy.affecting("Thing", version)]

    assert held == inside


def test_an_event_of_another_kind_is_not_passed_over() -> None:
    """What is not understood is no "not affected"."""
    copy = Copy("2026-01-01", {"thing": 1}, [advisory(("introduced", "0"), ("limit", "2"))])

    with pytest.raises(ValueError, match="unknown kind"):
        copy.affecting("thing", "1")


def test_another_package_is_not_affected() -> None:
    """Only the name that stands there."""
    copy = Copy("2026-01-01", {}, [advisory(("introduced", "0"))])

    assert copy.affecting("things", "1") == []


def test_a_package_with_fewer_records_than_are_filed_is_covered_in_part() -> None:
    """None filed is covered wholly."""
    copy = Copy("2026-01-01", {"thing": 2, "other": 0}, [advisory(("introduced", "0"))])

    assert copy.covered_in_part() == {"thing"}


def test_the_server_answers_in_the_words_of_osv() -> None:
    """All records that hold the version, or an empty object."""
    copy = Copy("2026-01-01", {"thing": 1}, [advisory(("introduced", "0"), ("fixed", "2"))])

    with answering(copy) as url:
        answers = [asked(url, version) for version in ("1", "2")]

    assert answers == [{"vulns": copy.advisories}, {}]


def asked(url: str, version: str) -> object:
    """The answer about one version."""
    query = {"package": {"ecosystem": "PyPI", "name": "thing"}, "version": version}
    request = urllib.request.Request(url, json.dumps(query).encode())  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        return json.load(answer)


COPY = Copy.read()


@pytest.mark.parametrize("record", COPY.advisories, ids=lambda record: record["id"])
def test_each_record_of_our_copy_is_whole(record: Advisory) -> None:
    """A summary of at most ten words, a package that was looked up, ranges of real versions."""
    events = [
        event
        for entry in record["affected"]
        for span in entry["ranges"]
        for event in span["events"]
    ]

    assert 0 < len(record["summary"].split()) <= 10
    assert {entry["package"]["name"] for entry in record["affected"]} <= COPY.covers.keys()
    assert all(Version(value) for event in events for value in event.values())
    assert "introduced" in events[0]


def test_our_copy_says_how_new_it_is_and_what_it_covers() -> None:
    """A day; canonical names; no id twice; never more records than are filed."""
    ids = [record["id"] for record in COPY.advisories]

    assert date.fromisoformat(COPY.dated) > date(2026, 1, 1)
    assert all(name == canonicalize_name(name) for name in COPY.covers)
    assert len(set(ids)) == len(ids)
    assert all(len(COPY.about(name)) <= filed for name, filed in COPY.covers.items())
